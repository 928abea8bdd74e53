#pragma once

#include <cstddef>
#include <vector>

#include "record/record_batch.hpp"

namespace fhirehose::transform {

/// Cuts children out of one JSON object or array so that the commas are right and the blanks that
/// remain look as if the child had never been there: behind a kept sibling the cut starts right
/// after it; in front of the first kept one it ends right before it. Children are told in order.
class SiblingCuts {
 public:
  /// Cuts are appended to `edits`; those that a child needs inside come between two calls.
  explicit SiblingCuts(std::vector<record::Edit>& edits) : edits_(edits), first_(edits.size()) {}

  /// A child from `start` (of its key or itself) to just after its value, that stays.
  void keep(std::size_t start, std::size_t end);
  /// One that goes; has no edits inside.
  void remove(std::size_t start, std::size_t end);

  [[nodiscard]] bool any_kept() const { return kept_end_ != 0; }
  /// There were children, and all of them go: the container itself is to go.
  [[nodiscard]] bool emptied() const { return removing_ && !any_kept(); }
  /// Forgets all edits inside of the container.
  void discard() { edits_.resize(first_); }

 private:
  std::vector<record::Edit>& edits_;
  const std::size_t first_;
  std::size_t kept_end_ = 0;   ///< of the last kept child
  std::size_t run_start_ = 0;  ///< of the children removed before the first kept one
  bool removing_ = false;      ///< the child before was removed
};

}  // namespace fhirehose::transform
