#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "http/request.hpp"
#include "record/bundle_response.hpp"
#include "sink/fhir/bundle_delivery.hpp"
#include "sink/target_reader.hpp"

namespace fhirehose::sink::fhir {

/// How resources are asked for.
enum class Ask : std::uint8_t {
  kTogether,  ///< a batch of GETs
  kSingly,    ///< `GET Type/id`, one after the other: for servers that take no such batch
};

/// One bundle from its first question until each entry is read, missing or unreadable. Knows
/// nothing of connections and clocks: it is told what was answered, and says what to ask next. One
/// question is out at a time. One thread at a time.
///
/// What may pass is asked again with backoff, up to the total patience without any progress; then
/// the reading is stopped. What fails for one entry alone as often as a record may fail is
/// unreadable. Answers that are too long are asked for in halves.
class BundleReading {
 public:
  BundleReading(lane::Bundle bundle, const Patience& patience, Ask ask);

  /// Places that are to be asked for now; not after kDone or stop.
  [[nodiscard]] const std::vector<std::uint32_t>& question() const { return questions_.back(); }
  /// By which way. What was kTogether may become kSingly, when the server shows that it has to.
  [[nodiscard]] Ask ask() const { return ask_; }
  [[nodiscard]] const lane::Bundle& bundle() const { return reading_.bundle; }
  /// Takes what came of it.
  Next answered(http::Response response, const Moment& moment);
  /// Ends it.
  void stop(core::Error why);
  /// What came of it; after kDone or stop. Lives as long as this.
  [[nodiscard]] Reading& reading() { return reading_; }

 private:
  using Places = std::vector<std::uint32_t>;

  void take_failure(const Places& asked, const http::Response& response);
  void take_refusal(const Places& asked, int status);
  void take_one(std::uint32_t place, http::Response response);
  void take_batch(const Places& asked, http::Response response);
  void take_entries(const Places& asked, const std::vector<record::EntryResponse>& entries);
  void take_entry(std::uint32_t place, const record::EntryResponse& entry);
  void again(const Places& asked, std::string_view why);
  void smaller(const Places& asked);
  void ask_singly(const Places& asked);
  void push(Places places);
  void set_text(std::uint32_t place, std::string_view text);
  void set_unreadable(std::uint32_t place, std::string reason);
  [[nodiscard]] Next next(std::optional<std::chrono::seconds> retry_after, const Moment& moment);

  const Patience patience_;
  Ask ask_;
  Reading reading_;
  std::vector<Places> questions_;        ///< a stack: the last is the current one
  std::vector<std::uint32_t> failures_;  ///< by place: answers in a row that may pass
  std::deque<std::string> bodies_;       ///< answers that texts point into
  std::optional<Clock::time_point> trouble_since_;
  std::string trouble_;         ///< a sentence: what it was
  std::uint32_t troubles_ = 0;  ///< in a row
  bool progress_ = false;       ///< the answer in hand said something definite
  bool trouble_seen_ = false;   ///< it left something to be asked again
};

}  // namespace fhirehose::sink::fhir
