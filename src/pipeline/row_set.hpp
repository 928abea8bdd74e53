#pragma once

#include <cstdint>
#include <string>
#include <utility>

namespace fhirehose::pipeline {

/// Records of one chunk, by their ordinal. As bytes: a bit a record, the lowest first.
class RowSet {
 public:
  RowSet() = default;
  explicit RowSet(std::string bytes) : bytes_(std::move(bytes)) {}

  [[nodiscard]] bool contains(std::uint32_t ordinal) const {
    return ordinal / 8 < bytes_.size() && (byte(ordinal) >> (ordinal % 8) & 1U) != 0;
  }
  void insert(std::uint32_t ordinal) {
    if (ordinal / 8 >= bytes_.size()) bytes_.resize(ordinal / 8 + 1, '\0');
    bytes_[ordinal / 8] = static_cast<char>(byte(ordinal) | 1U << (ordinal % 8));
  }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  [[nodiscard]] unsigned byte(std::uint32_t ordinal) const {
    return static_cast<unsigned char>(bytes_[ordinal / 8]);
  }
  std::string bytes_;
};

}  // namespace fhirehose::pipeline
