#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "source/decoder.hpp"
#include "source/total_allowance.hpp"

namespace fhirehose::source {

/// The most that a member may give. Both numbers count decompressed bytes.
struct Allowance {
  std::uint64_t bytes = 0;
  bool by_ratio = false;  ///< the compressed size set it, not the limit for every member
};

/// For a member that takes `stored_bytes` in its source.
Allowance allowance_for(std::uint64_t stored_bytes, const Limits& limits);

/// "expands beyond ...", "has more than ...": why a member is refused that goes beyond `allowance`.
std::string beyond(const Allowance& allowance);
/// The sentence on all members together.
std::string beyond(const TotalAllowance& total);

/// What a GuardedReader watches.
struct Guarded {
  std::string name;  ///< for errors
  Allowance allowance;
  TotalAllowance* total = nullptr;  ///< nullptr: this reading does not count
  std::size_t member = 0;           ///< in `total`
};

/// The outermost reader of each member: stops a decompression bomb, and says in each error which
/// member it is and how much of it was delivered.
class GuardedReader final : public Decoder {
 public:
  GuardedReader(Guarded guarded, std::unique_ptr<MemberReader> content)
      : guarded_(std::move(guarded)), content_(std::move(content)) {}

 protected:
  core::Status fill(std::span<char> into, std::size_t& done) override;

 private:
  /// How many of the next `bytes` are within the limit for all members.
  [[nodiscard]] std::size_t granted(std::size_t bytes) const;
  /// Once the allowance is used up: that nothing more follows.
  core::Status check_end();
  /// `cause` with the member and the place.
  core::Status failure(const core::Error& cause) const;

  const Guarded guarded_;
  const std::unique_ptr<MemberReader> content_;
  std::uint64_t delivered_ = 0;
};

}  // namespace fhirehose::source
