#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>

namespace fhirehose::memory {

/// The bytes that all chunks together may hold. The only backpressure there is: who inflates takes
/// a lease first, and the lease is given back when the chunk's last record is settled. Thread-safe.
/// Must outlive its leases.
class ByteBudget {
 public:
  /// A share of the budget, given back on destruction.
  class Lease {
   public:
    Lease() = default;
    Lease(Lease&& other) noexcept;
    Lease& operator=(Lease&& other) noexcept;
    ~Lease();

    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
    /// Takes `more` bytes without asking: one record that is larger than its window must fit. What
    /// is overdrawn keeps others from getting a lease until it is given back.
    void grow(std::uint64_t more);

   private:
    friend class ByteBudget;
    Lease(ByteBudget* budget, std::uint64_t bytes) : budget_(budget), bytes_(bytes) {}
    ByteBudget* budget_ = nullptr;
    std::uint64_t bytes_ = 0;
  };

  explicit ByteBudget(std::uint64_t limit) : limit_(limit) {}

  /// A lease, or nullopt when it would exceed the limit; but whoever asks while nothing is leased
  /// gets what he asks for. Never blocks.
  std::optional<Lease> try_acquire(std::uint64_t bytes);

  /// A lease whatever the limit says, for whoever must go on so that others can give back.
  Lease overdraw(std::uint64_t bytes);

  /// Called after bytes were given back, on the thread that gave them, outside of any lock.
  void on_release(std::function<void()> callback);

  [[nodiscard]] std::uint64_t limit() const { return limit_; }
  [[nodiscard]] std::uint64_t in_use() const;
  [[nodiscard]] std::uint64_t peak() const;

 private:
  void give_back(std::uint64_t bytes);
  void take(std::uint64_t bytes);

  const std::uint64_t limit_;
  mutable std::mutex mutex_;
  std::uint64_t in_use_ = 0;
  std::uint64_t peak_ = 0;
  std::function<void()> on_release_;
};

}  // namespace fhirehose::memory
