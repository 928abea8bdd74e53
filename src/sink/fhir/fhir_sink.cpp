#include "sink/fhir/fhir_sink.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "http/gzip_body.hpp"
#include "sink/fhir/bundle_body.hpp"
#include "sink/fhir/bundle_delivery.hpp"
#include "sink/fhir/server.hpp"

namespace fhirehose::sink::fhir {
namespace {

Traits traits_of(const Server& server, const FhirOptions& options) {
  const ServerProfile& profile = *server.profile;
  Traits traits;
  traits.name = server.name;
  traits.profile = profile.name;
  traits.checks_references = profile.checks_references;
  traits.refuses_numeric_ids = profile.refuses_numeric_ids;
  traits.dates_itself = true;
  traits.needs_patients_apart = true;
  traits.threads = 1;
  traits.bundle_bytes = std::min(traits.bundle_bytes, profile.max_bytes);
  traits.atomic_entries = profile.atomic_entries;
  traits.atomic_bytes = profile.max_bytes;
  if (options.batch > profile.max_entries) {
    traits.warnings.push_back(fmt::format(
        "the profile {} takes {} entries of a bundle at most: so --batch {} comes to that",
        profile.name, profile.max_entries, *options.batch));
  }
  return traits;
}

constexpr std::chrono::milliseconds kScoutWait{2'000};

/// What the whole response says of the server.
Gate::Result result_of(const http::Response& response) {
  Answer answer{.status = response.status};
  if (response.failure) answer.failure = response.failure->kind;
  const Trouble trouble = trouble_of(answer);
  if (trouble == Trouble::kPace || trouble == Trouble::kFault) return Gate::Result::kFailed;
  return response.is_success() ? Gate::Result::kTaken : Gate::Result::kRefused;
}

}  // namespace

struct FhirSink::Shipment {
  Shipment(lane::Bundle bundle, const Patience& patience, ServerPulse& server, BundleKind loose)
      : delivery(std::move(bundle), patience, server, loose) {}
  BundleDelivery delivery;
  BundleBody body;  ///< of the attempt that is out
  std::string compressed;
  std::string_view compressed_run;
  bool finished = false;

  /// What is sent: `body`, or that compressed.
  std::span<const std::string_view> runs(bool gzip) {
    if (!gzip) return body.runs();
    compressed = http::gzip_body(body.runs());
    compressed_run = compressed;
    return {&compressed_run, 1};
  }
};

FhirSink::FhirSink(FhirOptions options)
    : options_(std::move(options)),
      dice_(options_.jitter_seed != 0 ? options_.jitter_seed : std::random_device()()),
      gate_(pace_limits(options_)) {}

FhirSink::~FhirSink() = default;

core::Result<Traits> FhirSink::open() {
  core::Result<Server> server = reach(options_);
  if (!server) return tl::unexpected(server.error());
  Traits traits = traits_of(*server, options_);
  profile_ = server->profile;
  gate_.limit_entries(profile_->max_entries);
  target_ = std::move(server->bundles);
  client_ = std::move(server->client);
  return traits;
}

void FhirSink::on_delivery(OnDelivery callback) { on_delivery_ = std::move(callback); }

void FhirSink::submit(lane::Bundle bundle) {
  const auto shipment =
      std::make_shared<Shipment>(std::move(bundle), options_.patience, pulse_, profile_->loose);
  std::optional<core::Error> over;
  {
    const std::lock_guard lock(mutex_);
    ++in_flight_;
    over = stopped_;
  }
  if (!over) return pass(shipment);
  shipment->delivery.stop(over->message);
  finish(*shipment);
}

void FhirSink::pass(const ShipmentHandle& shipment) {
  gate_.pass([this, shipment] {
    if (end_with_others(*shipment)) return false;
    send(shipment);
    return true;
  });
}

void FhirSink::send(const ShipmentHandle& shipment) {
  const auto [bundle, attempt] = shipment->delivery.outgoing();
  shipment->body.assign(bundle, attempt.entries, attempt.kind);
  requests_.fetch_add(1, std::memory_order_relaxed);
  retries_.fetch_add(attempt.sends > 0 ? 1 : 0, std::memory_order_relaxed);
  const bool gzip = options_.access.gzip;
  http::Request request{.method = http::Method::kPost,
                        .url = target_,
                        .headers = options_.headers,
                        .body = shipment->runs(gzip)};
  bytes_sent_.fetch_add(gzip ? shipment->compressed.size() : shipment->body.bytes(),
                        std::memory_order_relaxed);
  if (gzip) request.headers.emplace_back("Content-Encoding: gzip");
  request.headers.insert(request.headers.end(),
                         {"Content-Type: application/fhir+json", "Accept: application/fhir+json",
                          "Prefer: return=minimal"});
  client_->send(std::move(request), [this, shipment](http::Response response) {
    answered(shipment, std::move(response));
  });
}

void FhirSink::answered(const ShipmentHandle& shipment, http::Response response) {
  const auto [bundle, attempt] = shipment->delivery.outgoing();
  const bool was_in_trouble = gate_.in_trouble();
  gate_.came_back(result_of(response), static_cast<std::uint32_t>(attempt.entries.size()));
  // What the server asked for is kept even where it would take more by now.
  const auto sleep = response.retry_after ? RestPlace::Sleep::kDeep : RestPlace::Sleep::kLight;
  const bool works = response.is_success();
  const double jitter = std::uniform_real_distribution<>()(dice_);
  const Next next = shipment->delivery.answered(std::move(response), {Clock::now(), jitter});
  if (next.limit) gate_.limit(*next.limit);
  const bool done = next.kind == Next::Kind::kDone;
  if (!done && next.wait.count() == 0) pass(shipment);
  if (!done && next.wait.count() > 0) rest(shipment, next.wait, sleep);
  if (works && was_in_trouble) wake(RestPlace::Sleep::kLight);
  gate_.open();
  if (done) return finish(*shipment);
  // It may have ended with others meanwhile, and whoever wants to know of more may be gone with it.
  if (!shipment->finished && on_more_) on_more_();
}

/// While the server is in trouble one of those that rest asks it now and then, however long the
/// others' waits have become.
void FhirSink::rest(const ShipmentHandle& shipment, std::chrono::milliseconds wait,
                    RestPlace::Sleep sleep) {
  if (end_with_others(*shipment)) return;
  gate_.rests(1);
  const RestPlace::Ticket ticket = resting_.add(sleep, [this, shipment] {
    gate_.rests(-1);
    pass(shipment);
  });
  if (sleep == RestPlace::Sleep::kLight && !scout_ && gate_.in_trouble()) {
    scout_ = ticket;
    wait = std::min(wait, kScoutWait);
  }
  client_->after(wait, [this, ticket] {
    if (scout_ == ticket) scout_.reset();
    resting_.due(ticket);
  });
}

void FhirSink::wake(RestPlace::Sleep deepest) {
  scout_.reset();
  resting_.wake(deepest);
}

// Nobody waits for a server that another delivery has given up.
bool FhirSink::end_with_others(Shipment& shipment) {
  const auto over = stopped();
  if (!over) return false;
  shipment.delivery.stop(over->message);
  finish(shipment);
  return true;
}

// in_flight_ falls last, and under the lock: once close has seen zero, the sink may be gone.
void FhirSink::finish(Shipment& shipment) {
  shipment.finished = true;
  Delivery delivery = std::move(shipment.delivery).finish();
  bool is_first = false;
  if (delivery.stopped) {
    const std::lock_guard lock(mutex_);
    is_first = !stopped_;
    if (is_first) stopped_ = delivery.stopped;
  }
  on_delivery_(std::move(delivery));
  // The first to stop has been answered: this is the client's thread.
  if (is_first) wake(RestPlace::Sleep::kDeep);
  const std::lock_guard lock(mutex_);
  --in_flight_;
  idle_.notify_all();
}

void FhirSink::wind_down() {
  {
    const std::lock_guard lock(mutex_);
    if (!stopped_) stopped_ = core::Error{core::ErrorKind::kStop, "it was asked to stop"};
  }
  // What rests is woken on the client's thread, and finds that it is over.
  client_->after(std::chrono::milliseconds(0), [this] {
    wake(RestPlace::Sleep::kDeep);
    gate_.open();
  });
}

core::Status FhirSink::close() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return in_flight_ == 0; });
  return {};
}

std::optional<core::Error> FhirSink::stopped() const {
  const std::lock_guard lock(mutex_);
  return stopped_;
}

SinkCounters FhirSink::counters() const {
  const std::uint64_t renewals = client_ ? client_->renewals() : 0;
  return {.requests = requests_.load(std::memory_order_relaxed) + renewals,
          .retries = retries_.load(std::memory_order_relaxed) + renewals,
          .bytes_sent = bytes_sent_.load(std::memory_order_relaxed)};
}

}  // namespace fhirehose::sink::fhir
