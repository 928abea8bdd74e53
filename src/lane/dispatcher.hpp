#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

#include "lane/batch_shelf.hpp"
#include "lane/gathering.hpp"
#include "lane/lane_queue.hpp"
#include "lane/pace.hpp"
#include "lane/route.hpp"

namespace fhirehose::lane {

/// Lanes for a target that needs patients apart: several for each bundle that may be under way.
constexpr std::uint32_t kLanes = 256;

/// Whether a bundle has to be full to go.
enum class Fill : std::uint8_t {
  kFull,
  kPartial,  ///< what waits may go as it is: nothing more comes before it has gone
};

/// Gathers records until a target can take them, and says what is sent next. Records wait in lanes:
/// those of one patient in one lane, in the order in which they were added. A bundle is filled from
/// several lanes, and keeps them busy until it has been delivered: so writes of one patient never
/// race, and how much is under way does not depend on the number of lanes. As long as more comes,
/// what has waited longest goes first, because it holds its chunk in memory with all the other
/// records there; then the lane with the most, whose bundles can't be under way together, or it
/// would be left alone in the end. Thread-safe.
class Dispatcher {
 public:
  /// `lanes` 0: all records are free to race. A bundle has at most `bundle_bytes`, or one record,
  /// whatever the pace.
  Dispatcher(std::uint32_t lanes, std::uint64_t bundle_bytes);

  /// How many lanes rows have to be dealt to.
  [[nodiscard]] std::uint32_t lanes() const { return exclusive_ ? count() : 0; }

  void add(const Dealt& dealt);
  void add(const AtomicPart& part);
  /// More may come, as it may from the beginning.
  void expect_more();
  /// Nothing more comes: all that waits may go, transactions as far as they are there.
  void expect_no_more();

  /// What is to be sent now, if the pace and what waits allow for it. It is under way from then on.
  std::optional<Bundle> next(const Pace& pace, Fill fill = Fill::kFull);
  /// A bundle that kept these lanes busy has been delivered.
  void delivered(const std::vector<std::uint32_t>& lanes);

  [[nodiscard]] std::uint32_t in_flight() const;
  /// Whether what may go is twice as much as may be under way at once.
  [[nodiscard]] bool has_plenty(const Pace& pace) const;

 private:
  struct Row {
    std::uint32_t place = 0;  ///< of its batch, on the shelf
    std::uint32_t row = 0;
    std::uint64_t bytes = 0;
  };
  struct Lane {
    std::deque<Row> rows;
    std::uint64_t bytes = 0;   ///< of the rows
    std::deque<Bundle> whole;  ///< transactions
    bool busy = false;
  };

  [[nodiscard]] std::uint32_t count() const { return static_cast<std::uint32_t>(lanes_.size()); }
  void add_whole(Bundle bundle);
  [[nodiscard]] bool enough(const Pace& pace, Fill fill) const;
  [[nodiscard]] bool fills(std::uint64_t bundles, const Pace& pace) const;
  std::optional<Bundle> next_whole();
  Bundle gather(const Pace& pace);
  void take_rows(Lane& lane, const Pace& pace, Bundle& bundle);
  void occupy(std::uint32_t number, Bundle& bundle);
  void release(std::uint32_t number);
  void queue(std::uint32_t number);
  void queue_all_again();
  [[nodiscard]] std::uint64_t most_bytes(const Pace& pace) const;
  [[nodiscard]] bool fits(const Row& row, const Bundle& bundle, const Pace& pace) const;

  const std::uint64_t bundle_bytes_;
  const bool exclusive_;  ///< a lane has one bundle under way

  mutable std::mutex mutex_;  ///< guards what follows, where it changes
  std::vector<Lane> lanes_;
  BatchShelf shelf_;
  Gathering gathering_;
  LaneQueue with_rows_;  ///< all idle lanes that have some; and busy ones, which do not count
  LaneQueue with_whole_;
  std::uint64_t whole_count_ = 0;
  std::uint64_t idle_rows_ = 0;   ///< in lanes that are not busy
  std::uint64_t idle_bytes_ = 0;  ///< likewise
  std::uint32_t in_flight_ = 0;
  bool more_expected_ = true;
};

}  // namespace fhirehose::lane
