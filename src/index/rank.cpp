#include "index/rank.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <tuple>

namespace fhirehose::index {
namespace {

// Layout of a rank: bit 63 set: the rest is a place in `beside_`. Else bits 10-62 hold lastUpdated
// + kBias (0: never) and bits 0-9 versionId + 1 (0: none), so that integers compare as the pairs
// do.
constexpr std::uint64_t kBeside = std::uint64_t{1} << 63;
constexpr int kVersionBits = 10;
constexpr std::uint64_t kVersionMask = (1U << kVersionBits) - 1;
constexpr core::Microseconds kBias = std::int64_t{1} << 51;
constexpr core::Microseconds kLatest = std::int64_t{1} << 52;

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view without_leading_zeros(std::string_view number) {
  const std::size_t first = number.find_first_not_of('0');
  return first == std::string_view::npos ? std::string_view{} : number.substr(first);
}

/// 0 for none, else the number + 1; nullopt when it does not fit the layout or would lose its
/// spelling.
std::optional<std::uint64_t> compact_version(std::string_view version) {
  if (version.empty()) return 0;
  if (!is_number(version) || (version.size() > 1 && version.front() == '0')) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(version.data(), version.data() + version.size(), value);
  if (error != std::errc{} || value >= kVersionMask) return std::nullopt;
  return value + 1;
}

int version_kind(std::string_view version) {
  if (version.empty()) return 0;
  return is_number(version) ? 1 : 2;
}

}  // namespace

std::strong_ordering compare_versions(std::string_view a, std::string_view b) {
  if (const auto kinds = version_kind(a) <=> version_kind(b); kinds != 0) return kinds;
  if (version_kind(a) == 1) {
    const std::string_view x = without_leading_zeros(a);
    const std::string_view y = without_leading_zeros(b);
    if (const auto order = std::tuple(x.size(), x) <=> std::tuple(y.size(), y); order != 0)
      return order;
  }
  return a <=> b;
}

RankStore::Rank RankStore::compact(core::Microseconds last_updated, std::string_view version_id) {
  const auto version = compact_version(version_id);
  const bool never = last_updated == core::kNever;
  if (version && (never || (last_updated > -kBias && last_updated < kLatest))) {
    const std::uint64_t time = never ? 0 : static_cast<std::uint64_t>(last_updated + kBias);
    return (time << kVersionBits) | *version;
  }
  const std::lock_guard lock(mutex_);
  beside_.push_back({last_updated, std::string(version_id)});
  return kBeside | (beside_.size() - 1);
}

RankStore::Full RankStore::expand(Rank rank) const {
  if ((rank & kBeside) != 0) return beside_[rank & ~kBeside];
  const std::uint64_t time = rank >> kVersionBits;
  const std::uint64_t version = rank & kVersionMask;
  return {time == 0 ? core::kNever : static_cast<core::Microseconds>(time) - kBias,
          version == 0 ? std::string() : std::to_string(version - 1)};
}

std::strong_ordering RankStore::compare(Rank a, Rank b) const {
  if (((a | b) & kBeside) == 0) return a <=> b;
  const Full x = expand(a);
  const Full y = expand(b);
  if (const auto times = x.last_updated <=> y.last_updated; times != 0) return times;
  return compare_versions(x.version_id, y.version_id);
}

}  // namespace fhirehose::index
