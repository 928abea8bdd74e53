#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "record/splitter.hpp"

namespace fhirehose::record {

/// A place in a member.
struct Mark {
  std::uint64_t offset = 0;
  std::uint64_t newlines = 0;  ///< before it, in cuts framed as values
};

/// Notes what is found in one window in a Cut, in the order in which it stands there.
class CutWriter {
 public:
  /// `start` is that of the window's first byte.
  CutWriter(std::string_view window, const Mark& start, Cut& cut)
      : window_(window), start_(start), cut_(cut), counted_(window.data()) {}

  [[nodiscard]] const char* begin() const { return window_.data(); }
  [[nodiscard]] const char* end() const { return window_.data() + window_.size(); }
  [[nodiscard]] std::uint64_t offset_of(const char* at) const {
    return start_.offset + static_cast<std::uint64_t>(at - begin());
  }
  [[nodiscard]] bool is_here(std::uint64_t offset) const { return offset >= start_.offset; }
  /// The byte of the member at `offset`, which is here.
  [[nodiscard]] const char* at(std::uint64_t offset) const {
    return begin() + (offset - start_.offset);
  }
  /// `at` is not behind what the cut consumes.
  Mark mark_of(const char* at) { return {offset_of(at), start_.newlines + line_of(at)}; }
  [[nodiscard]] Cut& cut() const { return cut_; }
  /// The cut is to end here.
  [[nodiscard]] bool is_full() const {
    return cut_.values.size() + cut_.broken.size() >= kMostOfCut;
  }

  void value(const char* at, const char* behind, std::uint32_t bundle);
  /// A value in the bytes [from, to) of the member; it ends in this window, or ended before it.
  /// `front` is its front where it starts before this window.
  void broken(const Mark& from, std::uint64_t to, const Reason& reason, std::string front = {});
  /// Everything before `at` is dealt with.
  void finish(const char* at);

 private:
  std::uint32_t line_of(const char* at);

  std::string_view window_;
  Mark start_;
  Cut& cut_;
  const char* counted_;  ///< newlines before this one are in `cut_.newlines`
};

}  // namespace fhirehose::record
