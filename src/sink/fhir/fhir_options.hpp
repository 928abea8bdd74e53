#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "fhirehose/options.hpp"
#include "sink/fhir/patience.hpp"

namespace fhirehose::sink::fhir {

/// How to load into a FHIR server.
struct FhirOptions {
  std::string url = {};                           ///< of its base: `http://127.0.0.1:8080/fhir`
  std::optional<std::uint32_t> concurrency = {};  ///< bundles in flight; unset: found out
  std::optional<std::uint32_t> batch = {};        ///< entries of a bundle; likewise
  std::string profile = {};  ///< of kServerProfiles, by name; empty: as the server says
  Patience patience = {};    ///< with what may pass
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds request_timeout{300'000};  ///< for one bundle's answer
  ServerAccess access = {};                            ///< as whom, by which way
  std::vector<std::string> headers = {};  ///< sent with each request, `Name: value`; no secrets
  std::uint64_t jitter_seed = 0;          ///< 0: drawn from the system
  std::stop_token stop = {};              ///< once asked for, no question waits for its answer
};

}  // namespace fhirehose::sink::fhir
