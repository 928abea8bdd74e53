#include "sink/fhir/bundle_reading.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "core/duration.hpp"
#include "sink/fhir/delivery.hpp"

namespace fhirehose::sink::fhir {
namespace {

bool is_fine(int status) { return status >= 200 && status <= 299; }

/// There is no such resource, or none any more.
bool is_missing(int status) { return status == 404 || status == 410; }

bool passes(Scope scope, int status) { return may_pass({.scope = scope, .status = status}); }

/// What a server says of each entry when it takes no GETs in a batch.
bool is_refused(const record::EntryResponse& entry) {
  return entry.status >= 400 && entry.status < 500 && !is_missing(entry.status) &&
         !passes(Scope::kEntry, entry.status);
}

std::string answered_with(int status) { return fmt::format("the server answered {}", status); }

}  // namespace

BundleReading::BundleReading(lane::Bundle bundle, const Patience& patience, Ask ask)
    : patience_(patience), ask_(ask) {
  reading_.bundle = std::move(bundle);
  reading_.stored.resize(reading_.bundle.entries.size());
  failures_.resize(reading_.bundle.entries.size());
  Places all(reading_.bundle.entries.size());
  std::iota(all.begin(), all.end(), 0U);
  push(std::move(all));
}

Next BundleReading::answered(http::Response response, const Moment& moment) {
  progress_ = false;
  trouble_seen_ = false;
  const Places asked = std::move(questions_.back());
  questions_.pop_back();
  const std::optional<std::chrono::seconds> retry_after = response.retry_after;
  if (response.failure) {
    take_failure(asked, response);
  } else if (!is_fine(response.status)) {
    take_refusal(asked, response.status);
  } else if (ask_ == Ask::kSingly) {
    take_one(asked.front(), std::move(response));
  } else {
    take_batch(asked, std::move(response));
  }
  return next(retry_after, moment);
}

void BundleReading::stop(core::Error why) {
  questions_.clear();
  reading_.stopped = std::move(why);
}

void BundleReading::take_failure(const Places& asked, const http::Response& response) {
  switch (response.failure->kind) {
    case core::ErrorKind::kSplit:
      return smaller(asked);
    case core::ErrorKind::kRetry:
      // Silence says nothing of any entry: only patience ends it.
      trouble_seen_ = true;
      trouble_ = response.failure->message;
      return push(asked);
    default:
      return stop({core::ErrorKind::kStop, response.failure->message});
  }
}

void BundleReading::take_refusal(const Places& asked, int status) {
  if (status == 401 || status == 403) {
    return stop({core::ErrorKind::kStop, answered_with(status) + ": it wants other credentials"});
  }
  if (status == 413) return smaller(asked);
  if (passes(Scope::kRequest, status)) {
    const Trouble trouble = trouble_of({.status = status});
    if (trouble == Trouble::kFault && status != 502 && status != 504) {
      return again(asked, answered_with(status));
    }
    trouble_seen_ = true;
    trouble_ = answered_with(status);
    return push(asked);
  }
  if (ask_ == Ask::kTogether) return ask_singly(asked);
  progress_ = true;
  if (is_missing(status)) return;  // as it was from the start
  set_unreadable(asked.front(), answered_with(status));
}

void BundleReading::take_one(std::uint32_t place, http::Response response) {
  progress_ = true;
  bodies_.push_back(std::move(response.body));
  set_text(place, bodies_.back());
}

void BundleReading::take_batch(const Places& asked, http::Response response) {
  bodies_.push_back(std::move(response.body));
  const auto entries = record::read_bundle_response(bodies_.back(), asked.size());
  if (!entries || entries->size() != asked.size()) {
    bodies_.pop_back();
    return again(asked, "the server's answer is no Bundle of as many entries as were asked for");
  }
  if (std::ranges::all_of(*entries, is_refused)) return ask_singly(asked);
  take_entries(asked, *entries);
}

void BundleReading::take_entries(const Places& asked,
                                 const std::vector<record::EntryResponse>& entries) {
  Places open;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const int status = entries[i].status;
    const bool may_come = status == 0 || passes(Scope::kEntry, status);
    if (!may_come) {
      take_entry(asked[i], entries[i]);
    } else if (++failures_[asked[i]] >= patience_.max_attempts) {
      set_unreadable(asked[i], answered_with(status));
    } else {
      open.push_back(asked[i]);
      trouble_ = answered_with(status);
    }
  }
  progress_ = open.size() < asked.size();
  if (open.empty()) return;
  trouble_seen_ = true;
  push(std::move(open));
}

void BundleReading::take_entry(std::uint32_t place, const record::EntryResponse& entry) {
  if (is_fine(entry.status) && !entry.resource.empty()) return set_text(place, entry.resource);
  if (!is_missing(entry.status)) set_unreadable(place, answered_with(entry.status));
}

/// The same once more; when it has failed often enough in parts, until it is known whose fault it
/// is.
void BundleReading::again(const Places& asked, std::string_view why) {
  std::uint32_t failures = 0;
  for (const std::uint32_t place : asked) failures = std::max(failures, ++failures_[place]);
  if (asked.size() == 1 && failures >= patience_.max_attempts) {
    progress_ = true;
    return set_unreadable(asked.front(), std::string(why));
  }
  trouble_seen_ = true;
  trouble_ = why;
  if (asked.size() > 1 && failures >= patience_.isolate_after) return smaller(asked);
  push(asked);
}

void BundleReading::smaller(const Places& asked) {
  if (asked.size() == 1) {
    progress_ = true;
    return set_unreadable(asked.front(), "the server's answer is too long");
  }
  const auto middle = asked.begin() + static_cast<std::ptrdiff_t>(asked.size() / 2);
  push(Places(middle, asked.end()));
  push(Places(asked.begin(), middle));
}

void BundleReading::ask_singly(const Places& asked) {
  ask_ = Ask::kSingly;
  progress_ = true;
  for (Places& waiting : std::exchange(questions_, {})) push(std::move(waiting));
  push(asked);
}

void BundleReading::push(Places places) {
  if (ask_ == Ask::kTogether) {
    if (!places.empty()) questions_.push_back(std::move(places));
    return;
  }
  for (auto place = places.rbegin(); place != places.rend(); ++place)
    questions_.push_back({*place});
}

void BundleReading::set_text(std::uint32_t place, std::string_view text) {
  reading_.stored[place].kind = Stored::Kind::kText;
  reading_.stored[place].text = text;
}

void BundleReading::set_unreadable(std::uint32_t place, std::string reason) {
  reading_.stored[place].kind = Stored::Kind::kUnreadable;
  reading_.stored[place].reason = std::move(reason);
}

Next BundleReading::next(std::optional<std::chrono::seconds> retry_after, const Moment& moment) {
  if (reading_.stopped || questions_.empty()) return {Next::Kind::kDone, {}};
  if (progress_) {
    trouble_since_.reset();
    troubles_ = 0;
  }
  if (!trouble_seen_) return {Next::Kind::kSend, {}};
  if (!trouble_since_) trouble_since_ = moment.now;
  if (moment.now - *trouble_since_ >= patience_.total) {
    stop({core::ErrorKind::kStop, fmt::format("nothing could be read for {}: {}",
                                              core::format_duration(patience_.total), trouble_)});
    return {Next::Kind::kDone, {}};
  }
  return {Next::Kind::kSend, backoff(patience_, ++troubles_, retry_after, moment.jitter)};
}

}  // namespace fhirehose::sink::fhir
