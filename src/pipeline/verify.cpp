#include "fhirehose/verify.hpp"

#include <array>
#include <chrono>
#include <memory>
#include <set>
#include <utility>

#include "compare/difference.hpp"
#include "compare/tally.hpp"
#include "core/duration.hpp"
#include "ledger/ledger.hpp"
#include "pipeline/compare_pass.hpp"
#include "pipeline/finding_file.hpp"
#include "pipeline/look_text.hpp"
#include "pipeline/naming.hpp"
#include "pipeline/own_files.hpp"
#include "pipeline/peak_memory.hpp"
#include "pipeline/plan_urns.hpp"
#include "pipeline/session.hpp"
#include "pipeline/sink_options.hpp"
#include "pipeline/transform_chain.hpp"
#include "sink/open_reader.hpp"

namespace fhirehose {
namespace {

using compare::Outcome;

constexpr std::size_t kKeptDifferences = 1'000;
constexpr double kConfidence = 0.99;

std::string kind_of(Outcome outcome) {
  constexpr std::array<const char*, compare::kOutcomes> kNames = {"equal", "different", "missing",
                                                                  "unreadable", "rejected"};
  return kNames.at(static_cast<std::size_t>(outcome));
}

/// Dead letters of a run that were resources: what it could not load, nor a replay after it.
struct KnownLetters {
  std::set<core::ResourceKey> keys;
  std::array<std::uint64_t, core::kResourceTypeCount> by_type{};
};

core::Result<KnownLetters> known_letters(const std::filesystem::path& state, std::int64_t run) {
  auto ledger = ledger::Ledger::open(state, ledger::Ledger::Access::kReadOnly);
  if (!ledger) return tl::unexpected(ledger.error());
  if (const auto found = (*ledger)->existing_run(run); !found) return tl::unexpected(found.error());
  KnownLetters known;
  const core::Status read =
      (*ledger)->dead_letters(run, [&known](const ledger::DeadLetter& letter) {
        const auto type = core::find_resource_type(letter.type);
        if (!type || letter.resource_id.empty() || letter.resolved_by != 0) return;
        const bool fresh = known.keys.insert(core::key_of(*type, letter.resource_id)).second;
        known.by_type[core::index_of(*type)] += fresh ? 1 : 0;
      });
  if (!read) return tl::unexpected(read.error());
  return known;
}

/// One verification, step by step; each step leaves what the next one needs.
class Verify {
 public:
  Verify(const VerifyOptions& options, Progress& progress, Observer& observer)
      : options_(options), progress_(progress), observer_(observer) {}

  std::variant<Verification, Refused, Unreachable> run() {
    if (const core::Status opened = open(); !opened) return Refused{opened.error().message};
    if (const core::Status reached = reach(); !reached) return Unreachable{reached.error().message};
    if (const core::Status made = make_file(); !made) return Refused{made.error().message};
    if (const core::Status looked = look(); !looked) {
      if (file_) file_->discard();
      return Refused{looked.error().message};
    }
    count();
    read_back();
    return end();
  }

 private:
  core::Status open();
  core::Status reach();
  core::Status make_file();
  core::Status look();
  void count();
  void read_back();
  Verification end();

  [[nodiscard]] std::uint64_t winners(std::size_t type) const;
  void compare(const lane::Entry& entry, const sink::Stored& stored);
  [[nodiscard]] std::optional<std::string> difference(const lane::Entry& entry,
                                                      std::string_view stored) const;
  [[nodiscard]] compare::Finding finding(const lane::Entry& entry) const;
  [[nodiscard]] Difference told(const compare::Finding& finding) const;
  void stop(const core::Error& error);
  void fill_counts();

  const VerifyOptions& options_;
  Progress& progress_;
  Observer& observer_;
  const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  std::unique_ptr<pipeline::Session> session_;
  KnownLetters known_;
  std::unique_ptr<pipeline::FindingFile> file_;
  record::ParseOptions reading_;
  std::unique_ptr<const index::LoadPlan> plan_;
  std::array<std::optional<std::uint64_t>, core::kResourceTypeCount> in_target_{};
  std::unique_ptr<sink::TargetReader> reader_;
  sink::ReaderTraits traits_;
  compare::Tally tally_{kKeptDifferences};
  Verification result_;
};

/// All that can be wrong with what was asked for is found here, but for the file of differences.
core::Status Verify::open() {
  auto session = pipeline::Session::open(pipeline::without_own_files(options_.load));
  if (!session) return tl::unexpected(session.error());
  session_ = *std::move(session);
  auto reading = pipeline::reading_of(options_.load.identity);
  if (!reading) return tl::unexpected(reading.error());
  reading_ = *std::move(reading);
  auto reader = sink::make_reader(options_.load.target, pipeline::sink_options(options_.load));
  if (!reader) return tl::unexpected(reader.error());
  reader_ = *std::move(reader);
  if (options_.run) {
    auto known = known_letters(options_.load.state, *options_.run);
    if (!known) return tl::unexpected(known.error());
    known_ = *std::move(known);
  }
  return {};
}

/// Once the target is there: an empty file would only be in the way of the next try.
core::Status Verify::make_file() {
  if (options_.differences.empty()) return {};
  auto file = pipeline::FindingFile::make(options_.differences);
  if (!file) return tl::unexpected(file.error());
  file_ = *std::move(file);
  return {};
}

core::Status Verify::reach() {
  for (const std::string& warning :
       sink::warnings(options_.load.target, pipeline::sink_options(options_.load))) {
    observer_.note("warning", warning);
  }
  auto traits = reader_->open();
  if (!traits) return tl::unexpected(traits.error());
  traits_ = *std::move(traits);
  if (!traits_.refuses_numeric_ids) {
    reading_ = pipeline::without_letters(options_.load.identity, std::move(reading_));
  }
  return {};
}

core::Status Verify::look() {
  progress_.stage = Progress::Stage::kLooking;
  pipeline::read_as(*session_, options_.load.identity, reading_);
  auto plan = session_->look(options_.load.input.duplicates, progress_);
  if (!plan) return tl::unexpected(plan.error());
  plan_ = *std::move(plan);
  observer_.note("looked", pipeline::look_text(*plan_, core::seconds_since(started_)));
  observer_.note("target", traits_.name);
  return {};
}

void Verify::count() {
  for (std::size_t type = 0; type < core::kResourceTypeCount; ++type) {
    if (winners(type) > 0) in_target_.at(type) = reader_->count(core::ResourceType(type));
  }
}

std::uint64_t Verify::winners(std::size_t type) const {
  return plan_->types.at(type).read - plan_->types.at(type).duplicate;
}

void Verify::read_back() {
  const std::uint64_t total = plan_->read - plan_->duplicate - plan_->rejected;
  const compare::Sample sample(options_.sample, total, options_.seed);
  if (!sample.takes_all()) result_.sampled_of = total;
  progress_.records_total = sample.takes_all() ? total : *options_.sample;
  progress_.stage = Progress::Stage::kComparing;
  const pipeline::PlanUrns urns(*plan_);
  const transform::Identity identity = pipeline::identity_of(reading_, *plan_, urns);
  const transform::Chain chain =
      pipeline::make_chain(options_.load, identity, !traits_.keeps_bytes);
  const auto compare_one = [this](const lane::Entry& entry, const sink::Stored& stored) {
    compare(entry, stored);
  };
  core::Status done;
  session_->compute(
      [&] {
        done = pipeline::compare_pass({session_->input(), *plan_, chain, identity, sample, *reader_,
                                       traits_, compare_one, progress_});
      },
      traits_.threads);
  progress_.stage = Progress::Stage::kClosing;
  if (done && file_) done = file_->close();
  if (!done) stop(done.error());
}

void Verify::compare(const lane::Entry& entry, const sink::Stored& stored) {
  Outcome outcome = Outcome::kEqual;
  std::string what;
  const bool gone = stored.kind == sink::Stored::Kind::kMissing;
  if (entry.record().is_delete() && stored.kind != sink::Stored::Kind::kUnreadable) {
    outcome = gone ? Outcome::kEqual : Outcome::kDifferent;
    if (!gone) what = "it is there, and was to be deleted";
  } else if (gone) {
    outcome = Outcome::kMissing;
  } else if (stored.kind == sink::Stored::Kind::kUnreadable) {
    outcome = Outcome::kUnreadable;
    what = stored.reason;
  } else if (auto path = difference(entry, stored.text)) {
    outcome = Outcome::kDifferent;
    what = *std::move(path);
  }
  const record::RecordView& record = entry.record();
  const bool explains = outcome == Outcome::kMissing || outcome == Outcome::kDifferent;
  if (explains && known_.keys.contains(core::key_of(record.type, record.id)))
    outcome = Outcome::kKnown;
  tally_.count(record.type, outcome);
  if (outcome == Outcome::kEqual) return;
  compare::Finding found = finding(entry);
  found.outcome = outcome;
  found.what = std::move(what);
  if (file_) file_->add(to_json(told(found)));
  tally_.keep(std::move(found));
}

std::optional<std::string> Verify::difference(const lane::Entry& entry,
                                              std::string_view stored) const {
  const record::RecordView& record = entry.record();
  const auto tolerance =
      traits_.keeps_bytes ? compare::Tolerance::kNone : compare::Tolerance::kServer;
  if (record.edits == 0) return compare::find_difference(record.body, stored, tolerance);
  const std::string text = record::edited_text(*entry.batch, record);
  return compare::find_difference(text, stored, tolerance);
}

compare::Finding Verify::finding(const lane::Entry& entry) const {
  const record::RecordView& record = entry.record();
  const record::Origin origin = record::origin_of(*entry.batch, entry.row);
  compare::Finding finding;
  finding.member = origin.member;
  finding.position = origin.begin;
  finding.line = plan_->newlines_before(origin.member, origin.sequence) + record.line + 1;
  finding.type = record.type;
  finding.id = record.id;
  return finding;
}

Difference Verify::told(const compare::Finding& finding) const {
  return {kind_of(finding.outcome),
          std::string(core::name_of(finding.type)),
          finding.id,
          finding.what,
          session_->catalog().members()[finding.member].name,
          finding.line};
}

void Verify::stop(const core::Error& error) {
  result_.state = State::kStopped;
  result_.stopped_because = error.message;
}

void add(const Compared& type, Compared& total) {
  total.source += type.source;
  if (type.in_target) total.in_target = total.in_target.value_or(0) + *type.in_target;
  total.lacking += type.lacking;
  total.compared += type.compared;
  total.equal += type.equal;
  total.different += type.different;
  total.missing += type.missing;
  total.unreadable += type.unreadable;
  total.rejected += type.rejected;
}

void Verify::fill_counts() {
  for (std::size_t type = 0; type < core::kResourceTypeCount; ++type) {
    Compared compared;
    compared.source = winners(type);
    if (compared.source == 0) continue;
    compared.in_target = in_target_.at(type);
    const std::uint64_t there = compared.in_target.value_or(compared.source);
    // What is deleted need not be counted there.
    const std::uint64_t explained = there + known_.by_type.at(type) + plan_->types.at(type).deletes;
    compared.lacking = explained < compared.source ? compared.source - explained : 0;
    const compare::Tally::Sums sums = tally_.sums(core::ResourceType(type));
    std::tie(compared.equal, compared.different, compared.missing, compared.unreadable,
             compared.rejected) = std::tuple_cat(sums);
    for (const std::uint64_t sum : sums) compared.compared += sum;
    add(compared, result_.total);
    result_.types.emplace(core::kResourceTypeNames[type], compared);
  }
}

Verification Verify::end() {
  fill_counts();
  result_.target = traits_.name;
  result_.read = plan_->read;
  result_.duplicate = plan_->duplicate;
  result_.rejected = plan_->rejected;
  result_.seed = options_.seed;
  if (result_.sampled_of > 0 && is_equal(result_)) {
    result_.share_below = compare::greatest_share(result_.total.compared, kConfidence);
  }
  for (const compare::Finding& finding : tally_.findings())
    result_.differences.push_back(told(finding));
  const sink::SinkCounters counters = reader_->counters();
  result_.requests = counters.requests;
  result_.retries = counters.retries;
  result_.bytes = plan_->bytes;
  result_.problems = pipeline::problems(session_->catalog(), *plan_);
  result_.peak_rss_bytes = pipeline::peak_memory();
  result_.seconds = core::seconds_since(started_);
  return std::move(result_);
}

}  // namespace

bool is_equal(const Verification& verification) {
  const Compared& total = verification.total;
  return verification.state == State::kFinished && total.lacking == 0 && total.different == 0 &&
         total.missing == 0 && total.unreadable == 0 &&
         (verification.sampled_of > 0 || total.compared == total.source);
}

std::variant<Verification, Refused, Unreachable> verify(const VerifyOptions& options,
                                                        Progress& progress, Observer& observer) {
  return Verify(options, progress, observer).run();
}

}  // namespace fhirehose
