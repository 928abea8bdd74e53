#include "ledger/ledger.hpp"

#include <cerrno>
#include <mutex>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <sys/stat.h>

#include "core/crash_point.hpp"
#include "core/credentials.hpp"
#include "ledger/audit_log.hpp"
#include "ledger/dead_letter_table.hpp"
#include "ledger/layout.hpp"
#include "ledger/lock_file.hpp"
#include "ledger/member_table.hpp"
#include "ledger/run_table.hpp"
#include "ledger/settlement_table.hpp"

namespace fhirehose::ledger {
namespace {

constexpr std::chrono::milliseconds kPatience{10'000};
constexpr const char* kFile = "ledger.db";

core::Status make_directory(const std::filesystem::path& directory) {
  std::error_code error;
  // `state/` has `state` as its parent, which is to get its mode below.
  std::filesystem::path path = std::filesystem::absolute(directory).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  std::filesystem::create_directories(path.parent_path(), error);
  if (!error && ::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST)
    error.assign(errno, std::generic_category());
  if (!error && !std::filesystem::is_directory(directory, error) && !error)
    error = std::make_error_code(std::errc::not_a_directory);
  if (!error) return {};
  return core::fail(core::ErrorKind::kUsage,
                    fmt::format("the state directory {} can't be made ({})", directory.string(),
                                error.message()));
}

/// As it is kept: no credentials, whatever the caller has put in.
RunStart without_credentials(RunStart start) {
  start.target = core::without_credentials(start.target);
  for (std::string& source : start.sources) source = core::without_credentials(source);
  return start;
}

AuditEvent event_of(std::string name, RunId run, const RunStart& start) {
  AuditEvent event;
  event.time = core::now();
  event.name = std::move(name);
  event.run = run;
  event.command = start.command;
  event.sources = start.sources;
  event.replay_of = start.replay_of;
  event.target = start.target;
  event.options = start.options;
  return event;
}

}  // namespace

struct Ledger::Impl {
  Impl(std::filesystem::path where, sqlite::Database opened)
      : directory(std::move(where)), database(std::move(opened)) {}

  core::Status prepare() {
    return runs.prepare(database)
        .and_then([this] { return members.prepare(database); })
        .and_then([this] { return letters.prepare(database); })
        .and_then([this] { return settlements.prepare(database); });
  }

  /// Runs `work` in one transaction: all of it is in the file when this returns, or nothing.
  template <class Work>
  auto write(Work work, Survives as = Survives::kPowerCut) -> decltype(work()) {
    const std::lock_guard lock(mutex);
    if (core::Status set = be_written(as); !set) return tl::unexpected(set.error());
    core::Result<sqlite::Transaction> transaction = sqlite::Transaction::begin(database);
    if (!transaction) return tl::unexpected(transaction.error());
    auto done = work();
    if (!done) return done;
    core::crash_point("ledger.before-commit");
    if (core::Status committed = transaction->commit(); !committed)
      return tl::unexpected(committed.error());
    core::crash_point("ledger.after-commit");
    return done;
  }

  /// Of a log that is not synced at a commit SQLite still syncs what goes into the file itself.
  core::Status be_written(Survives as) {
    if (as == written_as) return {};
    written_as = as;
    return database.execute(as == Survives::kCrash ? "PRAGMA synchronous = NORMAL"
                                                   : "PRAGMA synchronous = FULL");
  }

  /// Within the transaction of what it tells: nothing is kept that could not be told.
  core::Status write_audit(const AuditEvent& event) {
    return audit ? audit->append(event) : core::Status();
  }

  /// Nobody else runs anything here: the lock is ours. Whatever says so was killed.
  core::Status bury_killed_runs() {
    return write([this]() -> core::Status {
      const core::Result<std::vector<RunId>> killed = runs.stop_all_running();
      if (!killed) return tl::unexpected(killed.error());
      for (const RunId run : *killed) {
        AuditEvent event = event_of("run found killed", run, {});
        event.state = "stopped";
        if (core::Status written = write_audit(event); !written) return written;
      }
      return {};
    });
  }

  const std::filesystem::path directory;
  std::optional<LockFile> lock_file;  ///< kWrite only; released last
  std::optional<AuditLog> audit;      ///< kWrite only
  std::mutex mutex;
  sqlite::Database database;
  Survives written_as = Survives::kPowerCut;  ///< by the last transaction
  RunTable runs;
  MemberTable members;
  DeadLetterTable letters;
  SettlementTable settlements;
};

Ledger::Ledger(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Ledger::~Ledger() = default;

core::Result<std::unique_ptr<Ledger>> Ledger::open(const std::filesystem::path& directory,
                                                   Access access) {
  return access == Access::kWrite ? open_for_writing(directory) : open_for_reading(directory);
}

core::Result<std::unique_ptr<Ledger>> Ledger::open_for_writing(
    const std::filesystem::path& directory) {
  if (core::Status made = make_directory(directory); !made) return tl::unexpected(made.error());
  core::Result<LockFile> lock_file = LockFile::acquire(directory);
  if (!lock_file) return tl::unexpected(lock_file.error());
  auto database = sqlite::Database::open(directory / kFile, sqlite::Mode::kCreate, kPatience);
  if (!database) return tl::unexpected(database.error());
  core::Status ready = prepare_for_writing(*database, directory / kFile);
  if (!ready) return tl::unexpected(ready.error());
  core::Result<AuditLog> audit = AuditLog::open(directory);
  if (!audit) return tl::unexpected(audit.error());

  auto impl = std::make_unique<Impl>(directory, std::move(*database));
  impl->lock_file.emplace(std::move(*lock_file));
  impl->audit.emplace(std::move(*audit));
  ready = impl->prepare().and_then([&] { return impl->bury_killed_runs(); });
  if (!ready) return tl::unexpected(ready.error());
  return std::unique_ptr<Ledger>(new Ledger(std::move(impl)));
}

core::Result<std::unique_ptr<Ledger>> Ledger::open_for_reading(
    const std::filesystem::path& directory) {
  std::error_code error;
  if (!std::filesystem::exists(directory / kFile, error)) {
    if (error) {
      return core::fail(core::ErrorKind::kUsage,
                        fmt::format("the state directory {} can't be read ({})", directory.string(),
                                    error.message()));
    }
    return core::fail(
        core::ErrorKind::kUsage,
        fmt::format("no run is on record in the state directory {}", directory.string()));
  }
  auto database = sqlite::Database::open(directory / kFile, sqlite::Mode::kRead, kPatience);
  if (!database) return tl::unexpected(database.error());
  const auto readable = check_for_reading(*database, directory / kFile);
  if (!readable) return tl::unexpected(readable.error());
  if (*readable == Readable::kOnceUpgraded) {
    const auto upgraded = open_for_writing(directory);
    if (!upgraded) return tl::unexpected(upgraded.error());
  }
  auto impl = std::make_unique<Impl>(directory, std::move(*database));
  const core::Status ready = impl->prepare();
  if (!ready) return tl::unexpected(ready.error());
  return std::unique_ptr<Ledger>(new Ledger(std::move(impl)));
}

core::Result<RunId> Ledger::begin_run(const RunStart& start) {
  const RunStart kept = without_credentials(start);
  const auto tell = [&](RunId run) {
    AuditEvent event = event_of("run started", run, kept);
    event.state = "running";
    return impl_->write_audit(event).map([run] { return run; });
  };
  return impl_->write([&] { return impl_->runs.insert(kept, core::now()).and_then(tell); });
}

core::Status Ledger::resume_run(RunId id) {
  const core::Result<Run> known = existing_run(id);
  if (!known) return tl::unexpected(known.error());
  AuditEvent event = event_of("run resumed", id, known->start);
  event.state = "running";
  return impl_->write(
      [&] { return impl_->runs.go_on(id).and_then([&] { return impl_->write_audit(event); }); });
}

core::Status Ledger::add_members(RunId run, std::span<const SourceMember> members) {
  Counts counts;
  for (const SourceMember& member : members) counts.read += member.records;
  return impl_->write([&] {
    return impl_->members.insert(run, members).and_then([&] {
      return impl_->runs.add_counts(run, counts);
    });
  });
}

core::Status Ledger::settle(RunId run, const Settlement& settlement, Survives survives) {
  Counts counts;
  for (const TypeOutcome& outcome : settlement.outcomes) {
    counts.loaded += outcome.loaded;
    counts.duplicate += outcome.duplicate;
    counts.rejected += outcome.rejected;
  }
  const auto add = [&] {
    return impl_->letters.insert(run, settlement.letters)
        .and_then([&] { return impl_->letters.resolve(run, settlement.resolved); })
        .and_then([&] { return impl_->settlements.add(run, settlement); })
        .and_then([&] { return impl_->runs.add_counts(run, counts); });
  };
  return impl_->write(add, survives);
}

core::Status Ledger::sync() {
  // Says again what is said already: only a commit that changes a page syncs the log. A checkpoint
  // would not where somebody reads.
  return impl_->write(
      [this] { return impl_->database.execute(fmt::format("PRAGMA user_version = {}", kFormat)); });
}

core::Status Ledger::end_run(RunId id, const std::string& state, const Counts& counts,
                             const std::string& report) {
  const core::Result<Run> known = existing_run(id);
  if (!known) return tl::unexpected(known.error());
  const RunEnd end{state, core::now(), counts, report};
  AuditEvent event = event_of("run " + state, id, known->start);
  event.counts = counts;
  event.state = state;
  const auto forget = [&] {
    return state == "finished" ? impl_->settlements.forget_units(id) : core::Status();
  };
  return impl_->write([&] {
    return impl_->runs.finish(id, end).and_then(forget).and_then(
        [&] { return impl_->write_audit(event); });
  });
}

core::Result<Run> Ledger::existing_run(RunId id) const {
  core::Result<std::optional<Run>> known = run(id);
  if (!known) return tl::unexpected(known.error());
  if (!*known) {
    return core::fail(core::ErrorKind::kUsage,
                      fmt::format("there is no run {} in {}", id, impl_->directory.string()));
  }
  return **std::move(known);
}

core::Result<std::vector<Run>> Ledger::runs() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->runs.all();
}

core::Result<std::optional<Run>> Ledger::run(RunId id) const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->runs.find(id);
}

core::Result<std::vector<SourceMember>> Ledger::members(RunId id) const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->members.of_run(id);
}

core::Result<Settled> Ledger::settled(RunId id) const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->settlements.of_run(id);
}

core::Result<LetterCounts> Ledger::letter_counts(RunId run) const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->letters.count(run);
}

core::Status Ledger::dead_letters(RunId run,
                                  const std::function<void(const DeadLetter&)>& use) const {
  // Page by page, and `use` is called without the lock: it may take its time, and write.
  DeadLetter last = DeadLetterTable::front();
  for (;;) {
    core::Result<std::vector<DeadLetter>> page = [&] {
      const std::lock_guard lock(impl_->mutex);
      return impl_->letters.behind(run, last);
    }();
    if (!page) return tl::unexpected(page.error());
    if (page->empty()) return {};
    for (const DeadLetter& letter : *page) use(letter);
    last = std::move(page->back());
    last.bytes.clear();
    last.sent.clear();
  }
}

}  // namespace fhirehose::ledger
