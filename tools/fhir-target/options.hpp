#pragma once

#include <filesystem>

#include "core/result.hpp"
#include "fhir-target/http_server.hpp"
#include "fhir-target/rules.hpp"

namespace fhirehose::target {

/// All that the command line says.
struct Options {
  Rules rules{};
  ServerOptions server{};
  std::filesystem::path port_file{};  ///< the port is written there once it is open; empty: nowhere
};

/// Reads the command line. An error of kind kUsage says what is wrong; `--help` prints to standard
/// output and is an error of kind kStop.
core::Result<Options> read_options(int argc, const char* const* argv);

}  // namespace fhirehose::target
