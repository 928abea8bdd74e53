#include "transform/sibling_cuts.hpp"

namespace fhirehose::transform {

void SiblingCuts::keep(std::size_t start, std::size_t end) {
  if (removing_ && !any_kept()) {
    // Only the kept child itself can have left edits, and they stand behind this one.
    edits_.insert(edits_.begin() + static_cast<std::ptrdiff_t>(first_),
                  record::Edit{.offset = run_start_, .remove = start - run_start_, .insert = {}});
  }
  kept_end_ = end;
  removing_ = false;
}

void SiblingCuts::remove(std::size_t start, std::size_t end) {
  if (any_kept() && removing_) {
    edits_.back().remove = end - kept_end_;
  } else if (any_kept()) {
    edits_.push_back({.offset = kept_end_, .remove = end - kept_end_, .insert = {}});
  } else if (!removing_) {
    run_start_ = start;
  }
  removing_ = true;
}

}  // namespace fhirehose::transform
