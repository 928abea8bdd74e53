#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "fhir-target/http_server.hpp"
#include "fhir-target/rules.hpp"
#include "fhirehose/options.hpp"
#include "files.hpp"

namespace fhirehose::fault {

/// All that a seed decides: what is loaded, how, and into what.
struct Scenario {
  std::vector<File> files;
  Sums sums;
  LoadOptions options;  ///< sources, target, state and timeout are set by whoever runs it
  target::Rules rules;
  target::ServerOptions server;  ///< with its misconduct

  /// For whoever has to find out what went wrong: options and faults as a text.
  [[nodiscard]] std::string describe() const;
};

Scenario draw_scenario(std::uint64_t seed);

}  // namespace fhirehose::fault
