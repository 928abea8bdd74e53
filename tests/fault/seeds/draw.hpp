#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <string>

namespace fhirehose::fault {

/// Draws from a seed, the same on every machine. (The standard's distributions may differ.)
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed) {}

  /// From 0 to below `limit`, which is not 0.
  std::size_t below(std::size_t limit) { return static_cast<std::size_t>(random_() % limit); }
  std::size_t between(std::size_t least, std::size_t most) {
    return least + below(most - least + 1);
  }
  bool chance(double share) { return static_cast<double>(below(1'000'000)) < share * 1'000'000; }
  template <class T>
  const T& one_of(std::span<const T> choices) {
    return choices[below(choices.size())];
  }
  std::uint64_t number() { return random_(); }

 private:
  std::mt19937_64 random_;
};

}  // namespace fhirehose::fault
