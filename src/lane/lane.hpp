#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>

#include "lane/bundle.hpp"

namespace fhirehose::lane {

/// When a bundle is full. A record larger than `bytes` makes a bundle of its own.
struct BundleLimits {
  std::uint32_t entries = 100;
  std::uint64_t bytes = 4 * core::kMiB;
};

/// Owns its patients: gathers their records into bundles and lets one bundle go at a time.
/// One thread at a time.
class Lane {
 public:
  Lane(std::uint32_t number, const BundleLimits& limits) : number_(number), limits_(limits) {}

  void add(const Slice& slice);
  /// What is gathered may go although it is not full; transactions that are not whole yet stay.
  void flush();
  /// No more slices will come: like flush, and transactions go as they are.
  void finish();
  /// The bundle that was taken has been delivered.
  void delivered() { in_flight_ = false; }

  /// The next bundle that may go: none while one is in flight.
  std::optional<Bundle> take();

 private:
  struct Gathering {
    Bundle bundle;
    std::uint32_t entries = 0;  ///< of the source's Bundle, accounted for so far
  };
  void add_loose(const Slice& slice);
  void add_atomic(const Slice& slice);
  void close_open();
  void close_atomic(Gathering gathering);

  const std::uint32_t number_;
  const BundleLimits limits_;
  Bundle open_;
  std::deque<Bundle> ready_;
  std::map<AtomicName, Gathering> gatherings_;
  bool in_flight_ = false;
};

}  // namespace fhirehose::lane
