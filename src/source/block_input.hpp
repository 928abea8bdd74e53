#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "source/catalog.hpp"

namespace fhirehose::source {

/// The compressed side of a decoder: what another reader gives, block by block.
class BlockInput {
 public:
  /// `expected` bytes are to come, as far as known: a small member takes a small block only.
  BlockInput(std::unique_ptr<MemberReader> from, std::uint64_t expected);

  /// The next block, valid until the next call; empty at the end.
  core::Result<std::span<std::uint8_t>> next();

 private:
  // 256 KiB of input give about 2.5 MiB of FHIR: a window takes few calls.
  static constexpr std::size_t kBlockBytes = 256 * core::kKiB;
  std::unique_ptr<MemberReader> from_;
  std::size_t size_;
  std::unique_ptr<char[]> block_;
};

}  // namespace fhirehose::source
