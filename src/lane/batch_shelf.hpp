#pragma once

#include <cstdint>
#include <vector>

#include "lane/bundle.hpp"

namespace fhirehose::lane {

/// The batches whose rows wait: each is held once, in however many lanes they do. One thread at a
/// time.
class BatchShelf {
 public:
  /// Puts a batch of which `rows` rows, at least one, wait; gives its place, which is good until
  /// the last of them is taken.
  std::uint32_t put(record::BatchHandle batch, std::size_t rows);
  /// What is taken from now on goes into another bundle than what was taken before.
  void begin_bundle() { ++bundle_; }
  /// Appends a row to the bundle, which holds its batch from now on.
  void take(std::uint32_t place, std::uint32_t row, Bundle& bundle);
  /// How many batches had been put before.
  [[nodiscard]] std::uint64_t age(std::uint32_t place) const { return places_[place].age; }

 private:
  struct Place {
    record::BatchHandle batch;
    std::size_t rows = 0;
    std::uint64_t age = 0;
    std::uint64_t bundle = 0;  ///< the last one that holds it
  };
  std::vector<Place> places_;
  std::vector<std::uint32_t> free_;
  std::uint64_t put_ = 0;
  std::uint64_t bundle_ = 1;
};

}  // namespace fhirehose::lane
