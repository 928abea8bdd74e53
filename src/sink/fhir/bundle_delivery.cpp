#include "sink/fhir/bundle_delivery.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <string>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "core/byte_size.hpp"
#include "core/duration.hpp"

namespace fhirehose::sink::fhir {
namespace {

bool is_success(int status) { return status >= 200 && status <= 299; }

/// `400 (HAPI-0960)`: names the problem without any content, which the outcome may quote.
std::string describe(const Answer& answer) {
  const std::string& code = answer.code.empty() ? answer.issue : answer.code;
  return code.empty() ? fmt::format("{}", answer.status)
                      : fmt::format("{} ({})", answer.status, code);
}

/// What is missing is told apart: who defers the entry may learn more of it.
std::string reason_for(const Answer& answer) {
  std::string reason = fmt::format("the server answered {}", describe(answer));
  return answer.still_referenced ? reason + ": others refer to what it deletes" : reason;
}

/// As a server may name them: one by one, or as what is searched for.
std::unordered_set<std::string> names_of(const lane::Bundle& bundle) {
  std::unordered_set<std::string> names;
  for (const lane::Entry& entry : bundle.entries) {
    const record::RecordView& record = entry.record();
    names.emplace(core::name_of(record.type));
    names.insert(fmt::format("{}/{}", core::name_of(record.type), record.id));
  }
  return names;
}

/// Of what a server says to an entry: a dead letter has it in full, or not at all.
constexpr std::size_t kMostOfOutcome = 64 * core::kKiB;

Refusal refusal_of(std::uint32_t entry, std::uint32_t sends, const Answer& answer,
                   std::string_view outcome) {
  Refusal refusal{.entry = entry,
                  .reason = reason_for(answer),
                  .outcome = {},
                  .attempts = sends,
                  .missing = answer.missing,
                  .still_referenced = answer.still_referenced};
  if (outcome.size() <= kMostOfOutcome) {
    refusal.outcome = outcome;
  } else {
    refusal.reason +=
        fmt::format("; of {} bytes that it said more nothing is kept", outcome.size());
  }
  return refusal;
}

/// The entries' own answers; none where the response speaks of the request as a whole. A success
/// that says too little becomes a failure: whether the work was done is then unknown.
std::vector<record::EntryResponse> read_entries(http::Response& response, std::size_t expected) {
  if (!response.is_success()) return {};
  auto answers = record::read_bundle_response(response.body, expected);
  if (answers && answers->size() == expected) return *std::move(answers);
  response.failure =
      core::Error{core::ErrorKind::kRetry,
                  fmt::format("the server answered {}, but not entry by entry", response.status)};
  return {};
}

/// What a DELETE finds gone is as it should be.
void forgive_absence(const Outgoing& sent, std::vector<record::EntryResponse>& answers) {
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const bool absent = answers[i].status == 404 || answers[i].status == 410;
    const lane::Entry& entry = sent.bundle.entries[sent.attempt.entries[i]];
    if (!absent || !entry.record().is_delete()) continue;
    answers[i] = {};
    answers[i].status = 204;
  }
}

std::string what_came(const http::Response& response, const Answer& answer) {
  return response.failure ? response.failure->message
                          : fmt::format("the server answered {}", describe(answer));
}

}  // namespace

BundleDelivery::BundleDelivery(lane::Bundle bundle, const Patience& patience, ServerPulse& server,
                               BundleKind loose)
    : bundle_(std::move(bundle)),
      patience_(patience),
      server_(server),
      counted_(bundle_.entries.size()),
      loads_when_counted_(server.loads()) {
  Attempt& all = attempts_.emplace_back();
  if (!bundle_.atomic) all.kind = loose;
  all.entries.resize(bundle_.entries.size());
  std::iota(all.entries.begin(), all.entries.end(), 0U);
}

Outgoing BundleDelivery::outgoing() const {
  if (witness_) return {witness_->bundle, witness_->attempt};
  return {bundle_, attempts_.back()};
}

Next BundleDelivery::answered(http::Response response, const Moment& moment) {
  now_ = moment.now;
  auto answers = read_entries(response, outgoing().attempt.entries.size());
  forgive_absence(outgoing(), answers);
  if (witness_) {
    take_witness(response, answers);
  } else {
    take_attempt(response, answers);
  }
  if (!stopped_ && attempts_.empty()) resume_waiting();
  Next next;
  if (!stopped_ && !attempts_.empty()) next = next_send(response, moment.jitter);
  next.limit = std::exchange(limit_, std::nullopt);
  return next;
}

// Whatever it is that keeps the server from taking what it has taken before, it is no entry's.
void BundleDelivery::take_witness(const http::Response& response, Answers answers) {
  const Witness witness = *std::exchange(witness_, std::nullopt);
  Attempt& attempt = attempts_.back();
  if (!answers.empty() && is_success(answers[0].status)) {
    server_.loaded(1, witness.bundle.entries[0]);
    attempt.failures = attempts_against(attempt);
    at_once_ = true;
    return;
  }
  ++attempt.failures;
  server_.troubled(now_);
  if (!server_.is_gone(now_, patience_)) return call_witness();
  const Answer answer = answers.empty()
                            ? read_answer(Scope::kRequest, response.status, response.body)
                            : read_answer(Scope::kEntry, answers[0].status, answers[0].outcome);
  stop_waiting(what_came(response, answer));
}

void BundleDelivery::take_attempt(const http::Response& response, Answers answers) {
  Attempt attempt = std::move(attempts_.back());
  attempts_.pop_back();
  ++attempt.sends;
  if (answers.empty()) {
    take_whole(std::move(attempt), response);
  } else {
    take_entries(attempt, answers);
  }
  close_evidence();
}

void BundleDelivery::take_whole(Attempt attempt, const http::Response& response) {
  Answer answer = response.failure ? Answer{.failure = response.failure->kind}
                                   : read_answer(Scope::kRequest, response.status, response.body);
  const Standing now = weigh(answer, attempt, attempts_against(attempt));
  const bool too_large = is_too_large(answer);
  if (!too_large && !may_pass(answer)) note_size(attempt);
  ++attempt.failures;
  const Step step = decide(answer, now, patience_);
  switch (step) {
    case Step::kAsBatch:
      attempt.kind = BundleKind::kBatch;
      if (!may_pass(answer)) attempt.failures = 0;
      [[fallthrough]];
    case Step::kRetry:
      attempts_.push_back(std::move(attempt));
      return;
    case Step::kSplit:
      return split(attempt, too_large ? Reason::kTooLarge : Reason::kOther);
    case Step::kAwaitOthers:
    case Step::kReject:
      for (const std::uint32_t entry : attempt.entries) {
        Refusal refusal = refusal_of(entry, attempt.sends, answer, response.body);
        if (response.failure) refusal.reason = response.failure->message;
        (step == Step::kReject ? refusals_ : waiting_).push_back(std::move(refusal));
      }
      return;
    case Step::kLoaded:
    case Step::kRenew:
    case Step::kStop:
      if (now.patience_over) return stop_waiting(what_came(response, answer));
      stop(what_came(response, answer));
  }
}

// Others of the bundle were loaded: the wait for those that were not begins anew.
void BundleDelivery::take_entries(const Attempt& attempt, Answers answers) {
  const std::uint64_t before = loaded_;
  note_size(attempt);
  note_loaded(attempt, answers);
  for (std::size_t i = 0; i < answers.size() && !stopped_; ++i) {
    if (!is_success(answers[i].status)) take_refused(attempt.entries[i], attempt, answers[i]);
  }
  if (again_.empty()) return;
  attempts_.push_back({.entries = std::exchange(again_, {}),
                       .kind = attempt.kind,
                       .sends = attempt.sends,
                       .failures = loaded_ > before ? 1 : attempt.failures + 1});
}

/// The server has dealt with so much at once. The second half lies below the first on the stack.
void BundleDelivery::note_size(const Attempt& attempt) {
  if (bundle_.atomic) return;
  if (attempt.half == Attempt::Half::kFirst) attempts_.back().first_half = size_of(attempt);
  if (!attempt.first_half) return;
  const SentSize own = size_of(attempt);
  limit_ = SentSize{std::max(own.entries, attempt.first_half->entries),
                    std::max(own.bytes, attempt.first_half->bytes)};
}

SentSize BundleDelivery::size_of(const Attempt& attempt) const {
  SentSize size{.entries = static_cast<std::uint32_t>(attempt.entries.size())};
  for (const std::uint32_t place : attempt.entries) {
    const lane::Entry& entry = bundle_.entries[place];
    size.bytes += record::edited_size(*entry.batch, entry.record());
  }
  return size;
}

void BundleDelivery::note_loaded(const Attempt& attempt, Answers answers) {
  const auto is_loaded = [](const record::EntryResponse& answer) {
    return is_success(answer.status);
  };
  const auto count = static_cast<std::uint64_t>(std::ranges::count_if(answers, is_loaded));
  if (count == 0) return;
  const auto one = std::ranges::find_if(answers, is_loaded) - answers.begin();
  loaded_ += count;
  faults_of_nobody_ = 0;
  server_.loaded(count, bundle_.entries[attempt.entries[static_cast<std::size_t>(one)]]);
}

void BundleDelivery::take_refused(std::uint32_t entry, const Attempt& attempt,
                                  const record::EntryResponse& response) {
  const Answer answer = read_answer(Scope::kEntry, response.status, response.outcome);
  const Standing now = weigh(answer, attempt, counted_[entry]);
  const Step step = decide(answer, now, patience_);
  if (step == Step::kRetry) {
    again_.push_back(entry);
  } else if (step == Step::kAwaitOthers) {
    waiting_.push_back(refusal_of(entry, attempt.sends, answer, response.outcome));
  } else if (step == Step::kReject) {
    refusals_.push_back(refusal_of(entry, attempt.sends, answer, response.outcome));
  } else if (now.patience_over) {
    stop_waiting(what_came({}, answer) + " to an entry");
  } else {
    stop(what_came({}, answer) + " to an entry");
  }
}

/// Tells an entry's own trouble from the server's: only the first is added to `attempts`.
Standing BundleDelivery::weigh(const Answer& answer, const Attempt& attempt,
                               std::uint32_t& attempts) {
  const Trouble trouble = trouble_of(answer);
  const bool works = server_.loads() > 0;
  bool counts = trouble == Trouble::kConflict;
  if (trouble == Trouble::kFault) {
    fault_seen_ = true;
    // Of a server that has never loaded anything nothing shows whether it works. That leads to
    // smaller bundles, one of which may be loaded, and to no rejection before that.
    counts = !works || server_.loads() > loads_when_counted_;
  }
  if (counts) ++attempts;
  if (trouble == Trouble::kPace || trouble == Trouble::kFault) {
    server_.troubled(now_);
  } else {
    server_.spoke();
  }
  return {.kind = attempt.kind,
          .entries = attempt.entries.size(),
          .attempts = attempts,
          .server_works = works,
          .patience_over = server_.is_gone(now_, patience_)};
}

std::uint32_t& BundleDelivery::attempts_against(Attempt& attempt) {
  return attempt.entries.size() == 1 ? counted_[attempt.entries[0]] : attempt.attempts;
}

/// What the server has loaded until now proves something about one answer only.
void BundleDelivery::close_evidence() {
  if (!std::exchange(fault_seen_, false) || stopped_) return;
  if (server_.loads() > loads_when_counted_) {
    loads_when_counted_ = server_.loads();
  } else {
    ++faults_of_nobody_;
  }
  if (faults_of_nobody_ >= patience_.isolate_after && !attempts_.empty()) call_witness();
}

void BundleDelivery::call_witness() {
  std::optional<lane::Bundle> bundle = server_.witness();
  if (!bundle) return;
  witness_ = Witness{*std::move(bundle), {.entries = {0}, .kind = attempts_.back().kind}};
  witness_->attempt.sends = 1;
}

Next BundleDelivery::next_send(const http::Response& response, double jitter) {
  const std::uint32_t failures = attempts_.back().failures;
  Next next{.kind = Next::Kind::kSend};
  if (std::exchange(at_once_, false)) return next;
  if (failures > 0) next.wait = backoff(patience_, failures, response.retry_after, jitter);
  return next;
}

// The first half is sent first: it goes on top. A source's transaction is whole or goes record by
// record (docs/decisions/0004); never as two transactions.
void BundleDelivery::split(const Attempt& attempt, Reason reason) {
  const auto middle =
      attempt.entries.begin() + static_cast<std::ptrdiff_t>((attempt.entries.size() + 1) / 2);
  const BundleKind kind = bundle_.atomic ? BundleKind::kBatch : attempt.kind;
  attempts_.push_back(
      {.entries = {middle, attempt.entries.end()}, .kind = kind, .sends = attempt.sends});
  if (reason == Reason::kTooLarge) attempts_.back().half = Attempt::Half::kSecond;
  attempts_.push_back(
      {.entries = {attempt.entries.begin(), middle}, .kind = kind, .sends = attempt.sends});
  if (reason == Reason::kTooLarge) attempts_.back().half = Attempt::Half::kFirst;
}

// As long as that makes progress: each round needs an entry that was loaded since the one before.
// Who waits for another bundle's record is left to the caller.
void BundleDelivery::resume_waiting() {
  if (waiting_.empty()) return;
  const bool progress = loaded_ > std::exchange(loaded_before_, loaded_);
  const std::unordered_set<std::string> names = names_of(bundle_);
  Attempt again;
  again.kind = BundleKind::kBatch;
  std::vector<Refusal> waited = std::exchange(waiting_, {});
  for (Refusal& refusal : waited) {
    const bool elsewhere = refusal.missing && !refusal.missing->reference.empty() &&
                           !names.contains(refusal.missing->reference);
    if (!progress || elsewhere) {
      refusals_.push_back(std::move(refusal));
      continue;
    }
    again.entries.push_back(refusal.entry);
    again.sends = std::max(again.sends, refusal.attempts);
  }
  if (!again.entries.empty()) attempts_.push_back(std::move(again));
}

void BundleDelivery::stop_waiting(std::string_view last) {
  stop(fmt::format("{}; nothing has got through for {}", last,
                   core::format_duration(patience_.total)));
}

void BundleDelivery::stop(std::string why) {
  stopped_ = core::Error{core::ErrorKind::kStop, std::move(why)};
}

Delivery BundleDelivery::finish() && {
  if (stopped_) refusals_.clear();
  std::ranges::sort(refusals_, {}, &Refusal::entry);
  return {.bundle = std::move(bundle_),
          .refusals = std::move(refusals_),
          .stopped = std::move(stopped_)};
}

}  // namespace fhirehose::sink::fhir
