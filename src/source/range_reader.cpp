#include "source/range_reader.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace fhirehose::source {

core::Status RangeReader::fill(std::span<char> into, std::size_t& done) {
  // Not to the end of the file but of what was looked at: a file that has grown gives no more.
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), left_));
  const auto got = file_->read_at(offset_, into.first(wanted));
  if (!got) return tl::unexpected<core::Error>(got.error());
  // Another content since the look, written in its place: what was looked up is not right for it.
  if (!file_->is_unchanged()) {
    return core::fail(core::ErrorKind::kReject, "it has changed since it was looked at");
  }
  done = *got;
  offset_ += done;
  left_ -= done;
  if (done == wanted) return {};
  return core::fail(core::ErrorKind::kReject,
                    fmt::format("the file ends {} bytes too early: it is truncated", left_));
}

}  // namespace fhirehose::source
