#pragma once

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "record/parse.hpp"

namespace fhirehose::record::test {

/// `text` in a chunk of its own, padded.
inline std::shared_ptr<memory::Chunk> chunk_of(std::string_view text, std::uint64_t offset = 0) {
  auto chunk = std::make_shared<memory::Chunk>();
  chunk->region = memory::Region::allocate(text.size() + 1);
  std::memcpy(chunk->region.data(), text.data(), text.size());
  chunk->bytes = std::string_view(chunk->region.data(), text.size());
  chunk->origin.offset = offset;
  return chunk;
}

/// The batch of a member that fits one window.
inline RecordBatch read_whole(std::string_view text, const ParseOptions& options = {}) {
  const auto chunk = chunk_of(text);
  Splitter splitter;
  const Cut cut = splitter.cut(chunk->bytes, More::kEnd);
  return parse(chunk, cut, options);
}

/// What one record is, wherever it was cut. `where` is its first byte in the member.
struct Seen {
  std::uint64_t where = 0;
  std::uint64_t length = 0;
  std::string what;  ///< of a record: type, id, patient, fullUrl, references, text; else the reason
  std::uint64_t line = 0;                    ///< from 0
  std::string kept = {};                     ///< of what is rejected
  std::optional<std::uint64_t> bundle = {};  ///< where the one starts whose entry a record is
  auto operator<=>(const Seen&) const = default;
};

inline void PrintTo(const Seen& seen, std::ostream* out) {
  *out << seen.where << "+" << seen.length << " line " << seen.line << " " << seen.what << " "
       << seen.kept;
}

/// All that reading a member in windows gives.
struct Reading {
  std::vector<Seen> records;     ///< in order
  std::vector<Seen> rejections;  ///< in order
  std::map<std::uint64_t, BundlePart> bundles;
  std::uint64_t newlines = 0;
  std::size_t consumed = 0;
  std::size_t largest_window = 0;
  std::size_t cuts = 0;
};

inline std::string describe(const RecordBatch& batch, const RecordView& record) {
  std::string what = std::string(core::name_of(record.type)) + " " + std::string(record.id) + " " +
                     std::string(record.patient) + " " + std::string(record.full_url) + " ";
  for (std::uint32_t i = 0; i < record.references; ++i) {
    const Reference& reference = batch.references[record.first_reference + i];
    what += std::string(reference.text()) + "=" + std::to_string(static_cast<int>(reference.kind)) +
            std::string(core::name_of(reference.type)) + (reference.ends_with_id ? "$" : "") + " ";
  }
  return what + edited_text(batch, record);
}

inline void add_up(Reading& reading, const RecordBatch& batch) {
  const memory::Chunk& chunk = *batch.chunk;
  const auto where = [&](std::string_view bytes) {
    return chunk.origin.offset + static_cast<std::uint64_t>(bytes.data() - chunk.bytes.data());
  };
  for (const RecordView& record : batch.records) {
    Seen& seen =
        reading.records.emplace_back(Seen{where(record.raw), record.raw.size(),
                                          describe(batch, record), reading.newlines + record.line});
    if (record.bundle > 0) seen.bundle = batch.bundles.at(record.bundle - 1).offset;
  }
  for (const Rejection& rejection : batch.rejections) {
    const auto line = static_cast<std::int64_t>(reading.newlines) + rejection.line;
    reading.rejections.push_back({rejection.offset, rejection.length, rejection.reason.sentence(),
                                  static_cast<std::uint64_t>(line), std::string(rejection.raw)});
  }
  for (const BundlePart& part : batch.bundles) {
    BundlePart& sum =
        reading.bundles.try_emplace(part.offset, BundlePart{part.offset}).first->second;
    if (part.type != BundleType::kUnknown) sum.type = part.type;
    sum.entries += part.entries;
    sum.bytes += part.bytes;
    sum.complete = sum.complete || part.complete;
  }
  reading.newlines += batch.newline_count;
}

/// When a splitter hears of the member's end.
enum class EndKnown : std::uint8_t { kWithTheLastBytes, kAfterThem };

/// Reads `text` in windows of `window` bytes, which double when the splitter asks for more.
inline Reading read_in_windows(std::string_view text, std::size_t window,
                               std::uint64_t max_record = kMaxRecord,
                               EndKnown end_known = EndKnown::kWithTheLastBytes) {
  Reading reading;
  Splitter splitter(max_record);
  std::size_t size = window;
  bool end = false;
  while (!end) {
    const std::string_view bytes = text.substr(reading.consumed, size);
    const bool all = reading.consumed + bytes.size() == text.size();
    const bool last =
        all && (end_known == EndKnown::kWithTheLastBytes || size != window || bytes.empty());
    reading.largest_window = std::max(reading.largest_window, bytes.size());
    const auto chunk = chunk_of(bytes, reading.consumed);
    const Cut cut = splitter.cut(chunk->bytes, last ? More::kEnd : More::kFollows);
    ++reading.cuts;
    end = last && cut.consumed == bytes.size();
    size = cut.consumed == 0 ? size * 2 : window;
    if (cut.consumed == 0 && !last) continue;
    chunk->bytes = chunk->bytes.substr(0, cut.consumed);
    reading.consumed += cut.consumed;
    add_up(reading, parse(chunk, cut));
  }
  return reading;
}

}  // namespace fhirehose::record::test
