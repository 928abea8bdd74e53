#include "source/guarded_reader.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

namespace fhirehose::source {
namespace {

/// A small member may well be all the same byte; the ratio says something beyond this.
constexpr std::uint64_t kRatioCountsBeyond = 64 * core::kMiB;

/// The limits are options: their product may be beyond 64 bits.
std::uint64_t saturated_product(std::uint64_t left, std::uint64_t right) {
  constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
  return right != 0 && left > kMost / right ? kMost : left * right;
}

}  // namespace

Allowance allowance_for(std::uint64_t stored_bytes, const Limits& limits) {
  const std::uint64_t by_ratio =
      std::max(kRatioCountsBeyond, saturated_product(stored_bytes, limits.ratio));
  return {.bytes = std::min(by_ratio, limits.member_bytes),
          .by_ratio = by_ratio < limits.member_bytes};
}

std::string beyond(const Allowance& allowance) {
  const std::string most = core::format_byte_size(allowance.bytes);
  if (!allowance.by_ratio) return fmt::format("has more than {}, the limit for one member", most);
  return fmt::format(
      "expands beyond {}, the most that its compressed size allows for: refused as a decompression "
      "bomb",
      most);
}

std::string beyond(const TotalAllowance& total) {
  return fmt::format("all members together expand beyond {}, the limit for their sum",
                     core::format_byte_size(total.most()));
}

core::Status GuardedReader::fill(std::span<char> into, std::size_t& done) {
  const auto room = std::min<std::uint64_t>(into.size(), guarded_.allowance.bytes - delivered_);
  if (room == 0) return check_end();
  const auto got = content_->read(into.first(static_cast<std::size_t>(room)));
  if (!got) return failure(got.error());
  done = granted(*got);
  delivered_ += done;
  if (done == *got) return {};
  return failure({core::ErrorKind::kReject, beyond(*guarded_.total)});
}

std::size_t GuardedReader::granted(std::size_t bytes) const {
  if (guarded_.total == nullptr) return bytes;
  return static_cast<std::size_t>(guarded_.total->grant(guarded_.member, delivered_ + bytes) -
                                  delivered_);
}

core::Status GuardedReader::check_end() {
  char more = 0;
  const auto got = content_->read({&more, 1});
  if (!got) return failure(got.error());
  if (*got == 0) return {};
  return failure({core::ErrorKind::kReject, fmt::format("it {}", beyond(guarded_.allowance))});
}

core::Status GuardedReader::failure(const core::Error& cause) const {
  return core::fail(
      cause.kind, fmt::format("{}, after {} bytes: {}", guarded_.name, delivered_, cause.message));
}

}  // namespace fhirehose::source
