#include "record/cut_writer.hpp"

#include <algorithm>
#include <utility>

#include "record/newlines.hpp"

namespace fhirehose::record {

void CutWriter::value(const char* at, const char* behind, std::uint32_t bundle) {
  cut_.framing = Framing::kValues;
  const std::string_view bytes(at, static_cast<std::size_t>(behind - at));
  cut_.values.push_back({bytes, line_of(at), bundle});
}

void CutWriter::broken(const Mark& from, std::uint64_t to, const Reason& reason,
                       std::string front) {
  cut_.framing = Framing::kValues;
  const std::uint64_t length = to - from.offset;
  const auto kept = static_cast<std::size_t>(std::min(length, kKeptOfBroken));
  std::string_view bytes;
  if (is_here(from.offset)) {
    bytes = {at(from.offset), kept};
  } else {
    bytes = std::string_view(cut_.fronts.emplace_back(std::move(front))).substr(0, kept);
  }
  const auto line = static_cast<std::int64_t>(from.newlines - start_.newlines);
  cut_.broken.push_back({bytes, length, from.offset, line, reason});
}

void CutWriter::finish(const char* at) {
  cut_.consumed = static_cast<std::size_t>(at - begin());
  if (cut_.framing == Framing::kValues) line_of(at);
}

std::uint32_t CutWriter::line_of(const char* at) {
  // What was skipped is reported at its end, from a place before what was counted last.
  if (at > counted_) {
    cut_.newlines += count_newlines({counted_, static_cast<std::size_t>(at - counted_)});
    counted_ = at;
    return cut_.newlines;
  }
  return cut_.newlines - count_newlines({at, static_cast<std::size_t>(counted_ - at)});
}

}  // namespace fhirehose::record
