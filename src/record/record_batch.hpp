#pragma once

#include <bit>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/instant.hpp"
#include "core/invariant.hpp"
#include "core/resource_key.hpp"
#include "core/resource_type.hpp"
#include "memory/chunk.hpp"
#include "record/reason.hpp"
#include "record/splitter.hpp"

namespace fhirehose::record {

/// Where a Reference.reference points (http://hl7.org/fhir/R4/references.html#literal).
enum class ReferenceKind : std::uint8_t {
  kRelative,     ///< `Patient/123`, with or without `/_history/1`
  kAbsolute,     ///< `https://example.org/fhir/Patient/123`
  kUrn,          ///< `urn:uuid:...`, `urn:oid:...`
  kContained,    ///< `#id`
  kConditional,  ///< `Patient?identifier=...`
  kOther,
};

/// The value of one `reference` member, anywhere in a resource. Small, as a record may have
/// millions of them.
class Reference {
 public:
  Reference() = default;
  /// `text` lies in one record, and is no longer than simdjson takes it: below 4 GiB.
  Reference(std::string_view text, ReferenceKind kind_of, bool has_escapes,
            core::ResourceType type_of = {})
      : size_(static_cast<std::uint32_t>(text.size())),
        type(type_of),
        kind(kind_of),
        escaped(has_escapes) {
    move_to(text.data());
  }

  /// Between its quotes, as spelled: may hold escapes.
  [[nodiscard]] std::string_view text() const {
    const std::uintptr_t address = std::uintptr_t{begin_high_} << 32 | begin_low_;
    return {std::bit_cast<const char*>(address), size_};
  }
  /// The same text stands at `begin` as well.
  void move_to(const char* begin) {
    const auto address = std::bit_cast<std::uintptr_t>(begin);
    if (address >> 48 != 0) core::broken_invariant("an address has more than 48 bits");
    begin_low_ = static_cast<std::uint32_t>(address);
    begin_high_ = static_cast<std::uint16_t>(address >> 32);
  }
  /// Whether the text does not say by itself what it points at here: a transform may have to look
  /// that up in the resource, in what the Bundles' entries are called, or among the source's bases.
  [[nodiscard]] bool is_silent() const {
    return kind != ReferenceKind::kRelative && kind != ReferenceKind::kConditional;
  }

 private:
  // Behind its opening quote. Linux gives out no address beyond 48 bits that was not asked for.
  std::uint32_t begin_low_ = 0;
  std::uint32_t size_ = 0;
  std::uint16_t begin_high_ = 0;

 public:
  core::ResourceType type{};  ///< of the target; kRelative, kAbsolute and kConditional only
  ReferenceKind kind : 3 = ReferenceKind::kOther;
  bool escaped : 1 = false;       ///< it has a backslash
  bool ends_with_id : 1 = false;  ///< a kRelative one without a version, nor escapes
};
static_assert(sizeof(Reference) == 12);

/// A change of a record's text: `remove` is cut out and `insert` stands in its place. Offsets count
/// from the front of `RecordView::body`.
struct Edit {
  std::size_t offset = 0;
  std::size_t remove = 0;
  std::string_view insert;  ///< constant, or in the batch's arena
};

/// What a Bundle's entry asks for.
enum class Method : std::uint8_t { kNone, kPost, kPut, kPatch, kDelete, kGet, kOther };
inline constexpr std::size_t kMethodCount = 7;

/// One resource. All views live as long as the batch.
struct RecordView {
  std::string_view raw;   ///< as it stands in the input: the line, the element, the whole entry
  std::string_view body;  ///< the resource's JSON, `{` to `}`, before the edits
  core::ResourceType type{};
  std::string_view id;       ///< the resource's id in the source; derived where it has none; once
                             ///< renamed (transform), its id at the target
  std::string_view patient;  ///< id of the patient in whose compartment it is; empty: none
  core::Microseconds last_updated =
      core::kNever;             ///< meta.lastUpdated; unreadable counts as absent
  std::string_view version_id;  ///< meta.versionId
  core::ResourceKey key;
  std::uint32_t ordinal = 0;  ///< among all records of its chunk, rejected ones included
  std::uint32_t line = 0;     ///< newlines in its chunk before it
  std::uint32_t bundle = 0;   ///< 1 + place in `RecordBatch::bundles`, or 0
  Method method = Method::kNone;
  bool bad_last_updated = false;                      ///< meta.lastUpdated is there, and no instant
  std::string_view full_url;                          ///< of its Bundle entry
  std::uint32_t first_reference = 0, references = 0;  ///< in `RecordBatch::references`
  std::uint32_t first_edit = 0, edits = 0;  ///< in `RecordBatch::edits`, by offset, disjoint

  /// It takes the resource away: type, id and key say which; `body` is empty.
  [[nodiscard]] bool is_delete() const { return method == Method::kDelete; }
};

/// The reason of a Rejection whose id is no FHIR id (http://hl7.org/fhir/R4/datatypes.html#id), so
/// that it can be counted apart.
inline constexpr const char* kIllegalId =
    "the id is no FHIR id (1 to 64 letters, digits, hyphens and dots)";

/// The reason of a Rejection whose id does not fit core::IdMapping.
inline constexpr const char* kIdTooLong =
    "the id is too long for what --ids puts before it: together more than 64 characters";

/// A record that can't go on: what the dead letter will say. Small, as there may be as many as
/// bytes.
struct Rejection {
  std::string_view raw;  ///< original bytes, as far as they are at hand
  std::uint64_t length =
      0;  ///< of the whole record; more than raw.size() where it exceeded the limit
  std::uint64_t offset = 0;  ///< of its first byte in the member; may be before its chunk
  std::int64_t line = 0;  ///< newlines in its chunk before it; below 0: it starts before the chunk
  std::uint32_t ordinal = 0;
  core::ResourceType type{};
  bool has_type = false;      ///< `type` was readable
  bool is_entry = false;      ///< of a Bundle
  bool in_transform = false;  ///< in that stage; else in `validate`
  Reason reason;              ///< names the byte within the record where there is one
};

/// Where a record stands in the input.
struct Origin {
  std::uint32_t phase = 0;                 ///< of the load, that has read it
  std::uint32_t member = 0, sequence = 0;  ///< of its chunk
  std::uint64_t begin = 0;                 ///< of `raw`, in the member's decompressed bytes
};

/// The records of one chunk. Filled by parse, edited by transform, read-only from then on. Whoever
/// holds the batch holds the chunk.
struct RecordBatch {
  memory::ByteBudget::Lease lease;  ///< of `footprint`, for who keeps a budget
  memory::ChunkHandle chunk;
  std::vector<RecordView> records;
  std::deque<Rejection> rejections;  ///< the first; more are found by for_each_rejection
  std::vector<Reference> references;
  std::vector<Edit> edits;
  std::vector<BundlePart> bundles;
  std::uint32_t record_count = 0;   ///< all records of the chunk, accepted or not: the next ordinal
  std::uint32_t rejected = 0;       ///< of them
  std::uint32_t newline_count = 0;  ///< in the chunk
  std::shared_ptr<const Cut> cut;   ///< of the chunk; null where that was not parsed
  std::uint32_t phase = 0;          ///< of the load, that has read it
  std::uint32_t search_outcomes = 0;  ///< entries left out: what a server said of a search
  std::deque<std::string> arena;      ///< text that stands in no chunk: derived ids, inserted JSON
  /// By place in `records`, where these come from several chunks of the input; else empty.
  std::vector<Origin> origins;

  /// Keeps `text` as long as the batch lives.
  std::string_view keep(std::string text) { return arena.emplace_back(std::move(text)); }
};

using BatchHandle = std::shared_ptr<RecordBatch>;

/// Calls `use(std::string_view)` for each run of the record's text after its edits, in order.
template <class Use>
void for_each_span(const RecordBatch& batch, const RecordView& record, Use use) {
  std::size_t at = 0;
  for (std::uint32_t i = 0; i < record.edits; ++i) {
    const Edit& edit = batch.edits[record.first_edit + i];
    if (edit.offset > at) use(record.body.substr(at, edit.offset - at));
    if (!edit.insert.empty()) use(edit.insert);
    at = edit.offset + edit.remove;
  }
  if (at < record.body.size()) use(record.body.substr(at));
}

/// The record's text after its edits, in one piece.
std::string edited_text(const RecordBatch& batch, const RecordView& record);

/// Its length.
std::size_t edited_size(const RecordBatch& batch, const RecordView& record);

Origin origin_of(const RecordBatch& batch, std::uint32_t row);

/// Bytes that the batch takes beside its chunk.
std::size_t footprint(const RecordBatch& batch);

}  // namespace fhirehose::record
