#include "sink/fhir/bundle_delivery.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include <fmt/format.h>

namespace fhirehose::sink::fhir {
namespace {

bool is_success(int status) { return status >= 200 && status <= 299; }

/// `400 (HAPI-0960)`: names the problem without any content, which the outcome may quote.
std::string describe(int status, const record::OutcomeIssue& issue) {
  const std::string& code = issue.server_code.empty() ? issue.type : issue.server_code;
  return code.empty() ? fmt::format("{}", status) : fmt::format("{} ({})", status, code);
}

Refusal refusal_of(std::uint32_t entry, std::uint32_t sends, const record::EntryResponse& answer) {
  const record::OutcomeIssue issue = record::first_issue(answer.outcome);
  std::string reason = fmt::format("the server answered {}", describe(answer.status, issue));
  if (names_missing_target(issue.server_code)) reason += ": it refers to what is not there";
  return {.entry = entry,
          .reason = std::move(reason),
          .outcome = std::string(answer.outcome),
          .attempts = sends};
}

std::string why_stopped(const http::Response& response, const record::OutcomeIssue& issue,
                        const Attempt& attempt) {
  std::string what = response.failure
                         ? response.failure->message
                         : fmt::format("the server answered {}", describe(response.status, issue));
  if (attempt.failures < 2) return what;
  return fmt::format("{} ({} times in a row)", what, attempt.failures);
}

}  // namespace

BundleDelivery::BundleDelivery(lane::Bundle bundle, const Patience& patience)
    : bundle_(std::move(bundle)), patience_(patience) {
  Attempt& all = attempts_.emplace_back();
  all.entries.resize(bundle_.entries.size());
  std::iota(all.entries.begin(), all.entries.end(), 0U);
}

Next BundleDelivery::answered(http::Response response, double jitter) {
  Attempt attempt = std::move(attempts_.back());
  attempts_.pop_back();
  ++attempt.sends;
  if (!response.failure && is_success(response.status)) {
    const auto answers = record::read_bundle_response(response.body, attempt.entries.size());
    if (answers && answers->size() == attempt.entries.size()) {
      take_entries(attempt, *answers);
    } else {
      response.failure = core::Error{
          core::ErrorKind::kRetry,
          fmt::format("the server answered {}, but not entry by entry", response.status)};
    }
  }
  if (response.failure || !is_success(response.status)) take_whole(std::move(attempt), response);
  if (!stopped_ && attempts_.empty()) resume_waiting();
  if (stopped_ || attempts_.empty()) return {};
  const std::uint32_t failures = current().failures;
  if (failures == 0) return {.kind = Next::Kind::kSend};
  return {.kind = Next::Kind::kSend,
          .wait = backoff(patience_, failures, response.retry_after, jitter)};
}

void BundleDelivery::take_whole(Attempt attempt, const http::Response& response) {
  const auto issue = response.failure ? record::OutcomeIssue() : record::first_issue(response.body);
  Answer answer;
  if (response.failure) answer.failure = response.failure->kind;
  answer.status = response.status;
  answer.code = issue.server_code;
  answer.issue = issue.type;
  attempt.failures = may_pass(answer) ? attempt.failures + 1 : 0;
  const Step step = decide(answer, standing(attempt), patience_);
  switch (step) {
    case Step::kAsBatch:
      attempt.kind = BundleKind::kBatch;
      [[fallthrough]];
    case Step::kRetry:
      attempts_.push_back(std::move(attempt));
      return;
    case Step::kSplit:
      split(attempt);
      return;
    case Step::kAwaitTarget:
    case Step::kReject:
      for (const std::uint32_t entry : attempt.entries) {
        (step == Step::kReject ? refusals_ : waiting_)
            .push_back(refusal_of(entry, attempt.sends, {response.status, response.body}));
      }
      return;
    case Step::kLoaded:
    case Step::kRenew:
    case Step::kStop:
      stop(why_stopped(response, issue, attempt));
  }
}

void BundleDelivery::take_entries(const Attempt& attempt,
                                  std::span<const record::EntryResponse> answers) {
  loaded_ += static_cast<std::uint64_t>(std::ranges::count_if(
      answers, [](const record::EntryResponse& answer) { return is_success(answer.status); }));
  for (std::size_t i = 0; i < answers.size() && !stopped_; ++i) {
    if (!is_success(answers[i].status)) take_refused(attempt.entries[i], attempt, answers[i]);
  }
  if (again_.empty()) return;
  attempts_.push_back({.entries = std::exchange(again_, {}),
                       .kind = attempt.kind,
                       .sends = attempt.sends,
                       .failures = attempt.failures + 1});
}

void BundleDelivery::take_refused(std::uint32_t entry, const Attempt& attempt,
                                  const record::EntryResponse& answer) {
  const record::OutcomeIssue issue = record::first_issue(answer.outcome);
  Standing now = standing(attempt);
  ++now.failures;
  const Answer said{.scope = Scope::kEntry,
                    .status = answer.status,
                    .code = issue.server_code,
                    .issue = issue.type};
  const Step step = decide(said, now, patience_);
  if (step == Step::kRetry) {
    again_.push_back(entry);
  } else if (step == Step::kAwaitTarget) {
    waiting_.push_back(refusal_of(entry, attempt.sends, answer));
  } else if (step == Step::kReject) {
    refusals_.push_back(refusal_of(entry, attempt.sends, answer));
  } else {
    stop(fmt::format("the server answered {} to an entry", describe(answer.status, issue)));
  }
}

// The first half is sent first: it goes on top.
void BundleDelivery::split(const Attempt& attempt) {
  const auto middle =
      attempt.entries.begin() + static_cast<std::ptrdiff_t>((attempt.entries.size() + 1) / 2);
  Attempt first = attempt;
  Attempt second = attempt;
  first.entries.assign(attempt.entries.begin(), middle);
  second.entries.assign(middle, attempt.entries.end());
  attempts_.push_back(std::move(second));
  attempts_.push_back(std::move(first));
}

// As long as that makes progress: each round needs an entry that was loaded since the one before.
void BundleDelivery::resume_waiting() {
  if (waiting_.empty()) return;
  if (loaded_ == loaded_before_) {
    std::ranges::move(waiting_, std::back_inserter(refusals_));
    waiting_.clear();
    return;
  }
  loaded_before_ = loaded_;
  Attempt& attempt = attempts_.emplace_back();
  attempt.kind = BundleKind::kBatch;
  for (const Refusal& refusal : waiting_) {
    attempt.entries.push_back(refusal.entry);
    attempt.sends = std::max(attempt.sends, refusal.attempts);
  }
  waiting_.clear();
}

Standing BundleDelivery::standing(const Attempt& attempt) const {
  return {.kind = attempt.kind,
          .entries = attempt.entries.size(),
          .failures = attempt.failures,
          .others_loaded = loaded_ > 0};
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
