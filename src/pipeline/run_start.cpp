#include "pipeline/run_start.hpp"

#include <string>
#include <string_view>

#include "core/credentials.hpp"
#include "core/duration.hpp"
#include "core/json_writer.hpp"

namespace fhirehose::pipeline {
namespace {

/// Names of files, never what is in them; of addresses what is no secret.
void add_access(core::JsonWriter& json, const ServerAccess& access) {
  const ServerAccess standard;
  const auto add = [&json](std::string_view name, const std::string& value,
                           const std::string& usual = {}) {
    if (value != usual) json.key(name).text(value);
  };
  add("user", access.user);
  add("password-file", access.password_file.string());
  add("token-file", access.token_file.string());
  add("client-id", access.client_id);
  add("client-key", access.client_key.string());
  add("key-id", access.key_id);
  add("token-url", core::without_credentials(access.token_url));
  add("scope", access.scope, standard.scope);
  add("cert", access.certificate.string());
  add("key", access.certificate_key.string());
  add("ca", access.ca.string());
  add("proxy", core::without_credentials(access.proxy));
  if (access.gzip) json.key("gzip").raw("true");
}

void add_endurance(core::JsonWriter& json, const Endurance& endurance) {
  const Endurance standard;
  if (endurance.attempts != standard.attempts) {
    json.key("attempts").number(std::uint64_t{endurance.attempts});
  }
  const auto add = [&json](std::string_view name, auto value, auto usual) {
    if (value != usual) json.key(name).text(core::format_duration(value));
  };
  add("patience", endurance.patience, standard.patience);
  add("timeout", endurance.timeout, standard.timeout);
  add("backoff", endurance.backoff, standard.backoff);
  add("longest-backoff", endurance.longest_backoff, standard.longest_backoff);
  add("longest-retry-after", endurance.longest_retry_after, standard.longest_retry_after);
}

/// Options that differ from the default, as one JSON object; none of them is a secret.
std::string options_text(const LoadOptions& options) {
  const LoadOptions standard;
  core::JsonWriter json;
  json.object();
  if (options.keep_coverage) json.key("keep-coverage").raw("true");
  if (!options.tenant.empty()) json.key("tenant").text(options.tenant);
  if (options.tenant_system != standard.tenant_system) {
    json.key("tenant-system").text(options.tenant_system);
  }
  if (!options.profile.empty()) json.key("profile").text(options.profile);
  add_access(json, options.access);
  add_endurance(json, options.endurance);
  if (options.concurrency) json.key("concurrency").number(std::uint64_t{*options.concurrency});
  if (options.batch) json.key("batch").number(std::uint64_t{*options.batch});
  if (options.input.memory != standard.input.memory)
    json.key("memory").number(options.input.memory);
  if (options.input.max_record != standard.input.max_record) {
    json.key("max-record").number(options.input.max_record);
  }
  if (options.input.window != standard.input.window)
    json.key("window").number(options.input.window);
  if (options.input.threads != 0) json.key("threads").number(std::uint64_t{options.input.threads});
  if (options.input.duplicates != standard.input.duplicates) {
    json.key("duplicates").number(static_cast<std::uint64_t>(options.input.duplicates));
  }
  return json.end_object().str();
}

}  // namespace

ledger::RunStart run_start(const LoadOptions& options) {
  ledger::RunStart start;
  start.command = "load";
  for (const auto& path : options.input.sources) start.sources.push_back(path.string());
  start.target = core::without_credentials(options.target);
  start.options = options_text(options);
  return start;
}

}  // namespace fhirehose::pipeline
