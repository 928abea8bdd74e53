#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "source/catalog.hpp"

namespace fhirehose::source {

/// A MemberReader that keeps the promise about errors: what was decoded before one is delivered
/// first, the error comes at the next call, and stays. Readers stack: most decode what another
/// one reads.
class Decoder : public MemberReader {
 public:
  core::Result<std::size_t> read(std::span<char> into) final;

 protected:
  /// Fills `into` from its front; `done` (0 at first) counts the good bytes, also before a failure.
  /// Fewer than asked for without a failure: the end.
  virtual core::Status fill(std::span<char> into, std::size_t& done) = 0;

 private:
  std::optional<core::Error> failure_;
};

}  // namespace fhirehose::source
