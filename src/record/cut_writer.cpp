#include "record/cut_writer.hpp"

#include <utility>

#include "record/newlines.hpp"

namespace fhirehose::record {

void CutWriter::value(const char* at, const char* behind, std::uint32_t bundle) {
  cut_.framing = Framing::kValues;
  const std::string_view bytes(at, static_cast<std::size_t>(behind - at));
  cut_.values.push_back({bytes, line_of(at), bundle});
}

void CutWriter::broken(std::uint64_t from, std::uint64_t to, std::string reason) {
  cut_.framing = Framing::kValues;
  const char* const at = at_or_begin(from);
  const std::string_view bytes(at, static_cast<std::size_t>(at_or_begin(to) - at));
  cut_.broken.push_back({bytes, to - from, line_of(at), std::move(reason), from});
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
