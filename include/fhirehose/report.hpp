#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace fhirehose {

/// read = loaded + duplicate + rejected, or there is a bug.
struct Counts {
  std::uint64_t read = 0;
  std::uint64_t loaded = 0;     ///< or deleted, where that is what it asks for
  std::uint64_t duplicate = 0;  ///< dropped: another record of the same type and id won
  std::uint64_t rejected = 0;   ///< became a dead letter
  [[nodiscard]] bool conserved() const { return read == loaded + duplicate + rejected; }
};

/// How a run ended.
enum class State : std::uint8_t {
  kFinished,  ///< every record is accounted for
  kStopped,   ///< the target or the machine did not let it go on
};

/// Records that a target refused at first because they refer to what was not there yet. How many
/// there are depends on what was sent when; what becomes of them does not.
struct Deferred {
  std::uint64_t waited = 0;
  std::uint64_t loaded = 0;    ///< of these
  std::uint64_t rejected = 0;  ///< of these
};

/// Something in the input that could not be used, and why; no resource content.
struct Problem {
  enum class Harm : std::uint8_t {
    kMayLackRecords,  ///< there may be records in what could not be used
    kNone,            ///< it can't hold any: a README beside the data
  };
  std::string where;
  std::string what;
  Harm harm = Harm::kMayLackRecords;
};

/// Whether records may be missing for one of these.
bool may_lack_records(const std::vector<Problem>& problems);

/// What came of a load. The interface to whoever started it: `to_json` is what `--json` prints.
struct Report {
  std::int64_t run = 0;
  State state = State::kFinished;
  std::string stopped_because;  ///< a sentence; empty unless stopped
  Counts total;
  /// Of `total`, what was settled before the run was resumed; `read` is their sum.
  Counts settled_earlier;
  Deferred deferred;                    ///< by this process
  std::map<std::string, Counts> types;  ///< by resource type; "" for records whose type is unknown
  /// Entries of searchsets that were left out, and not read: what a server said of the search.
  std::uint64_t search_outcomes = 0;
  /// Records that were read with a `meta.lastUpdated` that is no instant. Those that were sent went
  /// without it: the server sets its own.
  std::uint64_t bad_last_updated = 0;
  std::uint64_t bytes = 0;  ///< decompressed
  double look_seconds = 0;
  double seconds = 0;  ///< all of it
  std::uint64_t peak_rss_bytes = 0;
  std::uint64_t requests = 0, retries = 0, bytes_sent = 0;
  std::uint32_t concurrency = 0, batch = 0;  ///< bundles in flight and entries of one, in the end
  std::string concurrency_reason;  ///< `knee`, `fixed by --concurrency`, `limited by input`, ...
  std::string target;              ///< what answered: `HAPI FHIR 8.8.0`, `SQLite`
  std::string profile;             ///< how the server was treated: `hapi`; empty: no FHIR server
  std::vector<std::string> order;  ///< what was loaded one after the other; empty: all at once
  std::vector<Problem> problems;
};

/// Of all the time the load took, the look included; without what was settled earlier.
double resources_per_second(const Report& report);

/// One JSON object, one line, no line feed at its end.
std::string to_json(const Report& report);

}  // namespace fhirehose
