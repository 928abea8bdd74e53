#include "record/failing.hpp"

#include <algorithm>
#include <utility>

namespace fhirehose::record {

void Failing::keep_rest(const CutWriter& out) {
  const std::uint64_t next = from.offset + front.size();
  if (!out.is_here(next) || next > out.offset_of(out.end())) return;
  const std::uint64_t rest = out.offset_of(out.end()) - next;
  front.append(out.at(next), std::min<std::size_t>(rest, kKeptOfBroken - front.size()));
}

void Failing::report(std::uint64_t end, const Reason& reason, CutWriter& out) {
  if (!out.is_here(from.offset)) keep_rest(out);
  out.broken(from, end, reason, std::move(front));
}

}  // namespace fhirehose::record
