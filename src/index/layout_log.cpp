#include "index/layout_log.hpp"

#include <algorithm>
#include <limits>
#include <tuple>
#include <type_traits>
#include <utility>

#include "core/byte_size.hpp"

namespace fhirehose::index {
namespace {

using record::BundlePart;
using record::RecordBatch;
using record::RecordView;
using record::Reference;

/// A run of the chunk's text.
struct Span {
  std::uint32_t offset = 0, size = 0;
};

/// A RecordView without pointers: it is what lies in the scratch file, and never leaves this run.
struct RecordLayout {
  Span raw, body;
  std::uint32_t id = 0, patient = 0, version_id = 0;  ///< offsets
  std::uint32_t line = 0, bundle = 0;
  std::uint32_t references = 0;
  core::Microseconds last_updated = core::kNever;
  std::uint8_t id_size = 0, patient_size = 0, version_id_size = 0;
  core::ResourceType type{};
  record::Method method = record::Method::kNone;
  bool bad_last_updated = false;
};

struct ReferenceLayout {
  Span text;
  record::ReferenceKind kind = record::ReferenceKind::kOther;
  bool escaped = false;
};

static_assert(sizeof(RecordLayout) == 56 && std::is_trivially_copyable_v<RecordLayout> &&
              std::is_trivially_copyable_v<ReferenceLayout> &&
              std::is_trivially_copyable_v<BundlePart>);

/// Turns views of one chunk into offsets. One view that is no part of the chunk spoils it all.
class Measure {
 public:
  explicit Measure(std::string_view chunk) : chunk_(chunk) {}

  Span span(std::string_view text) {
    if (text.data() == nullptr) return {};
    // What is empty has its place as well: edits go by it.
    const auto from = reinterpret_cast<std::uintptr_t>(text.data()) -
                      reinterpret_cast<std::uintptr_t>(chunk_.data());
    good_ = good_ && from <= chunk_.size() && text.size() <= chunk_.size() - from;
    return {static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(text.size())};
  }
  std::uint32_t short_span(std::string_view text, std::uint8_t& size) {
    const Span whole = span(text);
    good_ = good_ && whole.size <= std::numeric_limits<std::uint8_t>::max();
    size = static_cast<std::uint8_t>(whole.size);
    return whole.offset;
  }
  [[nodiscard]] bool good() const { return good_; }

 private:
  const std::string_view chunk_;
  bool good_ = true;
};

RecordLayout layout_of(const RecordView& record, Measure& measure) {
  RecordLayout layout;
  layout.raw = measure.span(record.raw);
  layout.body = measure.span(record.body);
  layout.id = measure.short_span(record.id, layout.id_size);
  layout.patient = measure.short_span(record.patient, layout.patient_size);
  layout.version_id = measure.short_span(record.version_id, layout.version_id_size);
  layout.line = record.line;
  layout.bundle = record.bundle;
  layout.last_updated = record.last_updated;
  layout.type = record.type;
  layout.method = record.method;
  layout.bad_last_updated = record.bad_last_updated;
  return layout;
}

/// More than most chunks of a window come to. A chunk beyond it, of a giant record's references,
/// is parsed again: what is remembered of it would be as much as the record.
constexpr std::size_t kLargestSheet = 8 * core::kMiB;

/// What goes to the scratch file at once: a chunk's records, references and Bundles.
struct Sheet {
  std::vector<RecordLayout> records;
  std::vector<ReferenceLayout> references;
  std::vector<BundlePart> bundles;

  void resize(std::size_t records_size, std::size_t references_size, std::size_t bundles_size) {
    records.resize(records_size);
    references.resize(references_size);
    bundles.resize(bundles_size);
  }
  [[nodiscard]] std::size_t size() const {
    return records.size() * sizeof(RecordLayout) + references.size() * sizeof(ReferenceLayout) +
           bundles.size() * sizeof(BundlePart);
  }
};

/// False: it can't be remembered.
bool fill(Sheet& sheet, const RecordBatch& batch, LayoutLog::References wanted) {
  Measure measure(batch.chunk->bytes);
  sheet.resize(0, 0, 0);
  sheet.bundles = batch.bundles;
  for (const RecordView& record : batch.records) {
    RecordLayout& layout = sheet.records.emplace_back(layout_of(record, measure));
    for (std::uint32_t i = 0; i < record.references; ++i) {
      const Reference& reference = batch.references[record.first_reference + i];
      if (wanted == LayoutLog::References::kSilent && !reference.is_silent()) continue;
      if (sheet.size() > kLargestSheet) return false;
      sheet.references.push_back(
          {measure.span(reference.text()), reference.kind, reference.escaped});
      ++layout.references;
    }
    if (sheet.size() > kLargestSheet) return false;
  }
  return measure.good();
}

template <class Row>
std::span<char> bytes_of(std::vector<Row>& rows) {
  return {reinterpret_cast<char*>(rows.data()), rows.size() * sizeof(Row)};
}

/// Calls `each(bytes, offset)` for the parts of the sheet that lies at `offset`; false when one
/// fails.
template <class Each>
bool for_each_part(Sheet& sheet, std::uint64_t offset, Each each) {
  for (const std::span<char> part :
       {bytes_of(sheet.records), bytes_of(sheet.references), bytes_of(sheet.bundles)}) {
    if (!part.empty() && !each(part, offset)) return false;
    offset += part.size();
  }
  return true;
}

std::string_view view(std::string_view chunk, std::uint32_t offset, std::uint32_t size) {
  return chunk.substr(offset, size);
}

RecordView record_of(const RecordLayout& layout, std::string_view chunk) {
  RecordView record;
  record.raw = view(chunk, layout.raw.offset, layout.raw.size);
  // A DELETE's body is empty, at the end of its entry.
  record.body = layout.body.size > 0 ? view(chunk, layout.body.offset, layout.body.size)
                                     : record.raw.substr(record.raw.size());
  record.type = layout.type;
  record.id = view(chunk, layout.id, layout.id_size);
  record.patient = view(chunk, layout.patient, layout.patient_size);
  record.version_id = view(chunk, layout.version_id, layout.version_id_size);
  record.last_updated = layout.last_updated;
  record.key = core::key_of(record.type, record.id);
  record.line = layout.line;
  record.bundle = layout.bundle;
  record.method = layout.method;
  record.bad_last_updated = layout.bad_last_updated;
  record.references = layout.references;
  return record;
}

record::BatchHandle batch_of(const Sheet& sheet, memory::ChunkHandle chunk) {
  auto batch = std::make_shared<RecordBatch>();
  const std::string_view bytes = chunk->bytes;
  batch->chunk = std::move(chunk);
  batch->bundles = sheet.bundles;
  batch->references.reserve(sheet.references.size());
  for (const ReferenceLayout& layout : sheet.references) {
    batch->references.emplace_back(view(bytes, layout.text.offset, layout.text.size), layout.kind,
                                   layout.escaped);
  }
  batch->records.reserve(sheet.records.size());
  std::uint32_t reference = 0;
  for (const RecordLayout& layout : sheet.records) {
    RecordView& record = batch->records.emplace_back(record_of(layout, bytes));
    record.ordinal = batch->record_count++;
    record.first_reference = std::exchange(reference, reference + layout.references);
  }
  return batch;
}

}  // namespace

LayoutLog::LayoutLog(References references) : references_(references) {
  if (auto scratch = memory::ScratchFile::make()) scratch_ = *std::move(scratch);
}

void LayoutLog::add(const RecordBatch& batch) {
  thread_local Sheet sheet;
  const memory::Chunk& chunk = *batch.chunk;
  const bool too_large = chunk.bytes.size() > std::numeric_limits<std::uint32_t>::max();
  if (!scratch_ || full_ || too_large || !batch.rejections.empty() ||
      !fill(sheet, batch, references_))
    return;
  const std::uint64_t offset = end_.fetch_add(sheet.size());
  const bool written = for_each_part(sheet, offset, [this](std::span<char> part, std::uint64_t at) {
    return scratch_->write(part, at).has_value();
  });
  if (!written) {
    full_ = true;
    return;
  }
  const auto count = [](const auto& rows) { return static_cast<std::uint32_t>(rows.size()); };
  const std::lock_guard lock(mutex_);
  places_.push_back({chunk.origin.member, chunk.origin.sequence, count(chunk.bytes),
                     count(sheet.records), count(sheet.references), count(sheet.bundles), offset});
}

void LayoutLog::seal() {
  if (full_) {
    places_.clear();
    scratch_.reset();
  }
  std::ranges::sort(places_, {},
                    [](const Place& place) { return std::tuple(place.member, place.sequence); });
}

const LayoutLog::Place* LayoutLog::find(const memory::Chunk& chunk) const {
  const auto key = [](const Place& place) { return std::tuple(place.member, place.sequence); };
  const std::tuple wanted(chunk.origin.member, chunk.origin.sequence);
  const auto found = std::ranges::lower_bound(places_, wanted, {}, key);
  if (found == places_.end() || key(*found) != wanted) return nullptr;
  return found->size == chunk.bytes.size() ? &*found : nullptr;
}

record::BatchHandle LayoutLog::restore(memory::ChunkHandle chunk) const {
  thread_local Sheet sheet;
  const Place* const place = find(*chunk);
  if (place == nullptr) return nullptr;
  sheet.resize(place->records, place->references, place->bundles);
  const bool read =
      for_each_part(sheet, place->offset, [this](std::span<char> part, std::uint64_t at) {
        return scratch_->read(part, at).has_value();
      });
  return read ? batch_of(sheet, std::move(chunk)) : nullptr;
}

}  // namespace fhirehose::index
