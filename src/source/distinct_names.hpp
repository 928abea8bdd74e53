#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

namespace fhirehose::source {

/// Tells apart what bears the same name in one archive, as zip allows: the second `x` becomes
/// `x (2)`. All are kept, and a dead letter must say which of them it is from.
class DistinctNames {
 public:
  /// `name`, or `name (N)` with the least N from 2 that makes it new.
  std::string make_distinct(std::string name) {
    const auto [known, is_new] = last_.try_emplace(name, 1);
    if (is_new) return name;
    // Counts on from the last N: an archive of 200,000 equal names is not worth 200,000 squared.
    std::string numbered;
    std::uint32_t& last = known->second;
    do {
      numbered = name + " (" + std::to_string(++last) + ")";
    } while (last_.contains(numbered));
    last_.emplace(numbered, 1);
    return numbered;
  }

 private:
  std::unordered_map<std::string, std::uint32_t> last_;  ///< to the last N given to that name
};

}  // namespace fhirehose::source
