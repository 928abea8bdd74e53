#pragma once

#include <cstdint>
#include <string>

namespace fhirehose::ledger {

/// A record that could not be loaded, with all that is needed to mend and replay it.
struct DeadLetter {
  std::int64_t id = 0;  ///< given by the ledger
  std::string member;
  std::uint64_t line = 0;            ///< from 1
  std::uint64_t begin = 0, end = 0;  ///< bytes in the member's decompressed text, half-open
  std::string stage;                 ///< `validate`, `transform`, `load`
  std::string type, resource_id;     ///< where they could be read
  std::string reason;                ///< a sentence without content
  std::string outcome;               ///< the server's OperationOutcome, if any
  std::uint32_t attempts = 0;
  std::string bytes;      ///< the original bytes, or their front: is_partial
  bool is_entry = false;  ///< the bytes are a Bundle's entry, around a resource or none
  /// What was sent, where that is not the original bytes: these alone may not tell it, as an entry
  /// of a Bundle refers to the Bundle's others. Else empty.
  std::string sent;
  /// The letter of another run that this one was made of; 0: none.
  std::int64_t replay_of = 0;
  /// `bytes` and `sent` are that one's, and the ledger is to take them from there.
  bool has_its_text = false;
  std::int64_t resolved_by = 0;  ///< the run that has loaded it after all; 0: none

  /// Not all of the bytes were kept.
  [[nodiscard]] bool is_partial() const { return bytes.size() < end - begin; }
};

}  // namespace fhirehose::ledger
