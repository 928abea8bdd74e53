#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_set>

namespace fhirehose::record {

/// The names of one object's members: tells when one comes twice. Keeps its memory.
class KeySet {
 public:
  /// A resource has some dozens; each costs a multiple of its size.
  static constexpr std::size_t kMost = 65'536;

  void clear() {
    seen_.fill(0);
    size_ = 0;
    if (!more_.empty()) more_.clear();  // which takes its time also where nothing is in it
  }

  /// False when `name` is in already, or the set is full. `name` must live until the next clear().
  bool insert(std::string_view name) {
    const std::size_t bit = bit_of(name);
    std::uint64_t& word = seen_[bit / 64];
    const std::uint64_t mask = std::uint64_t{1} << bit % 64;
    // Most names are the only ones of their bit, and need no comparison.
    if ((word & mask) != 0 && contains(name)) return false;
    word |= mask;
    if (size_ < first_.size()) {
      first_[size_++] = name;
      return true;
    }
    return !is_full() && more_.insert(name).second;
  }

  [[nodiscard]] bool is_full() const { return size_ + more_.size() >= kMost; }

 private:
  static std::size_t bit_of(std::string_view name) {
    if (name.empty()) return 0;
    const auto letter = [name](std::size_t i) -> std::size_t {
      return static_cast<unsigned char>(name[i]);
    };
    const std::size_t size = name.size();
    return (size * 37 + letter(0) * 5 + letter(size / 2) * 11 + letter(size - 1) * 17) % 256;
  }
  [[nodiscard]] bool contains(std::string_view name) const {
    const auto first = std::span(first_).first(size_);
    return std::ranges::find(first, name) != first.end() || more_.contains(name);
  }

  std::array<std::uint64_t, 4> seen_{};
  /// More than resources have; the others cost a table.
  std::array<std::string_view, 48> first_;
  std::size_t size_ = 0;
  std::unordered_set<std::string_view> more_;
};

}  // namespace fhirehose::record
