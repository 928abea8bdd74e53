#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/request.hpp"
#include "record/bundle_response.hpp"
#include "sink/fhir/delivery.hpp"
#include "sink/fhir/server_pulse.hpp"
#include "sink/sink.hpp"

namespace fhirehose::sink::fhir {

/// Entries that are to be sent together.
struct Attempt {
  enum class Half : std::uint8_t { kNone, kFirst, kSecond };
  std::vector<std::uint32_t> entries;  ///< places in their bundle
  BundleKind kind = BundleKind::kTransaction;
  std::uint32_t sends = 0;     ///< of these entries, so far
  std::uint32_t failures = 0;  ///< in a row; how long to wait goes by it
  std::uint32_t attempts = 0;  ///< answers that count against these entries, as a whole
  Half half = Half::kNone;     ///< of what was too large
  std::optional<SentSize> first_half = {};  ///< kSecond: that one was not too large
};

/// What is to be sent now.
struct Outgoing {
  const lane::Bundle& bundle;
  const Attempt& attempt;
};

/// What to do after an answer.
struct Next {
  enum class Kind : std::uint8_t { kSend, kDone };
  Kind kind = Kind::kDone;
  std::chrono::milliseconds wait{0};  ///< before what is outgoing then is sent
  /// Both halves of what was too large were not, and the larger one has this size: so it was no
  /// single entry that was too large. To be kept to from now on.
  std::optional<SentSize> limit = {};
};

/// What the caller's clock and dice say.
struct Moment {
  Clock::time_point now;
  double jitter = 1.0;  ///< from 0 to 1
};

/// One bundle from its first send until each entry is loaded or refused. Knows nothing of
/// connections and clocks: it is told what was answered, and says what to send next. One attempt is
/// out at a time, because writes of one patient must not race. One thread at a time.
///
/// An answer counts against an entry when it speaks of this entry: its own status, or that of a
/// bundle of one; a refusal and a conflict always, a fault only if the server has loaded something
/// since the last one that counted. What does not count is the server's trouble, against which
/// stands the patience of the whole sink. Where nothing else is under way that could show whether
/// the server works, a witness is sent instead of the attempt until it is taken: a resource that is
/// loaded already, of which another PUT changes nothing.
class BundleDelivery {
 public:
  /// `server` outlives it. `loose` is how the bundle goes first unless it is atomic.
  BundleDelivery(lane::Bundle bundle, const Patience& patience, ServerPulse& server,
                 BundleKind loose = BundleKind::kTransaction);

  /// What is to be sent now; not after kDone or stop.
  [[nodiscard]] Outgoing outgoing() const;
  /// Takes what came of it.
  Next answered(http::Response response, const Moment& moment);
  /// Ends it undelivered.
  void stop(std::string why);
  /// What came of it; after kDone or stop.
  Delivery finish() &&;

 private:
  using Answers = std::span<const record::EntryResponse>;

  /// Sent in the attempt's place to see whether the server works.
  struct Witness {
    lane::Bundle bundle;
    Attempt attempt;
  };

  void take_witness(const http::Response& response, Answers answers);
  void take_attempt(const http::Response& response, Answers answers);
  void take_whole(Attempt attempt, const http::Response& response);
  void take_entries(const Attempt& attempt, Answers answers);
  void take_refused(std::uint32_t entry, const Attempt& attempt,
                    const record::EntryResponse& response);
  void note_size(const Attempt& attempt);
  [[nodiscard]] SentSize size_of(const Attempt& attempt) const;
  void note_loaded(const Attempt& attempt, Answers answers);
  [[nodiscard]] Standing weigh(const Answer& answer, const Attempt& attempt,
                               std::uint32_t& attempts);
  /// Of an entry that is alone they are its own, wherever it goes.
  std::uint32_t& attempts_against(Attempt& attempt);
  void close_evidence();
  enum class Reason : std::uint8_t { kTooLarge, kOther };
  void split(const Attempt& attempt, Reason reason);
  void resume_waiting();
  void call_witness();
  void stop_waiting(std::string_view last);
  [[nodiscard]] Next next_send(const http::Response& response, double jitter);

  lane::Bundle bundle_;
  const Patience patience_;
  ServerPulse& server_;
  std::vector<Attempt> attempts_;       ///< a stack: the last is the current one
  std::vector<std::uint32_t> counted_;  ///< by entry: answers of its own that count against it
  std::vector<Refusal> refusals_;       ///< final
  std::vector<Refusal> waiting_;        ///< for a target that the rest of the bundle may bring
  std::uint64_t loaded_ = 0;
  std::uint64_t loaded_before_ = 0;     ///< loaded_ when the waiting entries were last sent
  std::optional<Witness> witness_;      ///< it is out
  std::uint64_t loads_when_counted_;    ///< of the server, when a fault last counted
  std::uint32_t faults_of_nobody_ = 0;  ///< in a row, that did not count
  std::optional<core::Error> stopped_;

  // Of the answer in hand.
  Clock::time_point now_{};
  std::vector<std::uint32_t> again_;  ///< entries that may pass
  bool fault_seen_ = false;
  bool at_once_ = false;  ///< the server has just shown that it works
  std::optional<SentSize> limit_;
};

}  // namespace fhirehose::sink::fhir
