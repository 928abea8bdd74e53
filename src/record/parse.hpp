#pragma once

#include "memory/chunk.hpp"
#include "record/record_batch.hpp"
#include "record/splitter.hpp"

namespace fhirehose::record {

struct ParseLimits {
  std::size_t depth = 200;  ///< nesting of one record
};

/// Reads every record of a chunk: one full walk each, to its last byte. Accepts what is well-formed
/// JSON (RFC 8259) in valid UTF-8, is an object with a known resourceType, and has a legal id or
/// none; all else becomes a rejection that says what and at which byte. A value that is itself a
/// Bundle becomes its entries. `cut` is what the splitter said of the chunk's bytes. Thread-safe.
/// Deterministic: the same chunk gives the same batch.
RecordBatch parse(memory::ChunkHandle chunk, const Cut& cut, const ParseLimits& limits = {});

}  // namespace fhirehose::record
