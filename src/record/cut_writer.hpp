#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "record/splitter.hpp"

namespace fhirehose::record {

/// Notes what is found in one window in a Cut, in the order in which it stands there.
class CutWriter {
 public:
  /// `offset` is that of the window's first byte in its member.
  CutWriter(std::string_view window, std::uint64_t offset, Cut& cut)
      : window_(window), offset_(offset), cut_(cut), counted_(window.data()) {}

  [[nodiscard]] const char* begin() const { return window_.data(); }
  [[nodiscard]] const char* end() const { return window_.data() + window_.size(); }
  [[nodiscard]] std::uint64_t offset_of(const char* at) const {
    return offset_ + static_cast<std::uint64_t>(at - begin());
  }
  /// The byte of the member at `offset`, or the window's first if it came before.
  [[nodiscard]] const char* at_or_begin(std::uint64_t offset) const {
    return offset <= offset_ ? begin() : begin() + (offset - offset_);
  }
  [[nodiscard]] Cut& cut() const { return cut_; }

  void value(const char* at, const char* behind, std::uint32_t bundle);
  /// A value in the bytes [from, to) of the member; it ends in this window, or ended before it.
  void broken(std::uint64_t from, std::uint64_t to, std::string reason);
  /// Everything before `at` is dealt with.
  void finish(const char* at);

 private:
  std::uint32_t line_of(const char* at);

  std::string_view window_;
  std::uint64_t offset_;
  Cut& cut_;
  const char* counted_;  ///< newlines before this one are in `cut_.newlines`
};

}  // namespace fhirehose::record
