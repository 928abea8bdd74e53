#include "fhir-target/body.hpp"

#include <algorithm>
#include <cstring>
#include <new>

#include <simdjson.h>

#include "core/byte_size.hpp"

namespace fhirehose::target {
namespace {

/// Twenty times a bundle of a hundred resources.
constexpr std::size_t kKeep = 4 * core::kMiB;
constexpr std::size_t kSmallest = 4 * core::kKiB;

}  // namespace

void Body::reserve(std::size_t size) {
  const std::size_t needed = size + simdjson::SIMDJSON_PADDING;
  if (needed <= capacity_) return;
  const std::size_t capacity = std::max(needed, kSmallest);
  // realloc moves large blocks by remapping their pages, and nothing is zeroed on the way.
  auto* const grown = static_cast<char*>(std::realloc(data_.get(), capacity));
  if (grown == nullptr) throw std::bad_alloc();
  static_cast<void>(data_.release());
  data_.reset(grown);
  capacity_ = capacity;
}

void Body::append(std::string_view bytes) {
  const std::size_t needed = size_ + bytes.size();
  if (needed + simdjson::SIMDJSON_PADDING > capacity_) reserve(std::max(needed, 2 * size_));
  if (!bytes.empty()) std::memcpy(data_.get() + size_, bytes.data(), bytes.size());
  size_ = needed;
}

void Body::clear() {
  size_ = 0;
  if (capacity_ <= kKeep) return;
  data_.reset();
  capacity_ = 0;
}

}  // namespace fhirehose::target
