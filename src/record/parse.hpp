#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "core/id_mapping.hpp"
#include "memory/chunk.hpp"
#include "record/record_batch.hpp"
#include "record/source_bases.hpp"
#include "record/splitter.hpp"

namespace fhirehose::record {

struct ParseOptions {
  std::size_t depth = 200;   ///< nesting of one resource, itself included
  SourceBases bases = {};    ///< an entry without an id has that of its fullUrl below one of these
  core::IdMapping ids = {};  ///< an id that does not fit it is rejected, at the stage `transform`
};

/// Reads every record of a chunk: one full walk each, to its last byte. Accepts what is well-formed
/// JSON (RFC 8259) in valid UTF-8, is an object with a known resourceType and no top-level name
/// twice, and has a legal id or none; all else becomes a rejection of the stage `validate` that
/// says what and at which byte. `cut` is what the splitter said of the chunk's bytes. Thread-safe.
/// Deterministic: the same chunk gives the same batch.
///
/// A value that is itself a Bundle becomes its entries, and an array its elements, as the splitter
/// would have cut them: entries that are whole stand though the rest of their line is broken. An
/// entry's resource is a record as it is, even if it is a Bundle; an entry without one is rejected,
/// unless it is a DELETE, which is a record without a body. PATCH, GET and DELETE by search are
/// rejected. What a server said of a search (`search.mode` outcome) is no record, but counted.
/// `raw` of a line is the line without blanks at its ends and without a byte order mark.
///
/// A resource without an id gets that of its entry's PUT, or that of its fullUrl below a source's
/// base, or one from its bytes, as an edit behind its `{`; one with another id than its PUT is
/// rejected. Ids are the source's here: `ids` maps them later. `patient` is a
/// Patient's own id, else that of the first Patient named by `patient`, `subject`, `beneficiary`,
/// `for`, `individual`, or a Provenance's `target`. Where that is a `urn:` reference, `patient` is
/// its text, for a transform to replace when it is resolved.
RecordBatch parse(memory::ChunkHandle chunk, std::shared_ptr<const Cut> cut,
                  const ParseOptions& options = {});
RecordBatch parse(memory::ChunkHandle chunk, Cut cut, const ParseOptions& options = {});

/// Rejections that a batch has at hand: a chunk may hold half as many as bytes.
inline constexpr std::size_t kRejectionsAtHand = 1 << 16;

using RejectionUse = std::function<void(const Rejection&)>;

/// Parses the chunk of a batch again, for nothing but its rejections.
void parse_again(const RecordBatch& batch, const ParseOptions& options, const RejectionUse& use);

/// Calls `use(const Rejection&)` for each rejection of the batch, in order, also for those that are
/// not at hand. `options` are those that it was parsed with. What is given is valid for the call;
/// `use` must not parse anything itself, as it may be called in the middle of that.
template <class Use>
void for_each_rejection(const RecordBatch& batch, const ParseOptions& options, Use use) {
  if (batch.rejections.size() < batch.rejected) return parse_again(batch, options, use);
  for (const Rejection& rejection : batch.rejections) use(rejection);
}

}  // namespace fhirehose::record
