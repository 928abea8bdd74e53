#include "index/load_plan.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace fhirehose::index {

const LoadPlan::Chunk* LoadPlan::find(std::uint32_t member, std::uint32_t sequence) const {
  const auto key = [](const Chunk& chunk) { return std::tuple(chunk.member, chunk.sequence); };
  const auto found = std::ranges::lower_bound(chunks_, std::tuple(member, sequence), {}, key);
  if (found == chunks_.end() || key(*found) != std::tuple(member, sequence)) return nullptr;
  return &*found;
}

std::span<const std::uint32_t> LoadPlan::losers(std::uint32_t member,
                                                std::uint32_t sequence) const {
  const Chunk* const chunk = find(member, sequence);
  if (chunk == nullptr) return {};
  return std::span(loser_rows_).subspan(chunk->first_loser, chunk->losers);
}

std::uint64_t LoadPlan::newlines_before(std::uint32_t member, std::uint32_t sequence) const {
  const Chunk* const chunk = find(member, sequence);
  return chunk == nullptr ? 0 : chunk->newlines_before;
}

std::uint64_t LoadPlan::rejected_untyped() const {
  return rejected -
         std::accumulate(rejected_of_type.begin(), rejected_of_type.end(), std::uint64_t{0});
}

}  // namespace fhirehose::index
