#pragma once

#include <atomic>
#include <cstdint>
#include <stop_token>
#include <string>
#include <variant>

#include "fhirehose/options.hpp"
#include "fhirehose/report.hpp"

namespace fhirehose {

/// What is going on, for whoever watches. Written by the load, readable from any thread at any
/// time.
struct Progress {
  enum class Stage : std::uint8_t { kOpening, kLooking, kLoading, kComparing, kClosing };
  std::atomic<Stage> stage{Stage::kOpening};
  std::atomic<std::uint64_t> bytes_looked{0};  ///< decompressed
  std::atomic<std::uint64_t> records_looked{0};
  std::atomic<std::uint64_t> records_total{0};  ///< known once the look is done
  std::atomic<std::uint64_t> loaded{0}, duplicate{0}, rejected{0};
  std::atomic<std::uint64_t> settled_earlier{0};  ///< of these three, before the run was resumed
  std::atomic<std::uint64_t> waiting{0};          ///< records whose target is not there yet
  std::atomic<std::uint32_t> in_flight{0};        ///< bundles
  /// What the target wants at the moment: bundles in flight, and entries of a bundle.
  std::atomic<std::uint32_t> in_flight_wanted{0}, entries_wanted{0};
};

/// Told when a stage has ended, on the loading thread. The texts are for people.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void note(const std::string& what, const std::string& text) = 0;
};

/// Why a load did not begin. Nothing was changed.
struct Refused {
  std::string message;
};

/// Looks at the input, then loads it. Blocks until all is settled, or until the target does not let
/// it go on; or says why it could not begin (no such input, target not reached, option out of
/// range). One load at a time for a state directory. Never throws for what is in the input or what
/// the target does. Once `stop` is asked for, nothing more is sent, what is under way is awaited,
/// and the report says that the run was stopped.
std::variant<Report, Refused> load(const LoadOptions& options, Progress& progress,
                                   Observer& observer, const std::stop_token& stop = {});

/// Goes on with a run that was stopped, or whose process is gone, with the options it was begun
/// with: looks at the input again and loads what is not settled yet. Ends as the run would have if
/// nothing had happened. Refused when there is no such run, or when the input has changed.
std::variant<Report, Refused> resume(const ResumeOptions& options, Progress& progress,
                                     Observer& observer, const std::stop_token& stop = {});

/// A new run of what a run could not load and no other has since: the original bytes go the whole
/// way again, with the options of that run. What is loaded is marked as resolved there. Refused
/// when there is nothing to replay.
std::variant<Report, Refused> replay(const ReplayOptions& options, Progress& progress,
                                     Observer& observer, const std::stop_token& stop = {});

}  // namespace fhirehose
