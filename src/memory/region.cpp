#include "memory/region.hpp"

#include <algorithm>
#include <limits>
#include <new>
#include <utility>

#include <sys/mman.h>

#include "core/byte_size.hpp"

namespace fhirehose::memory {
namespace {

/// From here on a mapping of its own, whose pages go back at once, is worth its system calls.
constexpr std::size_t kLeastMapping = 128 * core::kKiB;
/// A pooled region is worth taking for this share of it or more: a small file's would pin the rest.
constexpr std::size_t kLeastShare = 4;

char* map(std::size_t size) {
  // MAP_POPULATE: a mapping that is read before it is written takes two faults a page otherwise.
  void* const address = mmap(nullptr, size, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  if (address == MAP_FAILED) throw std::bad_alloc();
  return static_cast<char*>(address);
}

}  // namespace

Region::Region(Region&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      capacity_(std::exchange(other.capacity_, 0)),
      pool_(std::exchange(other.pool_, nullptr)) {}

Region& Region::operator=(Region&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(capacity_, other.capacity_);
  std::swap(pool_, other.pool_);
  return *this;
}

Region::~Region() {
  if (data_ == nullptr) return;
  if (pool_ != nullptr) {
    RegionPool* const pool = std::exchange(pool_, nullptr);
    pool->put_back(std::move(*this));
    if (data_ == nullptr) return;
  }
  if (capacity_ < kLeastMapping) {
    delete[] data_;
  } else {
    munmap(data_, capacity_ + kPadding);
  }
}

Region Region::allocate(std::size_t capacity) {
  if (capacity > std::numeric_limits<std::size_t>::max() - kPadding) throw std::bad_alloc();
  const std::size_t size = capacity + kPadding;
  // Zeros, as the kernel gives them: what a walk sees behind its text must not depend on the past.
  return {capacity < kLeastMapping ? new char[size]() : map(size), capacity};
}

void Region::grow(std::size_t capacity) {
  if (capacity <= capacity_) return;
  if (capacity_ < kLeastMapping) {
    Region larger = allocate(capacity);
    std::copy_n(data_, capacity_, larger.data_);
    *this = std::move(larger);
    return;
  }
  if (capacity > std::numeric_limits<std::size_t>::max() - kPadding) throw std::bad_alloc();
  void* const address = mremap(data_, capacity_ + kPadding, capacity + kPadding, MREMAP_MAYMOVE);
  if (address == MAP_FAILED) throw std::bad_alloc();
  data_ = static_cast<char*>(address);
  capacity_ = capacity;
  pool_ = nullptr;
}

void Region::trim(std::size_t size) {
  if (pool_ != nullptr || size < kLeastMapping || size + kLeastMapping > capacity_) return;
  // Making a mapping smaller where it is can't fail.
  mremap(data_, capacity_ + kPadding, size + kPadding, 0);
  capacity_ = size;
}

Region RegionPool::take(std::size_t capacity) {
  if (capacity > capacity_ || capacity < capacity_ / kLeastShare) return Region::allocate(capacity);
  {
    const std::lock_guard lock(mutex_);
    if (!waiting_.empty()) {
      Region region = std::move(waiting_.back());
      waiting_.pop_back();
      region.pool_ = this;
      return region;
    }
  }
  Region region = Region::allocate(capacity_);
  region.pool_ = this;
  return region;
}

void RegionPool::put_back(Region&& region) {
  const std::lock_guard lock(mutex_);
  if (waiting_.size() < keep_) waiting_.push_back(std::move(region));
}

}  // namespace fhirehose::memory
