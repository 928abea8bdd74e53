#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "fhirehose/load.hpp"
#include "fhirehose/options.hpp"
#include "fhirehose/report.hpp"

namespace fhirehose {

/// What is to be proven: that the load with these very options has left its target as it should.
struct VerifyOptions {
  LoadOptions load;                     ///< its target is read; its state only if `run` is set
  std::optional<std::uint64_t> sample;  ///< compare about so many resources; unset: all
  std::uint64_t seed = 0;               ///< which ones
  std::filesystem::path differences;    ///< new; gets all of them, a JSON object a line; empty: not
  std::optional<std::int64_t> run;      ///< dead letters of this run are no differences
};

/// What was found of one type, or of all.
struct Compared {
  std::uint64_t source = 0;                ///< winners in the input
  std::optional<std::uint64_t> in_target;  ///< so many it holds, whoever wrote them; or not told
  std::uint64_t lacking = 0;               ///< by that count: so many fewer than there must be
  std::uint64_t compared = 0;              ///< sum of the next five
  std::uint64_t equal = 0;
  std::uint64_t different = 0;
  std::uint64_t missing = 0;
  std::uint64_t unreadable = 0;  ///< the target has failed to tell it
  std::uint64_t rejected = 0;    ///< missing or different, and a dead letter of `run` says why
};

/// A resource that is not at the target as it should be. No content but its id.
struct Difference {
  std::string kind;  ///< `different`, `missing`, `unreadable`, `rejected`
  std::string type, id;
  std::string what;    ///< path of the first difference: `name[0].family`; or why it is unreadable
  std::string member;  ///< of the input
  std::uint64_t line = 0;  ///< in it, from 1
};

/// What came of comparing an input with a target.
struct Verification {
  State state = State::kFinished;
  std::string stopped_because;  ///< a sentence; empty unless stopped
  std::string target;           ///< what answered: `HAPI FHIR 8.8.0`, `SQLite`
  Compared total;
  std::map<std::string, Compared> types;
  std::uint64_t read = 0, duplicate = 0, rejected = 0;  ///< of the input, as its look counts
  std::uint64_t sampled_of = 0;  ///< 0: all were compared; else the resources that were chosen from
  std::uint64_t seed = 0;
  double share_below = 0;  ///< of a sample without differences: fewer differ, with 99 % confidence
  std::vector<Difference> differences;  ///< the first 1,000, in order of the input
  std::uint64_t requests = 0, retries = 0;
  double seconds = 0;
  std::uint64_t bytes = 0;  ///< decompressed
  std::uint64_t peak_rss_bytes = 0;
  std::vector<Problem> problems;
};

/// Whether all that was compared is there and equal, and no type lacks any by its count.
bool is_equal(const Verification& verification);

/// `equal`, `not equal`, or `equal as far as the input can be read`.
std::string verdict(const Verification& verification);

/// The target could not be reached, or not read at all. Nothing is known of it.
struct Unreachable {
  std::string message;
};

/// Looks at the input, reads back what a load of it would have written, and compares. Blocks;
/// changes nothing at the target, and leaves no run in the ledger. Refused when an option is out of
/// range, a source can't be opened, or there is no such run.
std::variant<Verification, Refused, Unreachable> verify(const VerifyOptions& options,
                                                        Progress& progress, Observer& observer);

/// One JSON object, one line, no line feed at its end.
std::string to_json(const Verification& verification);

/// Likewise: what a line of the file `VerifyOptions::differences` has.
std::string to_json(const Difference& difference);

}  // namespace fhirehose
