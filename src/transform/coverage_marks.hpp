#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace fhirehose::transform {

/// The places of a JSON text at which something may speak of a Coverage, asked for from front to
/// back: what lies between them need not be walked. These are each `overage`, each `\u`, behind
/// which any letter may hide, and the places added. The text must be followed by memory::kPadding
/// readable bytes.
class CoverageMarks {
 public:
  static constexpr std::size_t kNowhere = std::string_view::npos;

  explicit CoverageMarks(std::string_view text);

  /// `place` must lie behind those added before.
  void add(std::size_t place) { added_.push_back(place); }

  /// The first place at or behind `from`; kNowhere when there is none. `from` must not go back.
  std::size_t next(std::size_t from);

 private:
  std::string_view text_;
  std::size_t word_;  ///< the first one in the text at or behind the last `from`
  std::vector<std::size_t> added_;
  std::size_t passed_ = 0;  ///< of `added_`
};

}  // namespace fhirehose::transform
