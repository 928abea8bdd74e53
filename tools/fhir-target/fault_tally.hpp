#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace fhirehose::target {

/// How many faults of each kind were given. Thread-safe.
class FaultTally {
 public:
  using Counts = std::map<std::string, std::uint64_t, std::less<>>;

  void count(std::string_view kind);
  [[nodiscard]] Counts counts() const;
  void reset();

 private:
  mutable std::mutex mutex_;
  Counts counts_;  ///< guarded by mutex_
};

}  // namespace fhirehose::target
