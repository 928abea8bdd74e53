#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "memory/byte_budget.hpp"
#include "memory/region.hpp"

namespace fhirehose::memory {

/// Where a chunk stands in the input. Two passes over the same input cut the same chunks, so
/// (member, sequence) names a chunk in both.
struct ChunkOrigin {
  std::uint32_t member = 0;    ///< place of the member in the catalog
  std::uint32_t sequence = 0;  ///< place of the chunk in its member, from 0
  std::uint64_t offset = 0;    ///< of the chunk's first byte in the member's decompressed bytes
  bool renamed = false;        ///< its records are named as at the target
};

/// Decompressed bytes that hold whole records. Immutable once made; shared by everything that still
/// needs one of its records, and given back, region and lease, when the last of them lets go.
struct Chunk {
  ByteBudget::Lease lease;
  Region region;
  std::string_view bytes;  ///< within `region`, so padded
  ChunkOrigin origin;
};

/// The only owner that travels: one reference count a chunk, none a record.
using ChunkHandle = std::shared_ptr<const Chunk>;

}  // namespace fhirehose::memory
