#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "http/request.hpp"
#include "record/bundle_response.hpp"
#include "sink/fhir/delivery.hpp"
#include "sink/sink.hpp"

namespace fhirehose::sink::fhir {

/// Entries that are to be sent together.
struct Attempt {
  std::vector<std::uint32_t> entries;  ///< places in the lane's bundle
  BundleKind kind = BundleKind::kTransaction;
  std::uint32_t sends = 0;     ///< of these entries, so far
  std::uint32_t failures = 0;  ///< of them, in a row, that led to something that may pass
};

/// What to do after an answer.
struct Next {
  enum class Kind : std::uint8_t { kSend, kDone };
  Kind kind = Kind::kDone;
  std::chrono::milliseconds wait{0};  ///< before the current attempt is sent
};

/// One bundle from its first send until each entry is loaded or refused. Knows nothing of
/// connections and clocks: it is told what was answered, and says what to send next. One attempt is
/// out at a time, because writes of one patient must not race. One thread at a time.
class BundleDelivery {
 public:
  BundleDelivery(lane::Bundle bundle, const Patience& patience);

  [[nodiscard]] const lane::Bundle& bundle() const { return bundle_; }
  /// What is to be sent now; not after kDone or stop.
  [[nodiscard]] const Attempt& current() const { return attempts_.back(); }
  /// Takes what came of the current attempt. `jitter`, from 0 to 1, is the caller's dice.
  Next answered(http::Response response, double jitter);
  /// Ends it undelivered.
  void stop(std::string why);
  /// What came of it; after kDone or stop.
  Delivery finish() &&;

 private:
  void take_whole(Attempt attempt, const http::Response& response);
  void take_entries(const Attempt& attempt, std::span<const record::EntryResponse> answers);
  void take_refused(std::uint32_t entry, const Attempt& attempt,
                    const record::EntryResponse& answer);
  void split(const Attempt& attempt);
  void resume_waiting();
  [[nodiscard]] Standing standing(const Attempt& attempt) const;

  lane::Bundle bundle_;
  const Patience patience_;
  std::vector<Attempt> attempts_;     ///< a stack: the last is the current one
  std::vector<Refusal> refusals_;     ///< final
  std::vector<Refusal> waiting_;      ///< for a target that the rest of the bundle may bring
  std::vector<std::uint32_t> again_;  ///< of the answer in hand: entries that may pass
  std::uint64_t loaded_ = 0;
  std::uint64_t loaded_before_ = 0;  ///< loaded_ when the waiting entries were last sent
  std::optional<core::Error> stopped_;
};

}  // namespace fhirehose::sink::fhir
