#include "fhirehose/load.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/crash_point.hpp"
#include "core/duration.hpp"
#include "deferral/deferral.hpp"
#include "ledger/ledger.hpp"
#include "pipeline/load_pass.hpp"
#include "pipeline/look_text.hpp"
#include "pipeline/naming.hpp"
#include "pipeline/own_files.hpp"
#include "pipeline/peak_memory.hpp"
#include "pipeline/phases.hpp"
#include "pipeline/plan_urns.hpp"
#include "pipeline/replay.hpp"
#include "pipeline/resumption.hpp"
#include "pipeline/run_start.hpp"
#include "pipeline/session.hpp"
#include "pipeline/settler.hpp"
#include "pipeline/sink_options.hpp"
#include "pipeline/target_check.hpp"
#include "pipeline/transform_chain.hpp"

namespace fhirehose {
namespace {

using Clock = std::chrono::steady_clock;

/// Why so much was in flight in the end.
std::string why(const sink::Tempo& tempo, const LoadOptions& options) {
  if (options.concurrency)
    return options.batch ? "fixed by --concurrency and --batch" : "fixed by --concurrency";
  switch (tempo.why) {
    case sink::Tempo::Why::kKnee:
      return "knee";
    case sink::Tempo::Why::kClimbing:
      return "still climbing";
    case sink::Tempo::Why::kInput:
      return "limited by input";
    default:
      return "fixed";
  }
}

/// One load, step by step; each step leaves what the next one needs.
class Load {
 public:
  Load(const LoadOptions& options, Progress& progress, Observer& observer,
       const std::stop_token& stop)
      : options_(options), progress_(progress), observer_(observer), stop_(stop) {}

  /// Goes on with that run of that ledger instead of beginning one.
  void take_up(std::unique_ptr<ledger::Ledger> ledger, ledger::Run run) {
    ledger_ = std::move(ledger);
    earlier_ = std::move(run);
  }
  /// Reads these letters instead of the sources. `start`: which they are.
  void read_letters(std::unique_ptr<ledger::Ledger> ledger, ledger::RunStart start,
                    pipeline::Replay letters) {
    ledger_ = std::move(ledger);
    replay_start_ = std::move(start);
    letters_ = std::move(letters);
  }

  std::variant<Report, Refused> run() {
    for (const auto step : {&Load::open, &Load::look, &Load::begin}) {
      if (const core::Status done = (this->*step)(); !done) return Refused{done.error().message};
    }
    deliver();
    return end();
  }

 private:
  core::Status open();
  core::Status look();
  core::Status begin();
  core::Status begin_anew();
  core::Status go_on();
  [[nodiscard]] deferral::DeferralOptions deferral_options() const;
  void deliver();
  Report end();
  void fill_counts(Report& report, const pipeline::Settler& settler) const;
  void note_look() const;
  void note_letters_without_records();
  [[nodiscard]] std::vector<ledger::SourceMember> members() const;

  const LoadOptions& options_;
  Progress& progress_;
  Observer& observer_;
  const std::stop_token stop_;
  const Clock::time_point started_ = Clock::now();
  std::unique_ptr<pipeline::Session> session_;
  std::unique_ptr<sink::Sink> sink_;
  sink::Traits traits_;
  record::ParseOptions reading_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::optional<ledger::Run> earlier_;       ///< the run as an earlier process has left it
  bool members_known_ = false;               ///< that process has noted them
  ledger::Settled settled_;                  ///< by that process
  std::optional<pipeline::Replay> letters_;  ///< what is read in a replay
  ledger::RunStart replay_start_;
  std::unique_ptr<const index::LoadPlan> plan_;
  std::vector<pipeline::Phase> phases_;
  ledger::RunId run_ = 0;
  Report report_;
};

/// Everything that can be wrong with what was asked for is found here, before anything is changed.
core::Status Load::open() {
  auto session = letters_ ? pipeline::Session::over(std::move(letters_->texts), options_.input)
                          : pipeline::Session::open(pipeline::without_own_files(options_), stop_);
  if (!session) return tl::unexpected(session.error());
  session_ = *std::move(session);
  session_->heed(stop_);
  auto reading = pipeline::reading_of(options_.identity);
  if (!reading) return tl::unexpected(reading.error());
  reading_ = *std::move(reading);
  auto sink = sink::make_sink(options_.target, pipeline::sink_options(options_, stop_));
  if (!sink) return tl::unexpected(sink.error());
  sink_ = *std::move(sink);
  for (const std::string& warning :
       sink::warnings(options_.target, pipeline::sink_options(options_))) {
    observer_.note("warning", warning);
  }
  auto traits = sink_->open();
  if (!traits) return tl::unexpected(traits.error());
  traits_ = *std::move(traits);
  if (!traits_.refuses_numeric_ids) {
    reading_ = pipeline::without_letters(options_.identity, std::move(reading_));
  }
  if (ledger_) return {};
  auto ledger = ledger::Ledger::open(options_.state, ledger::Ledger::Access::kWrite);
  if (!ledger) return tl::unexpected(ledger.error());
  ledger_ = *std::move(ledger);
  return {};
}

core::Status Load::look() {
  if (earlier_) {
    const auto then = ledger_->members(earlier_->id);
    if (!then) return tl::unexpected(then.error());
    members_known_ = !then->empty();
    core::Status same = pipeline::check_unchanged(session_->catalog().members(), *then);
    if (!same) return same;
  }
  progress_.stage = Progress::Stage::kLooking;
  pipeline::read_as(*session_, options_.identity, reading_);
  auto plan = session_->look(options_.input.duplicates, progress_);
  if (!plan) return tl::unexpected(plan.error());
  plan_ = *std::move(plan);
  if (stop_.stop_requested()) {
    return core::fail(core::ErrorKind::kStop,
                      "it was asked to stop while it looked; nothing was sent");
  }
  report_.look_seconds = core::seconds_since(started_);
  progress_.records_total = plan_->read;
  phases_ = pipeline::phases(*plan_, traits_);
  note_look();
  if (options_.input.duplicates == Duplicates::kError && plan_->duplicate > 0) {
    return core::fail(core::ErrorKind::kUsage,
                      fmt::format("{} records have the type and id of another one, and "
                                  "--duplicates error asks for none; nothing was sent",
                                  plan_->duplicate));
  }
  if (plan_->urns.overfull()) {
    return core::fail(core::ErrorKind::kUsage,
                      fmt::format("more than {} fullUrls, too many for --resolve-urns archive; "
                                  "nothing was sent",
                                  index::UrnTable::kMostReaching));
  }
  return pipeline::ids_are_taken(*plan_, options_.identity, traits_);
}

void Load::note_look() const {
  observer_.note("looked", pipeline::look_text(*plan_, report_.look_seconds));
  const auto order = pipeline::describe(phases_);
  if (!order.empty()) observer_.note("order", fmt::format("{}", fmt::join(order, " > ")));
  observer_.note("target", traits_.profile.empty()
                               ? traits_.name
                               : fmt::format("{}, profile {}", traits_.name, traits_.profile));
  for (const std::string& warning : traits_.warnings) observer_.note("warning", warning);
  if (plan_->read == 0) observer_.note("warning", "the input holds no records");
  if (plan_->too_many_bases) {
    observer_.note("warning",
                   "the Bundles' fullUrls have too many bases to tell which are the source's: "
                   "references with an address stay unless --source-base names theirs");
  }
}

std::vector<ledger::SourceMember> Load::members() const {
  std::vector<ledger::SourceMember> list;
  for (std::size_t i = 0; i < plan_->members.size(); ++i) {
    const source::Member& member = session_->catalog().members()[i];
    const index::MemberFacts& facts = plan_->members[i];
    list.push_back({member.name, facts.bytes, member.stored_bytes, member.fingerprint,
                    facts.records, facts.problem});
  }
  return list;
}

core::Status Load::begin() { return earlier_ ? go_on() : begin_anew(); }

core::Status Load::begin_anew() {
  ledger::RunStart start = pipeline::run_start(options_);
  if (letters_) {
    start.command = "replay";
    start.replay_of = replay_start_.replay_of;
    start.replay_stage = replay_start_.replay_stage;
  }
  start.plan = pipeline::fingerprint(*plan_, phases_);
  auto run = ledger_->begin_run(start);
  if (!run) return tl::unexpected(run.error());
  run_ = *run;
  return ledger_->add_members(run_, members());
}

core::Status Load::go_on() {
  run_ = earlier_->id;
  if (earlier_->start.plan != pipeline::fingerprint(*plan_, phases_)) {
    return core::fail(core::ErrorKind::kUsage,
                      fmt::format("run {} can't go on: this program or the target would load in "
                                  "another order than it was begun with; load the input anew",
                                  run_));
  }
  auto settled = ledger_->settled(run_);
  if (!settled) return tl::unexpected(settled.error());
  settled_ = *std::move(settled);
  if (auto there = pipeline::check_target(*earlier_, settled_); !there) return there;
  return ledger_->resume_run(run_).and_then(
      [&] { return members_known_ ? core::Status() : ledger_->add_members(run_, members()); });
}

/// What was loaded is remembered only where it may be asked for.
deferral::DeferralOptions Load::deferral_options() const {
  constexpr std::uint64_t kFilterShare = 16;
  return {.records = plan_->read,
          .filter_bytes = traits_.checks_references ? options_.input.memory / kFilterShare : 0,
          .scratch = options_.input.limits.scratch,
          .atomic_entries = traits_.atomic_entries,
          .atomic_bytes = traits_.atomic_bytes};
}

void Load::deliver() {
  progress_.stage = Progress::Stage::kLoading;
  pipeline::Settler settler(
      {session_->catalog(), *plan_, session_->input().parsing, *ledger_, run_, progress_, stop_,
       letters_ ? &letters_->letters : nullptr, traits_.keeps_what_it_takes},
      settled_);
  const std::stop_callback wind_down(stop_, [this] { sink_->wind_down(); });
  deferral::Deferral deferral(deferral_options(), session_->input().budget);
  pipeline::TargetCheck target(options_.target, pipeline::sink_options(options_, stop_));
  const pipeline::PlanUrns urns(*plan_);
  const transform::Identity identity = pipeline::identity_of(reading_, *plan_, urns);
  const transform::Chain chain = pipeline::make_chain(options_, identity, traits_.dates_itself);
  session_->compute(
      [&] {
        pipeline::LoadPass pass({session_->input(), *plan_, chain, identity, *sink_, traits_,
                                 settler, deferral,
                                 [&target](auto those) { return target.lacks(those); }, progress_});
        for (const pipeline::Phase& phase : phases_) {
          if (!settler.stopped()) pass.run(phase);
        }
        if (!settler.stopped()) pass.finish();
      },
      traits_.threads);
  progress_.stage = Progress::Stage::kClosing;
  if (const core::Status closed = sink_->close(); !closed) settler.stop(closed.error().message);
  settler.finish();
  core::crash_point("load.settled");
  fill_counts(report_, settler);
  const deferral::DeferralCounts& waited = deferral.counts();
  report_.deferred = {waited.waited, waited.loaded, waited.rejected};
}

void Load::fill_counts(Report& report, const pipeline::Settler& settler) const {
  for (std::size_t type = 0; type <= pipeline::kUntyped; ++type) {
    const pipeline::Sums& sums = settler.sums()[type];
    const bool untyped = type == pipeline::kUntyped;
    Counts counts{0, sums.loaded, sums.duplicate, sums.rejected};
    counts.read = untyped ? plan_->rejected_untyped()
                          : plan_->types[type].read + plan_->rejected_of_type[type];
    if (counts.read + counts.loaded + counts.duplicate + counts.rejected == 0) continue;
    report.types[untyped ? "" : std::string(core::kResourceTypeNames[type])] = counts;
    report.total.loaded += counts.loaded;
    report.total.duplicate += counts.duplicate;
    report.total.rejected += counts.rejected;
  }
  report.total.read = plan_->read;
  for (const ledger::TypeOutcome& outcome : settled_.outcomes) {
    report.settled_earlier.loaded += outcome.loaded;
    report.settled_earlier.duplicate += outcome.duplicate;
    report.settled_earlier.rejected += outcome.rejected;
    report.settled_earlier.read += outcome.loaded + outcome.duplicate + outcome.rejected;
  }
  if (const auto why = settler.stopped()) {
    report.state = State::kStopped;
    report.stopped_because = *why;
  }
}

/// Of a replay: they would be counted nowhere.
void Load::note_letters_without_records() {
  for (std::size_t i = 0; i < letters_->letters.size(); ++i) {
    if (plan_->members[i].records > 0) continue;
    const pipeline::ReplayedLetter& letter = letters_->letters[i];
    report_.problems.push_back({fmt::format("{}, line {}", letter.member, letter.line),
                                "there is no record in the dead letter: it stays open"});
  }
}

Report Load::end() {
  Report& report = report_;
  report.run = run_;
  report.bytes = plan_->bytes;
  report.seconds = core::seconds_since(started_);
  report.peak_rss_bytes = pipeline::peak_memory();
  const sink::SinkCounters counters = sink_->counters();
  report.requests = counters.requests;
  report.retries = counters.retries;
  report.bytes_sent = counters.bytes_sent;
  const sink::Tempo tempo = sink_->tempo();
  report.concurrency = tempo.pace.in_flight;
  report.batch = tempo.pace.entries;
  report.concurrency_reason = why(tempo, options_);
  report.target = traits_.name;
  report.profile = traits_.profile;
  report.search_outcomes = plan_->search_outcomes;
  if (traits_.dates_itself) report.bad_last_updated = plan_->bad_last_updated;
  report.order = pipeline::describe(phases_);
  report.problems = pipeline::problems(session_->catalog(), *plan_);
  if (letters_) note_letters_without_records();
  const ledger::Counts counts{report.total.read, report.total.loaded, report.total.duplicate,
                              report.total.rejected};
  const char* const state = report.state == State::kFinished ? "finished" : "stopped";
  if (const auto ended = ledger_->end_run(run_, state, counts, to_json(report)); !ended) {
    report.state = State::kStopped;
    report.stopped_because = ended.error().message;
  }
  return std::move(report_);
}

}  // namespace

std::variant<Report, Refused> load(const LoadOptions& options, Progress& progress,
                                   Observer& observer, const std::stop_token& stop) {
  return Load(options, progress, observer, stop).run();
}

std::variant<Report, Refused> resume(const ResumeOptions& options, Progress& progress,
                                     Observer& observer, const std::stop_token& stop) {
  auto ledger = pipeline::existing_ledger(options.state);
  if (!ledger) return Refused{ledger.error().message};
  auto run = pipeline::resumable_run(**ledger, options.run);
  if (!run) return Refused{run.error().message};
  LoadOptions restored = pipeline::options_of(run->start);
  restored.state = options.state;
  pipeline::replace_given(restored, options.reach);
  Load load(restored, progress, observer, stop);
  if (run->start.replay_of) {
    auto letters = pipeline::gather_letters(**ledger, run->start, run->id);
    if (!letters) return Refused{letters.error().message};
    load.read_letters(nullptr, run->start, *std::move(letters));
  }
  load.take_up(*std::move(ledger), *std::move(run));
  return load.run();
}

std::variant<Report, Refused> replay(const ReplayOptions& options, Progress& progress,
                                     Observer& observer, const std::stop_token& stop) {
  auto ledger = pipeline::existing_ledger(options.state);
  if (!ledger) return Refused{ledger.error().message};
  auto run = (*ledger)->existing_run(options.run);
  if (!run) return Refused{run.error().message};
  ledger::RunStart start = run->start;
  start.replay_of = options.run;
  start.replay_stage = options.stage;
  LoadOptions restored = pipeline::options_of(run->start);
  auto letters = pipeline::gather_letters(**ledger, start);
  if (!letters) return Refused{letters.error().message};
  restored.state = options.state;
  restored.input.sources.clear();
  // Letters of one key are of one record, or of records that the run has told apart.
  if (restored.input.duplicates == Duplicates::kError) {
    restored.input.duplicates = Duplicates::kNewest;
  }
  if (!options.target.empty()) restored.target = options.target;
  // How the run's server was reached says nothing of another target, which must not see its
  // secrets.
  if (!sink::is_same_server(restored.target, run->start.target)) {
    restored.access = {};
    restored.profile.clear();
  }
  if (!options.profile.empty()) restored.profile = options.profile;
  pipeline::replace_given(restored, options.reach);
  Load load(restored, progress, observer, stop);
  load.read_letters(*std::move(ledger), std::move(start), *std::move(letters));
  return load.run();
}

}  // namespace fhirehose
