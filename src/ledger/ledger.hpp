#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/instant.hpp"
#include "core/result.hpp"
#include "ledger/dead_letter.hpp"
#include "ledger/settlement.hpp"

namespace fhirehose::ledger {

using RunId = std::int64_t;

/// What a run was asked to do. Secrets are never in it.
struct RunStart {
  std::string command;               ///< `load`
  std::vector<std::string> sources;  ///< paths as given
  std::string target;                ///< without user and password
  std::string options;               ///< JSON object of all that differ from the default
  std::optional<RunId> replay_of;
  std::string replay_stage;  ///< of the letters that are replayed; empty: any
  std::string directory;     ///< where relative paths begin
  std::uint64_t plan = 0;    ///< tells what gives units their names from what would give others
};

struct LetterCounts {
  std::uint64_t all = 0, resolved = 0;
};

struct Counts {
  std::uint64_t read = 0, loaded = 0, duplicate = 0, rejected = 0;
};

struct Run {
  RunId id = 0;
  RunStart start;
  std::string state;  ///< `running`, `finished`, `stopped`
  core::Microseconds started = 0;
  std::optional<core::Microseconds> ended;
  Counts counts;
  std::string report;  ///< the final report's JSON; empty until there is one
};

/// One member of the input, as the look saw it.
struct SourceMember {
  std::string name;
  std::uint64_t bytes = 0, stored_bytes = 0, fingerprint = 0, records = 0;
  std::string problem;  ///< empty: none
};

/// The memory of a state directory: one SQLite file in WAL mode, `ledger.db`, mode 0600, beside the
/// audit log `audit.ndjson`. Every call may fail with kStop (disk full, corrupt) or kUsage (can't
/// be opened, newer format). A file of an older format is brought to this one when it is opened.
/// One writing process at a time: a second gets a clear kUsage error. Calls from any thread; they
/// are serialised. What a call has returned from survives a power cut, unless it says otherwise.
class Ledger {
 public:
  enum class Access : std::uint8_t { kReadOnly, kWrite };
  /// What survives what. kCrash: the end of this process, however it comes; costs no wait for a
  /// disk. kPowerCut: that too, together with all that was written before.
  enum class Survives : std::uint8_t { kCrash, kPowerCut };
  /// kWrite makes directory and files where missing, and marks as `stopped` what an earlier process
  /// left `running`. kReadOnly works beside a process that writes.
  static core::Result<std::unique_ptr<Ledger>> open(const std::filesystem::path& directory,
                                                    Access access);
  ~Ledger();

  /// Runs begin and end with an event in the audit log. Credentials in sources and target are left
  /// out, whatever the caller has put there.
  core::Result<RunId> begin_run(const RunStart& start);
  /// The run goes on: it is `running` again.
  core::Status resume_run(RunId run);
  core::Status add_members(RunId run, std::span<const SourceMember> members);
  /// All of it, or nothing where it fails.
  core::Status settle(RunId run, const Settlement& settlement, Survives survives);
  /// What survived a crash survives a power cut as well.
  core::Status sync();
  /// Of a `finished` run it is forgotten which units were settled.
  core::Status end_run(RunId run, const std::string& state, const Counts& counts,
                       const std::string& report);

  core::Result<std::vector<Run>> runs() const;  ///< newest first
  core::Result<std::optional<Run>> run(RunId id) const;
  /// kUsage where there is none of that number.
  core::Result<Run> existing_run(RunId id) const;
  core::Result<std::vector<SourceMember>> members(RunId id) const;
  core::Result<Settled> settled(RunId id) const;
  core::Result<LetterCounts> letter_counts(RunId run) const;
  /// In order of member, line and begin; stops at the first failure of the database. `use` may call
  /// the ledger.
  core::Status dead_letters(RunId run, const std::function<void(const DeadLetter&)>& use) const;

 private:
  struct Impl;
  static core::Result<std::unique_ptr<Ledger>> open_for_writing(
      const std::filesystem::path& directory);
  static core::Result<std::unique_ptr<Ledger>> open_for_reading(
      const std::filesystem::path& directory);
  explicit Ledger(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace fhirehose::ledger
