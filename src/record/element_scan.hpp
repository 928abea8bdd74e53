#pragma once

#include <cstdint>
#include <utility>

#include "record/container_scan.hpp"
#include "record/cut_writer.hpp"
#include "record/failing.hpp"
#include "record/form.hpp"

namespace fhirehose::record {

/// Streams one Bundle's entries or one array's elements, over as many windows as it takes. What
/// stands between them is passed over, and of a Bundle's own members only `type` is read.
class ElementScan {
 public:
  enum class Progress : std::uint8_t {
    kGoesOn,
    kDone,     ///< the last byte was passed
    kFull,     ///< the cut holds no more
    kStarved,  ///< the bytes end before it does
    kLost,     ///< what comes next fits nowhere
  };

  /// `form` is kBundle or kArray; `start` that of its first byte.
  ElementScan(Form form, const Mark& start, std::uint64_t max_record);

  /// Passes over what is whole in [at, end) and moves `at` behind it. The first call's `at` is at
  /// the value's first byte.
  Progress advance(const char*& at, const char* end, CutWriter& out);

  /// After kStarved: whether the bytes end between a string's quotes.
  [[nodiscard]] bool in_string() const { return in_string_; }
  /// After kStarved: whether an element may come next.
  [[nodiscard]] bool element_due() const { return element_due_; }
  /// The last byte that is not blank of what was passed.
  [[nodiscard]] char last_byte() const { return last_byte_; }
  /// After kStarved or kLost: what could not be finished.
  [[nodiscard]] Failing take_failing() { return std::move(failing_); }
  /// Behind the last byte of the member passed over that is not blank.
  [[nodiscard]] const Mark& passed() const { return passed_; }

 private:
  enum class Inside : std::uint8_t {
    kNothing,
    kMembers,
    kElements,
    kLongMember,   ///< one that does not matter
    kOddEntry,     ///< a member `entry` that is an object
    kLongElement,  ///< one beyond the limit
  };

  Progress step(const char*& at, const char* end, CutWriter& out);
  Progress enter(const char*& at);
  Progress member(const char*& at, const char* end, CutWriter& out);
  Progress element(const char*& at, const char* end, CutWriter& out);
  Progress object_element(const char*& at, const char* end, CutWriter& out);
  Progress other_element(const char*& at, const char* end, CutWriter& out);
  Progress pass_long(const char*& at, const char* end, CutWriter& out);
  Progress starve(const char* at, bool in_string, CutWriter& out);
  Progress lose(const char* at, CutWriter& out);
  void fail_from(const char* at, CutWriter& out);
  [[nodiscard]] bool is_in_long_value() const;
  [[nodiscard]] const char* limit(const char* at, const char* end) const;
  void open_part(CutWriter& out);

  Form form_;
  Inside inside_ = Inside::kNothing;
  bool in_string_ = false;
  bool element_due_ = false;
  char last_byte_ = '\0';
  std::uint64_t offset_;
  std::uint64_t max_record_;
  Failing failing_;
  Mark passed_;
  ContainerScan long_value_;
  BundleType type_ = BundleType::kUnknown;
  BundlePart part_;  ///< what this window has of it
};

// What a dead letter says of what can't be cut.
inline constexpr const char* kUnclosed = "the value is not closed where its line or the input ends";
inline constexpr const char* kNoElement = "what stands here is no part of a Bundle or an array";
inline constexpr const char* kOddEntry = "the Bundle's entry is not an array";
inline constexpr const char* kTextBehind = "text follows the value on its line";

}  // namespace fhirehose::record
