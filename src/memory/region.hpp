#pragma once

#include <cstddef>
#include <mutex>
#include <span>
#include <vector>

namespace fhirehose::memory {

/// Bytes that a parser may read beyond the end of what it was given; it never uses them.
/// simdjson asks for 64 (SIMDJSON_PADDING).
inline constexpr std::size_t kPadding = 64;

class RegionPool;

/// A run of bytes of its own, followed by kPadding readable ones. Filled once, if need be after
/// growing, then not written again. Moves only. Goes back to its pool, if it has one, on
/// destruction.
class Region {
 public:
  Region() = default;
  Region(Region&& other) noexcept;
  Region& operator=(Region&& other) noexcept;
  ~Region();

  /// `capacity` bytes, where they are many an anonymous mapping with its pages present; throws
  /// std::bad_alloc.
  static Region allocate(std::size_t capacity);

  /// Makes the capacity greater and keeps the bytes. A mapping is not copied, so that a large one
  /// is never there twice; its new pages come when they are written. No pool takes it back any
  /// more. Throws std::bad_alloc, and is as before then.
  void grow(std::size_t capacity);

  /// Gives back the pages behind the first `size` bytes and their padding, where they are many
  /// and no pool waits for them. The capacity becomes less by them.
  void trim(std::size_t size);

  [[nodiscard]] char* data() const { return data_; }
  [[nodiscard]] std::size_t capacity() const { return capacity_; }

 private:
  friend class RegionPool;
  Region(char* data, std::size_t capacity) : data_(data), capacity_(capacity) {}
  char* data_ = nullptr;
  std::size_t capacity_ = 0;  ///< without the padding
  RegionPool* pool_ = nullptr;
};

/// Keeps regions of one capacity for the next one that asks: a fresh mapping costs a fault a page.
/// Thread-safe. Must outlive its regions.
class RegionPool {
 public:
  /// Regions of `capacity` bytes; at most `keep` of them wait here.
  RegionPool(std::size_t capacity, std::size_t keep) : capacity_(capacity), keep_(keep) {}

  /// A region of at least `capacity` bytes: a pooled one where that is enough, but not far more
  /// than enough.
  Region take(std::size_t capacity);
  [[nodiscard]] std::size_t capacity() const { return capacity_; }

 private:
  friend class Region;
  void put_back(Region&& region);

  const std::size_t capacity_;
  const std::size_t keep_;
  std::mutex mutex_;
  std::vector<Region> waiting_;
};

}  // namespace fhirehose::memory
