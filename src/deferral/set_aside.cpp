#include "deferral/set_aside.hpp"

#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <fmt/format.h>

#include "core/byte_size.hpp"

namespace fhirehose::deferral {
namespace {

/// What lies in front of a record's texts, which follow in the order of these lengths.
struct RecordHead {
  record::Origin origin;
  core::ResourceKey key;
  std::uint64_t raw = 0;
  std::uint64_t body_in_raw = 0;  ///< where the body begins; only without a printed one
  std::uint64_t body = 0;
  std::uint64_t id = 0, patient = 0;
  std::uint32_t ordinal = 0, line = 0;
  core::ResourceType type{};
  record::Method method = record::Method::kNone;
  bool in_bundle = false;
  bool printed = false;  ///< the body has edits, so that it stands apart
};

struct RefusalHead {
  std::uint64_t reason = 0, outcome = 0, missing = 0;
  std::uint32_t attempts = 0;
  bool has_missing = false;
  bool still_referenced = false;
};

template <class Head>
void append_head(const Head& head, std::string& out) {
  static_assert(std::is_trivially_copyable_v<Head>);
  out.append(reinterpret_cast<const char*>(&head), sizeof head);
}

/// Takes heads and texts off the front of what was written.
class Texts {
 public:
  explicit Texts(std::string_view bytes) : left_(bytes) {}

  template <class Head>
  Head head() {
    Head head;
    std::memcpy(&head, text(sizeof head).data(), sizeof head);
    return head;
  }
  std::string_view text(std::uint64_t size) {
    const std::string_view text = left_.substr(0, size);
    left_.remove_prefix(size);
    return text;
  }

 private:
  std::string_view left_;
};

void add_record(std::string_view bytes, record::RecordBatch& batch) {
  Texts texts(bytes);
  const auto head = texts.head<RecordHead>();
  record::RecordView record;
  record.raw = texts.text(head.raw);
  record.body =
      head.printed ? texts.text(head.body) : record.raw.substr(head.body_in_raw, head.body);
  record.id = texts.text(head.id);
  record.patient = texts.text(head.patient);
  record.type = head.type;
  record.method = head.method;
  record.bundle = head.in_bundle ? 1 : 0;
  record.key = head.key;
  record.ordinal = head.ordinal;
  record.line = head.line;
  batch.records.push_back(record);
  batch.origins.push_back(head.origin);
}

}  // namespace

core::Result<Place> SetAside::put(const lane::Entry& entry) {
  const record::RecordView& record = entry.record();
  RecordHead head;
  head.origin = record::origin_of(*entry.batch, entry.row);
  head.key = record.key;
  head.raw = record.raw.size();
  head.printed = record.edits > 0;
  if (!head.printed && !record.body.empty())
    head.body_in_raw = static_cast<std::uint64_t>(record.body.data() - record.raw.data());
  head.body = record::edited_size(*entry.batch, record);
  head.id = record.id.size();
  head.patient = record.patient.size();
  head.ordinal = record.ordinal;
  head.line = record.line;
  head.type = record.type;
  head.method = record.method;
  head.in_bundle = record.bundle > 0;
  std::string bytes;
  bytes.reserve(sizeof head + head.raw + (head.printed ? head.body : 0) + head.id + head.patient);
  append_head(head, bytes);
  bytes += record.raw;
  if (head.printed) {
    record::for_each_span(*entry.batch, record, [&bytes](std::string_view run) { bytes += run; });
  }
  bytes.append(record.id).append(record.patient);
  return append(bytes);
}

core::Result<Place> SetAside::put(const sink::Refusal& refusal) {
  RefusalHead head{.reason = refusal.reason.size(),
                   .outcome = refusal.outcome.size(),
                   .attempts = refusal.attempts,
                   .has_missing = refusal.missing.has_value(),
                   .still_referenced = refusal.still_referenced};
  if (refusal.missing) head.missing = refusal.missing->reference.size();
  std::string bytes;
  append_head(head, bytes);
  bytes.append(refusal.reason).append(refusal.outcome);
  if (refusal.missing) bytes += refusal.missing->reference;
  return append(bytes);
}

core::Result<Place> SetAside::append(std::span<const char> bytes) {
  if (bytes.size() > limit_ - bytes_) {
    return core::fail(
        core::ErrorKind::kUsage,
        fmt::format("what waits on disk for its target has reached {} (--max-scratch)",
                    core::format_byte_size(limit_)));
  }
  if (!file_) {
    auto made = memory::ScratchFile::make();
    if (!made) return tl::unexpected(made.error());
    file_ = *std::move(made);
  }
  if (const auto written = file_->write(bytes, bytes_); !written)
    return tl::unexpected(written.error());
  const Place place{bytes_, bytes.size()};
  bytes_ += bytes.size();
  return place;
}

core::Result<record::BatchHandle> SetAside::records(std::span<const Place> places,
                                                    memory::ByteBudget& budget) const {
  std::uint64_t total = 0;
  for (const Place& place : places) total += place.bytes;
  auto chunk = std::make_shared<memory::Chunk>();
  chunk->lease = budget.overdraw(total + memory::kPadding);
  chunk->region = memory::Region::allocate(total);
  chunk->bytes = {chunk->region.data(), total};
  const auto batch = std::make_shared<record::RecordBatch>();
  batch->records.reserve(places.size());
  batch->origins.reserve(places.size());
  batch->bundles.emplace_back();  // of all that come from one
  std::uint64_t at = 0;
  for (const Place& place : places) {
    const std::span<char> into(chunk->region.data() + at, place.bytes);
    if (const auto read = file_->read(into, place.offset); !read)
      return tl::unexpected(read.error());
    add_record({into.data(), into.size()}, *batch);
    at += place.bytes;
  }
  batch->chunk = std::move(chunk);
  return batch;
}

core::Result<sink::Refusal> SetAside::refusal(const Place& place) const {
  std::string bytes(place.bytes, '\0');
  if (const auto read = file_->read(bytes, place.offset); !read)
    return tl::unexpected(read.error());
  Texts texts(bytes);
  const auto head = texts.head<RefusalHead>();
  sink::Refusal refusal;
  refusal.reason = texts.text(head.reason);
  refusal.outcome = texts.text(head.outcome);
  refusal.attempts = head.attempts;
  refusal.still_referenced = head.still_referenced;
  if (head.has_missing)
    refusal.missing = sink::MissingTarget{std::string(texts.text(head.missing))};
  return refusal;
}

}  // namespace fhirehose::deferral
