#include <csignal>
#include <fstream>
#include <string>

#include <fmt/format.h>

#include "fhir-target/endpoint.hpp"
#include "fhir-target/http_server.hpp"
#include "fhir-target/options.hpp"

namespace {

using namespace fhirehose;

constexpr int kUsageExit = 2;

/// Every thread started from now on leaves these signals to `sigwait`.
sigset_t block_end_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

core::Status announce(const target::Options& options, int port) {
  fmt::print("fhir-target listens on http://127.0.0.1:{}{}\n", port, options.server.base);
  std::fflush(stdout);
  if (options.port_file.empty()) return {};
  // Renamed into place: whoever waits for the file never reads half of it.
  const std::filesystem::path draft = options.port_file.string() + ".new";
  std::ofstream(draft) << port << '\n';
  std::error_code error;
  std::filesystem::rename(draft, options.port_file, error);
  if (!error) return {};
  return core::fail(core::ErrorKind::kUsage,
                    fmt::format("can't write the port to {}", options.port_file.string()));
}

core::Status run(const target::Options& options) {
  const sigset_t signals = block_end_signals();
  target::Endpoint endpoint(options.rules);
  target::HttpServer server(endpoint, options.server);
  const auto port = server.start();
  if (!port) return tl::unexpected(port.error());
  if (auto announced = announce(options, *port); !announced) return announced;
  int signal = 0;
  sigwait(&signals, &signal);
  server.shut_down();
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = target::read_options(argc, argv);
  if (!options && options.error().kind == core::ErrorKind::kStop) return 0;
  const core::Status done = options ? run(*options) : tl::unexpected(options.error());
  if (done) return 0;
  if (!done.error().message.empty()) fmt::print(stderr, "fhir-target: {}\n", done.error().message);
  return kUsageExit;
}
