#include "fhir-target/options.hpp"

#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "core/byte_size.hpp"
#include "fhir-target/fault.hpp"

namespace fhirehose::target {
namespace {

/// What CLI11 checks as text before it becomes a value.
struct Texts {
  std::string mode = "keep";
  std::string references = "open";
  std::string numeric_ids = "allowed";
  std::string max_bytes = "256M";
  std::filesystem::path bearer_file{};
};

void declare_server(CLI::App& app, Options& options) {
  ServerOptions& server = options.server;
  app.add_option("--port", server.port, "Port on 127.0.0.1; 0 takes a free one")
      ->required()
      ->check(CLI::Range(0, 65535));
  app.add_option("--port-file", options.port_file, "Write the port to this file once it is open");
  app.add_option("--base", server.base, "Path of the endpoint")->capture_default_str();
  app.add_option("--threads", server.threads, "Connections served at a time")
      ->capture_default_str()
      ->check(CLI::Range(1, 4096));
  app.add_option("--max-requests-per-connection", server.max_requests_per_connection,
                 "Close a connection after so many; 0: never")
      ->capture_default_str();
}

void declare_rules(CLI::App& app, Options& options, Texts& texts) {
  app.add_option("--mode", texts.mode, "keep: store and hash; count: find entries and answer")
      ->capture_default_str()
      ->check(CLI::IsMember({"keep", "count"}));
  app.add_option("--references", texts.references, "Whether what is referred to has to be there")
      ->capture_default_str()
      ->check(CLI::IsMember({"enforced", "open"}));
  app.add_option("--numeric-ids", texts.numeric_ids, "Whether clients may create ids of digits")
      ->capture_default_str()
      ->check(CLI::IsMember({"refused", "allowed"}));
  app.add_option("--max-entries", options.rules.max_entries,
                 "Entries of one bundle, more get 413; 0: any number")
      ->capture_default_str();
  app.add_option("--max-bytes", texts.max_bytes,
                 "Bytes of one request's body (64K, 256M), more get 413; 0: any number")
      ->capture_default_str();
}

void declare_behaviour(CLI::App& app, Options& options, Texts& texts) {
  BehaviourTexts& behaviour = options.server.behaviour;
  const std::string group = "Misbehaviour";
  app.add_option("--fault", behaviour.faults,
                 "KIND:RATE[:NAME=VALUE]..., may be repeated; see below")
      ->allow_extra_args(false)
      ->group(group);
  app.add_option("--seed", behaviour.seed,
                 "Who meets a fault follows from it and the content alone")
      ->capture_default_str()
      ->group(group);
  app.add_option("--fault-cap", behaviour.fault_cap,
                 "Faults that one content meets at most, then it is let through; 0: any number")
      ->capture_default_str()
      ->group(group);
  app.add_option("--storm", behaviour.storm,
                 "FROM:COUNT: so many requests in a row get 503, whatever they are")
      ->group(group);
  app.add_option("--capacity", behaviour.capacity,
                 "What it can do at most: service=2ms+0.1ms (a request + each entry), parallel=8, "
                 "queue=32, status=503, retry-after=1, decay=0.01 (slower by this for each that "
                 "waits), with commas")
      ->group(group);
  app.add_option("--bearer-file", texts.bearer_file,
                 "Accept only the bearer tokens of this file, one a line; others get 401")
      ->group(group);
  app.add_flag("--history", behaviour.history,
               "Tell in /_stats which entries came again, although there are no faults")
      ->group(group);
}

core::Result<std::vector<std::string>> read_bearers(const std::filesystem::path& path) {
  std::vector<std::string> bearers;
  if (path.empty()) return bearers;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);)
    if (!line.empty()) bearers.push_back(line);
  if (!bearers.empty()) return bearers;
  return core::fail(core::ErrorKind::kUsage,
                    "--bearer-file: no token can be read from " + path.string());
}

/// Takes in what stands in files, and checks it all: a server never starts with half of its orders.
core::Status resolve_behaviour(BehaviourTexts& behaviour, const Texts& texts) {
  auto bearers = read_bearers(texts.bearer_file);
  if (!bearers) return tl::unexpected(std::move(bearers.error()));
  behaviour.bearers = std::move(*bearers);
  auto understood = read_behaviour(behaviour);
  if (!understood) return tl::unexpected(std::move(understood.error()));
  return {};
}

core::Result<Options> resolved(Options options, const Texts& texts) {
  Rules& rules = options.rules;
  rules.mode = texts.mode == "count" ? Mode::kCount : Mode::kKeep;
  rules.references = texts.references == "open" ? References::kOpen : References::kEnforced;
  rules.numeric_ids = texts.numeric_ids == "refused" ? NumericIds::kRefused : NumericIds::kAllowed;
  const auto bytes = core::parse_byte_size(texts.max_bytes);
  if (!bytes)
    return core::fail(core::ErrorKind::kUsage,
                      "--max-bytes: '" + texts.max_bytes + "' is no size; 64K or 256M would be");
  options.server.max_bytes = *bytes;
  if (auto behaves = resolve_behaviour(options.server.behaviour, texts); !behaves)
    return tl::unexpected(std::move(behaves.error()));
  std::string& base = options.server.base;
  if (!base.starts_with('/')) base.insert(0, "/");
  while (base.ends_with('/')) base.pop_back();
  return options;
}

}  // namespace

core::Result<Options> read_options(int argc, const char* const* argv) {
  CLI::App app("A small FHIR R4 server in memory, for tests and benchmarks", "fhir-target");
  app.footer(std::string(fault_kinds_help()) +
             "\nGET /_digest tells the state, GET /_stats what came and what was made to go wrong, "
             "POST /_reset\nempties both. POST /_control changes the misbehaviour of a running "
             "server; GET "
             "/_control shows it.\nSIGTERM ends it.");
  Options options;
  Texts texts;
  declare_server(app, options);
  declare_rules(app, options, texts);
  declare_behaviour(app, options, texts);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool help = app.exit(error) == 0;
    return core::fail(help ? core::ErrorKind::kStop : core::ErrorKind::kUsage, "");
  }
  return resolved(std::move(options), texts);
}

}  // namespace fhirehose::target
