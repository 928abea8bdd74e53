#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace fhirehose::cli {

/// `1,827,623`.
std::string grouped(std::uint64_t number);

/// Rows of cells in columns as wide as their widest cell; the first column to the left, others to
/// the right.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> head) { add(std::move(head)); }
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  [[nodiscard]] std::string str() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace fhirehose::cli
