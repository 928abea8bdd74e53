#include "record/drain.hpp"

#include <algorithm>
#include <utility>

#include "record/blank.hpp"
#include "record/newlines.hpp"

namespace fhirehose::record {

Drain::Drain(To to, Failing failing, std::uint64_t passed, const Reason& reason)
    : to_(to),
      failing_(std::move(failing)),
      until_(std::max(failing_.from.offset, passed)),
      reason_(reason) {}

bool Drain::advance(const char*& at, More more, CutWriter& out) {
  const char* const found = find_end(at, out.end());
  const char* const behind = found == nullptr ? out.end() : found;
  const char* const last = last_not_blank(at, behind);
  if (last != at) until_ = std::max(until_, out.offset_of(last));
  // Its newline goes with a line, so that a cut that reports it has always consumed something.
  const bool ends_line = found != nullptr && to_ == To::kLineEnd;
  at = ends_line ? behind + 1 : behind;
  if (found == nullptr && more == More::kFollows) {
    failing_.keep_rest(out);
    return false;
  }
  failing_.report(until_, reason_, out);
  return true;
}

const char* Drain::find_end(const char* at, const char* end) {
  if (to_ == To::kLineEnd) return find_newline(at, end);
  if (to_ == To::kValueEnd) return scan_.advance(at, end);
  return nullptr;
}

}  // namespace fhirehose::record
