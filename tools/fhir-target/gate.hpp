#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "fhir-target/bundle_frame.hpp"
#include "fhir-target/entry_answer.hpp"
#include "fhir-target/refusal.hpp"

namespace fhirehose::target {

/// What may keep a request, or an entry of it, from being done. One a request, called in its
/// thread, in the order of the members.
class Gate {
 public:
  Gate() = default;
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;
  virtual ~Gate() = default;

  /// Before anything is done. May take its time, or refuse all of it.
  virtual Answered<void> admit(std::size_t entries) = 0;
  /// By entry of the bundle: why it is not to be done.
  virtual std::vector<std::optional<Refusal>> withhold(const Frame& frame) = 0;
  /// What came of each, withheld ones as well; not called where all was refused.
  virtual void settle(const std::vector<Entry>& entries,
                      const std::vector<EntryAnswer>& answers) = 0;
};

}  // namespace fhirehose::target
