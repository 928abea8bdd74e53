#include "source/block_input.hpp"

#include <algorithm>
#include <utility>

namespace fhirehose::source {

BlockInput::BlockInput(std::unique_ptr<MemberReader> from, std::uint64_t expected)
    : from_(std::move(from)),
      size_(static_cast<std::size_t>(std::clamp<std::uint64_t>(expected, 64, kBlockBytes))),
      block_(std::make_unique_for_overwrite<char[]>(size_)) {}

core::Result<std::span<std::uint8_t>> BlockInput::next() {
  const auto got = from_->read({block_.get(), size_});
  if (!got) return tl::unexpected<core::Error>(got.error());
  return std::span(reinterpret_cast<std::uint8_t*>(block_.get()), *got);
}

}  // namespace fhirehose::source
