#pragma once

#include <compare>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>

#include "core/instant.hpp"

namespace fhirehose::index {

/// Orders meta.versionId: none before any number, numbers by value before any text, texts by bytes.
std::strong_ordering compare_versions(std::string_view a, std::string_view b);

/// (meta.lastUpdated, meta.versionId) in 64 bits: what decides which of two records of a key is
/// newer. What does not fit (text versions, far dates) is kept beside, once a record that has it.
/// `compact` from any thread; `compare` once nobody compacts any more.
class RankStore {
 public:
  using Rank = std::uint64_t;

  Rank compact(core::Microseconds last_updated, std::string_view version_id);
  [[nodiscard]] std::strong_ordering compare(Rank a, Rank b) const;

 private:
  struct Full {
    core::Microseconds last_updated;
    std::string version_id;
  };
  [[nodiscard]] Full expand(Rank rank) const;

  std::mutex mutex_;
  std::deque<Full> beside_;
};

}  // namespace fhirehose::index
