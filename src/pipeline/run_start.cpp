#include "pipeline/run_start.hpp"

#include <array>
#include <filesystem>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/credentials.hpp"
#include "core/duration.hpp"
#include "core/json_member.hpp"
#include "core/json_writer.hpp"

namespace fhirehose::pipeline {
namespace {

/// Calls `visit(name, value)` with every option there, under its name on the command line. What
/// stands here is remembered and restored.
template <class Access, class Visit>
void for_each_access(Access& access, Visit& visit) {
  visit("user", access.user);
  visit("password-file", access.password_file);
  visit("token-file", access.token_file);
  visit("client-id", access.client_id);
  visit("client-key", access.client_key);
  visit("key-id", access.key_id);
  visit("token-url", access.token_url);
  visit("scope", access.scope);
  visit("cert", access.certificate);
  visit("key", access.certificate_key);
  visit("ca", access.ca);
  visit("proxy", access.proxy);
  visit("gzip", access.gzip);
}

template <class Options, class Visit>
void for_each_reach(Options& options, Visit& visit) {
  for_each_access(options.access, visit);
  visit("attempts", options.endurance.attempts);
  visit("patience", options.endurance.patience);
  visit("timeout", options.endurance.timeout);
  visit("backoff", options.endurance.backoff);
  visit("longest-backoff", options.endurance.longest_backoff);
  visit("longest-retry-after", options.endurance.longest_retry_after);
  visit("concurrency", options.concurrency);
  visit("batch", options.batch);
}

template <class Input, class Visit>
void for_each_input(Input& input, Visit& visit) {
  visit("memory", input.memory);
  visit("max-record", input.max_record);
  visit("window", input.window);
  visit("threads", input.threads);
  visit("duplicates", input.duplicates);
  visit("max-member", input.limits.member);
  visit("max-total", input.limits.total);
  visit("max-ratio", input.limits.ratio);
  visit("max-members", input.limits.members);
  visit("max-depth", input.limits.depth);
  visit("max-scratch", input.limits.scratch);
}

template <class Names, class Visit>
void for_each_name(Names& identity, Visit& visit) {
  visit("ids", identity.ids);
  visit("prefix", identity.prefix);
  visit("source-system", identity.source_system);
  visit("source-base", identity.source_bases);
  visit("urns-reach-everywhere", identity.urns_reach_everywhere);
}

template <class Options, class Visit>
void for_each_option(Options& options, Visit& visit) {
  visit("keep-coverage", options.keep_coverage);
  visit("tenant", options.tenant);
  visit("tenant-system", options.tenant_system);
  visit("profile", options.profile);
  for_each_name(options.identity, visit);
  for_each_reach(options, visit);
  for_each_input(options.input, visit);
}

constexpr std::array<std::string_view, 4> kDuplicateRules = {"newest", "first", "last", "error"};
constexpr std::array<std::string_view, 4> kIds = {"keep", "prefix", "uuid", "auto"};

/// Values as JSON; an empty text stands for an option that is not set.
class Printer {
 public:
  template <class Value>
  void operator()(std::string_view name, const Value& value) {
    values.emplace_back(name, json_of(value));
  }
  std::vector<std::pair<std::string_view, std::string>> values;

 private:
  static std::string json_of(const std::string& text) {
    return core::JsonWriter().text(text).str();
  }
  static std::string json_of(const std::filesystem::path& path) { return json_of(path.string()); }
  static std::string json_of(std::chrono::milliseconds time) {
    return json_of(core::format_duration(time));
  }
  static std::string json_of(bool value) { return value ? "true" : "false"; }
  static std::string json_of(std::uint32_t value) { return std::to_string(value); }
  static std::string json_of(std::uint64_t value) { return std::to_string(value); }
  static std::string json_of(const std::optional<std::uint32_t>& value) {
    return value ? json_of(*value) : std::string();
  }
  /// No base has a blank.
  static std::string json_of(const std::vector<std::string>& bases) {
    return json_of(fmt::format("{}", fmt::join(bases, " ")));
  }
  static std::string json_of(const std::optional<Ids>& ids) {
    return ids ? json_of(std::string(kIds.at(static_cast<std::size_t>(*ids)))) : std::string();
  }
  static std::string json_of(Duplicates rule) {
    return json_of(std::string(kDuplicateRules.at(static_cast<std::size_t>(rule))));
  }
};

/// Sets what a JSON object has.
class Reader {
 public:
  explicit Reader(std::string_view json) : json_(json) {}

  template <class Value>
  void operator()(std::string_view name, Value& value) {
    read(name, value);
  }

 private:
  void read(std::string_view name, std::string& value) {
    if (auto text = core::text_member(json_, name)) value = *std::move(text);
  }
  void read(std::string_view name, std::filesystem::path& value) {
    if (auto text = core::text_member(json_, name)) value = *std::move(text);
  }
  void read(std::string_view name, std::chrono::milliseconds& value) {
    const auto text = core::text_member(json_, name);
    if (const auto time = text ? core::parse_duration(*text) : std::nullopt) value = *time;
  }
  void read(std::string_view name, bool& value) {
    const std::string_view word = core::raw_member(json_, name);
    if (!word.empty()) value = word == "true";
  }
  void read(std::string_view name, std::uint64_t& value) {
    if (const auto number = core::number_member(json_, name)) value = *number;
  }
  void read(std::string_view name, std::uint32_t& value) {
    if (const auto number = core::number_member(json_, name)) {
      value = static_cast<std::uint32_t>(*number);
    }
  }
  void read(std::string_view name, std::optional<std::uint32_t>& value) {
    if (const auto number = core::number_member(json_, name)) {
      value = static_cast<std::uint32_t>(*number);
    }
  }
  void read(std::string_view name, std::vector<std::string>& value) {
    std::istringstream words(core::text_member(json_, name).value_or(""));
    for (std::string word; words >> word;) value.push_back(word);
  }
  void read(std::string_view name, Duplicates& value) {
    if (const auto place = place_in(kDuplicateRules, name)) value = static_cast<Duplicates>(*place);
  }
  void read(std::string_view name, std::optional<Ids>& value) {
    if (const auto place = place_in(kIds, name)) value = static_cast<Ids>(*place);
  }
  template <class Names>
  [[nodiscard]] std::optional<std::size_t> place_in(const Names& names,
                                                    std::string_view name) const {
    const auto text = core::text_member(json_, name);
    for (std::size_t place = 0; text && place < names.size(); ++place) {
      if (names.at(place) == *text) return place;
    }
    return std::nullopt;
  }
  std::string_view json_;
};

/// Those of `values` that are not the same in `usual`, or are `given`, as one JSON object.
std::string differing(const Printer& values, const Printer& usual,
                      const std::set<std::string, std::less<>>& given = {}) {
  core::JsonWriter json;
  json.object();
  for (std::size_t i = 0; i < values.values.size(); ++i) {
    const auto& [name, value] = values.values[i];
    if (!value.empty() && (value != usual.values[i].second || given.contains(name)))
      json.key(name).raw(value);
  }
  return json.end_object().str();
}

std::string options_text(LoadOptions options) {
  options.access.token_url = core::without_credentials(options.access.token_url);
  options.access.proxy = core::without_credentials(options.access.proxy);
  const LoadOptions standard;
  Printer values;
  Printer usual;
  for_each_option(options, values);
  for_each_option(standard, usual);
  return differing(values, usual);
}

}  // namespace

ledger::RunStart run_start(const LoadOptions& options) {
  ledger::RunStart start;
  start.command = "load";
  for (const auto& path : options.input.sources) start.sources.push_back(path.string());
  start.target = core::without_credentials(options.target);
  start.options = options_text(options);
  std::error_code unknown;
  start.directory = std::filesystem::current_path(unknown).string();
  return start;
}

LoadOptions options_of(const ledger::RunStart& start) {
  LoadOptions options;
  options.input.sources.assign(start.sources.begin(), start.sources.end());
  options.target = start.target;
  Reader reader(start.options);
  for_each_option(options, reader);
  return options;
}

void replace_given(LoadOptions& into, const ReachOptions& given) {
  const ReachOptions standard;
  Printer values;
  Printer usual;
  for_each_reach(given, values);
  for_each_reach(standard, usual);
  const std::string json = differing(values, usual, given.given);
  Reader reader(json);
  for_each_reach(into, reader);
}

}  // namespace fhirehose::pipeline
