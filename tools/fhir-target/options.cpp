#include "fhir-target/options.hpp"

#include <map>
#include <string>

#include <CLI/CLI.hpp>

#include "core/byte_size.hpp"

namespace fhirehose::target {
namespace {

/// What CLI11 checks as text before it becomes a value.
struct Texts {
  std::string mode = "keep";
  std::string references = "open";
  std::string numeric_ids = "allowed";
  std::string max_bytes = "256M";
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
  std::string& base = options.server.base;
  if (!base.starts_with('/')) base.insert(0, "/");
  while (base.ends_with('/')) base.pop_back();
  return options;
}

}  // namespace

core::Result<Options> read_options(int argc, const char* const* argv) {
  CLI::App app("A small FHIR R4 server in memory, for tests and benchmarks", "fhir-target");
  app.footer("GET /_digest tells the state, POST /_reset empties it. SIGTERM ends it.");
  Options options;
  Texts texts;
  declare_server(app, options);
  declare_rules(app, options, texts);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool help = app.exit(error) == 0;
    return core::fail(help ? core::ErrorKind::kStop : core::ErrorKind::kUsage, "");
  }
  return resolved(std::move(options), texts);
}

}  // namespace fhirehose::target
