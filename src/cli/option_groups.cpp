#include "cli/option_groups.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <system_error>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "core/byte_size.hpp"
#include "core/duration.hpp"

namespace fhirehose::cli {
namespace {

/// Adds an option whose value is a number of bytes: `256M`, `1GiB`, `4096`.
CLI::Option* add_bytes(CLI::App& command, const std::string& name, std::uint64_t& value,
                       const std::string& help) {
  return command
      .add_option_function<std::string>(
          name,
          [&value, name](const std::string& text) {
            const auto bytes = core::parse_byte_size(text);
            if (!bytes)
              throw CLI::ValidationError(name,
                                         text + " is no number of bytes such as 256M or 1GiB");
            value = *bytes;
          },
          help)
      ->default_str(core::format_byte_size(value))
      ->type_name("BYTES");
}

/// Adds an option whose value is a time: `500ms`, `90s`, `10m`, `1h`; not zero.
void add_duration(CLI::App& command, const std::string& name, std::chrono::milliseconds& value,
                  const std::string& help) {
  command
      .add_option_function<std::string>(
          name,
          [&value, name](const std::string& text) {
            const auto duration = core::parse_duration(text);
            if (!duration || duration->count() == 0)
              throw CLI::ValidationError(name, text + " is no time such as 90s, 10m or 1h");
            value = *duration;
          },
          help)
      ->default_str(core::format_duration(value))
      ->type_name("DURATION");
}

std::string is_no_zero(const std::string& text) {
  return core::parse_byte_size(text) == std::uint64_t{0} ? "nothing could be read" : "";
}

void add_input_limits(CLI::App& command, InputLimits& limits) {
  const auto add_count = [&command](const char* name, std::uint64_t& value, const char* help) {
    command.add_option(name, value, help)->type_name("N")->check(is_count);
  };
  add_bytes(command, "--max-member", limits.member, "A member that unpacks to more is broken there")
      ->check(is_no_zero);
  add_bytes(command, "--max-total", limits.total, "All members together unpack to this at most")
      ->check(is_no_zero);
  add_count("--max-ratio", limits.ratio,
            "Unpacked to packed: a member beyond it, and beyond 64 MiB, is taken for a bomb");
  add_count("--max-members", limits.members, "Members of all sources together");
  add_count("--max-depth", limits.depth, "Directories in directories");
  add_bytes(
      command, "--max-scratch", limits.scratch,
      "On disk, for standard input and archives in archives; as much again for records that wait");
}

const std::map<std::string, Duplicates> kDuplicateRules = {{"newest", Duplicates::kNewest},
                                                           {"first", Duplicates::kFirst},
                                                           {"last", Duplicates::kLast},
                                                           {"error", Duplicates::kError}};

void add_duplicates(CLI::App& command, Duplicates& duplicates) {
  command
      .add_option_function<std::string>(
          "--duplicates",
          [&duplicates](const std::string& rule) { duplicates = kDuplicateRules.at(rule); },
          "Of records with the same type and id, load the newest (by meta.lastUpdated, "
          "meta.versionId, "
          "position), the first, the last; or error: load nothing if there are any")
      ->default_str("newest")
      ->check(CLI::IsMember({"newest", "first", "last", "error"}))
      ->type_name("RULE");
}

}  // namespace

std::string is_number(const std::string& text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [behind, error] = std::from_chars(text.data(), end, number);
  // CLI11 takes one that begins with a zero for octal.
  const bool octal = text.size() > 1 && text.front() == '0';
  const bool whole = error == std::errc() && behind == end && !octal;
  return whole ? "" : text + " is no whole number from 0 on";
}

std::string is_count(const std::string& text) {
  constexpr std::size_t kMostDigits = 18;
  const bool count = is_number(text).empty() && text != "0" && text.size() <= kMostDigits;
  return count ? "" : text + " is no whole number from 1 on";
}

void add_input_options(CLI::App& command, InputOptions& options) {
  command
      .add_option("SOURCE", options.sources,
                  "Files, archives (zip, gzip, zstd) or directories; - is standard input")
      ->required()
      ->default_str("")
      ->type_name("PATH");
  command.add_option("--threads", options.threads, "Threads that compute; 0: one a core")
      ->type_name("N");
  add_bytes(command, "--memory", options.memory, "Input in memory at most");
  add_bytes(command, "--window", options.window, "Input read at a time");
  add_bytes(command, "--max-record", options.max_record, "A larger record becomes a dead letter");
  add_input_limits(command, options.limits);
}

void add_profile_option(CLI::App& command, std::string& profile) {
  command
      .add_option("--profile", profile,
                  "How to treat a FHIR server: hapi, blaze, medplum, microsoft, firely or generic; "
                  "as its metadata says if not given")
      ->type_name("NAME");
}

void add_state_option(CLI::App& command, std::filesystem::path& state) {
  command.add_option("--state", state, "Directory of the ledger: runs, dead letters, audit log")
      ->type_name("DIR");
}

void add_stage_option(CLI::App& command, std::string& stage) {
  command.add_option("--stage", stage, "Only letters of this stage: validate, transform or load")
      ->check(CLI::IsMember({"validate", "transform", "load"}))
      ->type_name("STAGE");
}

void add_access_options(CLI::App& command, ServerAccess& access) {
  const auto add = [&command](const char* name, auto& value, const char* help, const char* type) {
    return command.add_option(name, value, help)->type_name(type);
  };
  add("--user", access.user,
      "HTTP Basic; the password comes from --password-file or FHIREHOSE_PASSWORD", "NAME");
  add("--password-file", access.password_file, "Holds the password of --user", "FILE");
  add("--token-file", access.token_file,
      "Holds a bearer token; read again when the server refuses it. Without it: FHIREHOSE_TOKEN",
      "FILE");
  add("--client-id", access.client_id, "SMART Backend Services: the client as registered", "ID");
  add("--client-key", access.client_key, "Its private key in PEM: RSA (RS384) or EC P-384 (ES384)",
      "FILE");
  add("--key-id", access.key_id, "The key's name (kid) in the client's registered key set", "KID");
  add("--token-url", access.token_url,
      "Token endpoint; what the server's smart-configuration names if not given", "URL");
  add("--scope", access.scope, "What the token is asked for", "SCOPE");
  add("--cert", access.certificate, "Certificate to show to the server, PEM with its chain",
      "FILE");
  add("--key", access.certificate_key, "Its private key, PEM; in --cert if not given", "FILE");
  add("--ca", access.ca, "Certificates to trust instead of the system's, PEM", "FILE");
  add("--proxy", access.proxy,
      "Its credentials: FHIREHOSE_PROXY_USER and FHIREHOSE_PROXY_PASSWORD. Without it: "
      "https_proxy, "
      "http_proxy, no_proxy",
      "URL");
  command.add_flag("--gzip", access.gzip, "Compress what is sent");
}

void add_endurance_options(CLI::App& command, Endurance& endurance) {
  command
      .add_option("--attempts", endurance.attempts,
                  "A record that a server answers with a conflict or an error so often, while it "
                  "takes others, is rejected")
      ->type_name("N")
      ->check(CLI::Range(1, 1'000));
  add_duration(command, "--patience", endurance.patience,
               "A server that is only busy, broken or silent for so long stops the load, which can "
               "be resumed; no record is rejected for it");
  add_duration(command, "--timeout", endurance.timeout,
               "A request that has no answer by then has failed, and is sent again");
  add_duration(command, "--backoff", endurance.backoff,
               "Wait before what may pass is sent again; doubles each time");
  add_duration(command, "--longest-backoff", endurance.longest_backoff, "It doubles up to this");
  add_duration(command, "--longest-retry-after", endurance.longest_retry_after,
               "A server's longer Retry-After counts as this");
}

namespace {

void add_pace_options(CLI::App& command, std::optional<std::uint32_t>& concurrency,
                      std::optional<std::uint32_t>& batch) {
  command
      .add_option(
          "--concurrency", concurrency,
          "Bundles in flight; if not given, a FHIR server is watched and gets what it can take")
      ->type_name("N")
      ->check(CLI::Range(1, 1'024));
  command.add_option("--batch", batch, "Entries in a bundle; likewise")
      ->type_name("N")
      ->check(CLI::Range(1, 100'000));
}

/// `keep`, `uuid`, `auto`, `prefix` or `prefix=STR`.
void read_ids(const std::string& text, Identity& identity) {
  static const std::map<std::string, Ids> kWays = {
      {"keep", Ids::kKeep}, {"prefix", Ids::kPrefix}, {"uuid", Ids::kUuid}, {"auto", Ids::kAuto}};
  constexpr std::string_view kPrefix = "prefix=";
  const bool prefix = text.starts_with(kPrefix) && text.size() > kPrefix.size();
  const auto way = kWays.find(prefix ? "prefix" : text);
  if (way == kWays.end()) {
    throw CLI::ValidationError("--ids", text + " is none of keep, prefix=STR, uuid, auto");
  }
  identity.ids = way->second;
  identity.prefix = prefix ? text.substr(kPrefix.size()) : "";
}

}  // namespace

void add_reach_options(CLI::App& command, ReachOptions& options) {
  add_access_options(command, options.access);
  add_endurance_options(command, options.endurance);
  add_pace_options(command, options.concurrency, options.batch);
}

void note_given(const CLI::App& command, ReachOptions& options) {
  for (const CLI::Option* const option : command.get_options()) {
    if (option->count() > 0) options.given.insert(option->get_single_name());
  }
}

void add_identity_options(CLI::App& command, Identity& identity) {
  command
      .add_option_function<std::string>(
          "--ids", [&identity](const std::string& text) { read_ids(text, identity); },
          "What becomes of ids, and of references with them. keep; prefix=STR, before each; uuid, "
          "made of source system, type and id; auto, letters before those that the target's "
          "profile refuses. If not given, keep, and a load with ids that the profile refuses does "
          "not begin")
      ->type_name("WAY");
  command
      .add_option(
          "--source-system", identity.source_system,
          "Keeps systems with the same ids apart: goes into --ids uuid; --ids prefix without "
          "STR takes it and a hyphen")
      ->type_name("NAME");
  command
      .add_option("--source-base", identity.source_bases,
                  "Where the source keeps its resources, such as https://ehr.example/fhir: "
                  "references below it become Type/id. May be given again")
      ->default_str("")
      ->type_name("URL");
  command
      .add_option_function<std::string>(
          "--resolve-urns",
          [&identity](const std::string& reach) {
            identity.urns_reach_everywhere = reach == "archive";
          },
          "Where a urn: reference finds its entry: in its own Bundle, or else in any of the input")
      ->default_str("bundle")
      ->check(CLI::IsMember({"bundle", "archive"}))
      ->type_name("REACH");
}

namespace {

/// As http://hl7.org/fhir/R4/datatypes.html#code, but in ASCII and without blanks; a sentence where
/// it is none. A variable of the shell that is not set must not mean "no label".
std::string is_code(const std::string& text) {
  const bool code = !text.empty() && text.size() <= 256 &&
                    std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7F'; });
  return code ? "" : "it has to be a code without blanks, such as a GUID";
}

}  // namespace

void add_load_options(CLI::App& command, LoadOptions& options) {
  add_input_options(command, options.input);
  add_duplicates(command, options.input.duplicates);
  command
      .add_option("--to", options.target,
                  "Target: http(s)://HOST/BASE of a FHIR server, sqlite:FILE, or discard:")
      ->type_name("TARGET");
  add_profile_option(command, options.profile);
  add_access_options(command, options.access);
  add_endurance_options(command, options.endurance);
  add_state_option(command, options.state);
  add_identity_options(command, options.identity);
  command.add_flag("--keep-coverage", options.keep_coverage,
                   "Leave the Coverage in ExplanationOfBenefits; it is stripped otherwise");
  CLI::Option* const tenant =
      command
          .add_option("--tenant", options.tenant,
                      "Label every resource as this tenant's, in meta.security")
          ->check(is_code)
          ->type_name("GUID");
  command.add_option("--tenant-system", options.tenant_system, "System of the tenant label")
      ->needs(tenant)
      ->type_name("URI");
  add_pace_options(command, options.concurrency, options.batch);
}

}  // namespace fhirehose::cli
