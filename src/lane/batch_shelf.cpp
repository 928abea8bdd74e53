#include "lane/batch_shelf.hpp"

#include <utility>

namespace fhirehose::lane {

std::uint32_t BatchShelf::put(record::BatchHandle batch, std::size_t rows) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(places_.size()));
    places_.emplace_back();
  }
  const std::uint32_t place = free_.back();
  free_.pop_back();
  places_[place] = {.batch = std::move(batch), .rows = rows, .age = put_++};
  return place;
}

void BatchShelf::take(std::uint32_t place, std::uint32_t row, Bundle& bundle) {
  Place& from = places_[place];
  bundle.entries.push_back({from.batch.get(), row});
  const bool last = --from.rows == 0;
  if (last) free_.push_back(place);
  if (from.bundle != bundle_) {
    from.bundle = bundle_;
    bundle.holds.push_back(from.batch);
  }
  if (last) from.batch.reset();
}

}  // namespace fhirehose::lane
