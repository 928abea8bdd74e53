#include "record/failing.hpp"

#include <algorithm>

namespace fhirehose::record {

void Failing::keep_rest(const CutWriter& out) {
  const std::uint64_t next = from.offset + front.size();
  if (!out.is_here(next) || next > out.offset_of(out.end())) return;
  const std::uint64_t rest = out.offset_of(out.end()) - next;
  front.append(out.at(next), std::min<std::size_t>(rest, kKeptOfBroken - front.size()));
}

}  // namespace fhirehose::record
