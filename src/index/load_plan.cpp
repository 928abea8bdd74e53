#include "index/load_plan.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <tuple>

#include "core/resource_key.hpp"

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

std::uint32_t LoadPlan::chunks(std::uint32_t member) const {
  const auto first = std::ranges::lower_bound(chunks_, member, {}, &Chunk::member);
  const auto behind = std::ranges::upper_bound(chunks_, member, {}, &Chunk::member);
  return static_cast<std::uint32_t>(behind - first);
}

std::uint64_t LoadPlan::fingerprint() const {
  const auto hash_of = [](const auto* first, std::size_t count) {
    return core::stable_hash({reinterpret_cast<const char*>(first), count * sizeof(*first)});
  };
  std::uint64_t hash = hash_of(loser_rows_.data(), loser_rows_.size());
  for (const Chunk& chunk : chunks_) {
    const std::array<std::uint64_t, 5> facts = {hash, chunk.member, chunk.sequence,
                                                chunk.newlines_before, chunk.losers};
    hash = hash_of(facts.data(), facts.size());
  }
  return hash;
}

std::uint64_t LoadPlan::rejected_untyped() const {
  return rejected -
         std::accumulate(rejected_of_type.begin(), rejected_of_type.end(), std::uint64_t{0});
}

}  // namespace fhirehose::index
