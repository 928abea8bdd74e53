#pragma once

#include <cstddef>
#include <cstdint>

namespace fhirehose::target {

enum class Mode : std::uint8_t {
  kKeep,   ///< keeps and hashes every resource
  kCount,  ///< finds the entries of a bundle, counts them by type and answers; keeps nothing
};

enum class References : std::uint8_t {
  kOpen,      ///< only what a transaction itself resolves (urn:uuid) is touched
  kEnforced,  ///< every literal reference has to exist, conditional ones are resolved
};

enum class NumericIds : std::uint8_t {
  kAllowed,
  kRefused,  ///< a client can't create an id of digits only (HAPI-0960)
};

/// What the endpoint accepts; how large a body may be is the server's matter.
struct Rules {
  Mode mode = Mode::kKeep;
  References references = References::kOpen;
  NumericIds numeric_ids = NumericIds::kAllowed;
  std::size_t max_entries = 0;  ///< of one bundle; 0: any number
  [[nodiscard]] bool enforces() const { return references == References::kEnforced; }
};

}  // namespace fhirehose::target
