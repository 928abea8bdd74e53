#include "compare/sample.hpp"

#include <cmath>

namespace fhirehose::compare {
namespace {

/// SplitMix64: each bit of the result hangs on each of the input.
std::uint64_t mix(std::uint64_t bits) {
  bits += 0x9E3779B97F4A7C15ULL;
  bits = (bits ^ bits >> 30) * 0xBF58476D1CE4E5B9ULL;
  bits = (bits ^ bits >> 27) * 0x94D049BB133111EBULL;
  return bits ^ bits >> 31;
}

}  // namespace

Sample::Sample(std::optional<std::uint64_t> wanted, std::uint64_t total, std::uint64_t seed)
    : seed_(mix(seed)) {
  if (!wanted || *wanted >= total) return;
  const double share = static_cast<double>(*wanted) / static_cast<double>(total);
  below_ = static_cast<std::uint64_t>(std::ldexp(share, 64));
}

bool Sample::takes(const core::ResourceKey& key) const {
  return !below_ || mix(key.low ^ seed_) < *below_;
}

double greatest_share(std::uint64_t compared, double confidence) {
  if (compared == 0) return 1;
  return -std::expm1(std::log1p(-confidence) / static_cast<double>(compared));
}

}  // namespace fhirehose::compare
