#pragma once

#include <cstddef>
#include <cstdint>

#include "fhir-target/duration_text.hpp"

namespace fhirehose::target {

/// How the bytes of one answer reach the client.
struct Delivery {
  enum class Kind : std::uint8_t {
    kWhole,
    kCut,      ///< the front of it, then the connection is closed
    kTrickle,  ///< all of it, piece by piece
    kSilence,  ///< nothing, until the client leaves
    kReset,    ///< nothing, and the connection is reset
  };
  Kind kind = Kind::kWhole;
  double cut_at = 0;      ///< kCut: the part of the body that is sent, below 1
  std::size_t piece = 0;  ///< kTrickle: bytes
  Microseconds wait{};    ///< kTrickle: after each piece
};

/// What is to become of the connection after an answer.
enum class Ending : std::uint8_t {
  kNone,   ///< the next request
  kClose,  ///< all that was sent arrives
  kReset,  ///< the client is told that it is broken (RST)
};

}  // namespace fhirehose::target
