#include "memory/byte_budget.hpp"

#include <algorithm>
#include <utility>

namespace fhirehose::memory {

ByteBudget::Lease::Lease(Lease&& other) noexcept
    : budget_(std::exchange(other.budget_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}

ByteBudget::Lease& ByteBudget::Lease::operator=(Lease&& other) noexcept {
  std::swap(budget_, other.budget_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

ByteBudget::Lease::~Lease() {
  if (budget_ != nullptr) budget_->give_back(bytes_);
}

void ByteBudget::Lease::grow(std::uint64_t more) {
  budget_->take(more);
  bytes_ += more;
}

std::optional<ByteBudget::Lease> ByteBudget::try_acquire(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  const std::uint64_t left = limit_ - std::min(in_use_, limit_);
  if (in_use_ != 0 && bytes > left) return std::nullopt;
  in_use_ += bytes;
  peak_ = std::max(peak_, in_use_);
  return Lease(this, bytes);
}

void ByteBudget::on_release(std::function<void()> callback) {
  const std::lock_guard lock(mutex_);
  on_release_ = std::move(callback);
}

std::uint64_t ByteBudget::in_use() const {
  const std::lock_guard lock(mutex_);
  return in_use_;
}

std::uint64_t ByteBudget::peak() const {
  const std::lock_guard lock(mutex_);
  return peak_;
}

ByteBudget::Lease ByteBudget::overdraw(std::uint64_t bytes) {
  take(bytes);
  return {this, bytes};
}

void ByteBudget::take(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  in_use_ += bytes;
  peak_ = std::max(peak_, in_use_);
}

void ByteBudget::give_back(std::uint64_t bytes) {
  std::function<void()> callback;
  {
    const std::lock_guard lock(mutex_);
    in_use_ -= bytes;
    callback = on_release_;
  }
  if (callback) callback();
}

}  // namespace fhirehose::memory
