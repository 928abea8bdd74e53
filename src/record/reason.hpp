#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "record/fault.hpp"

namespace fhirehose::record {

/// Why a record is rejected. The sentence is made when it is asked for: a megabyte of input may
/// hold half a million records that are.
class Reason {
 public:
  Reason() = default;
  /// `sentence` is constant.
  explicit Reason(const char* sentence) : what_(sentence) {}
  explicit Reason(const Fault& fault) : what_(fault.what), number_(fault.offset), kind_(kAtByte) {}
  /// The record at `offset` of its member is longer than that.
  static Reason too_long(std::uint64_t offset, std::uint64_t max_record);

  /// Without content of the record.
  [[nodiscard]] std::string sentence() const;
  [[nodiscard]] bool is(std::string_view sentence) const {
    return kind_ == kConstant && sentence == what_;
  }

 private:
  enum Kind : std::uint8_t { kConstant, kAtByte, kTooLong };

  const char* what_ = "";
  std::uint64_t number_ = 0;
  std::uint64_t limit_ = 0;
  Kind kind_ = kConstant;
};

}  // namespace fhirehose::record
