#include "record/drain.hpp"

#include <algorithm>
#include <utility>

#include "record/blank.hpp"
#include "record/newlines.hpp"

namespace fhirehose::record {

Drain::Drain(To to, std::uint64_t from, std::uint64_t passed, std::string reason)
    : to_(to), from_(from), until_(std::max(from, passed)), reason_(std::move(reason)) {}

bool Drain::advance(const char*& at, More more, CutWriter& out) {
  const char* const found = find_end(at, out.end());
  const char* const behind = found == nullptr ? out.end() : found;
  const char* const last = last_not_blank(at, behind);
  if (last != at) until_ = std::max(until_, out.offset_of(last));
  // Its newline goes with a line, so that a cut that reports it has always consumed something.
  const bool ends_line = found != nullptr && to_ == To::kLineEnd;
  at = ends_line ? behind + 1 : behind;
  if (found == nullptr && more == More::kFollows) return false;
  out.broken(from_, until_, std::move(reason_));
  return true;
}

const char* Drain::find_end(const char* at, const char* end) {
  if (to_ == To::kLineEnd) return find_newline(at, end);
  if (to_ == To::kValueEnd) return scan_.advance(at, end);
  return nullptr;
}

}  // namespace fhirehose::record
