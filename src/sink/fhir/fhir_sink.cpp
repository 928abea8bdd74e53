#include "sink/fhir/fhir_sink.hpp"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "sink/fhir/bundle_body.hpp"
#include "sink/fhir/bundle_delivery.hpp"
#include "sink/fhir/server_probe.hpp"

namespace fhirehose::sink::fhir {
namespace {

std::string name_of(const record::Capabilities& capabilities) {
  if (capabilities.software.empty()) return "FHIR server";
  if (capabilities.software_version.empty()) return capabilities.software;
  return fmt::format("{} {}", capabilities.software, capabilities.software_version);
}

// HAPI prints its answers for people unless told not to, and that costs it a third more bytes.
// Others are not asked: a server may refuse parameters that it does not know.
http::Url target_of(const http::Url& base, const record::Capabilities& capabilities) {
  return capabilities.software.starts_with("HAPI") ? http::below(base, "?_pretty=false") : base;
}

}  // namespace

struct FhirSink::Shipment {
  Shipment(lane::Bundle bundle, const Patience& patience) : delivery(std::move(bundle), patience) {}
  BundleDelivery delivery;
  BundleBody body;  ///< of the attempt that is out
};

FhirSink::FhirSink(FhirOptions options)
    : options_(std::move(options)),
      dice_(options_.jitter_seed != 0 ? options_.jitter_seed : std::random_device()()) {}

FhirSink::~FhirSink() = default;

core::Result<Traits> FhirSink::open() {
  const core::Result<http::Url> base = http::parse_url(options_.url);
  if (!base) return tl::unexpected(base.error());
  if (base->text.find('?') != std::string::npos) {
    return core::fail(core::ErrorKind::kUsage, "the address of a FHIR server has no query");
  }
  client_ = std::make_unique<http::Client>(
      http::ClientOptions{.connections = options_.concurrency,
                          .connect_timeout = options_.connect_timeout,
                          .request_timeout = options_.request_timeout,
                          .ca_file = options_.ca_file});
  const auto capabilities = probe(*client_, *base, options_.headers);
  if (!capabilities) return tl::unexpected(capabilities.error());
  target_ = target_of(*base, *capabilities);
  Traits traits;
  traits.name = name_of(*capabilities);
  traits.checks_references = true;
  traits.needs_patients_apart = true;
  traits.threads = 1;
  traits.lanes = options_.concurrency;
  traits.bundle_entries = options_.batch;
  return traits;
}

void FhirSink::on_delivery(OnDelivery callback) { on_delivery_ = std::move(callback); }

void FhirSink::submit(lane::Bundle bundle) {
  const auto shipment = std::make_shared<Shipment>(std::move(bundle), options_.patience);
  std::optional<core::Error> over;
  {
    const std::lock_guard lock(mutex_);
    ++in_flight_;
    over = stopped_;
  }
  if (!over) return send(shipment);
  shipment->delivery.stop(over->message);
  finish(*shipment);
}

void FhirSink::send(const ShipmentHandle& shipment) {
  const Attempt& attempt = shipment->delivery.current();
  shipment->body.assign(shipment->delivery.bundle(), attempt.entries, attempt.kind);
  requests_.fetch_add(1, std::memory_order_relaxed);
  retries_.fetch_add(attempt.sends > 0 ? 1 : 0, std::memory_order_relaxed);
  bytes_sent_.fetch_add(shipment->body.bytes(), std::memory_order_relaxed);
  http::Request request{.method = http::Method::kPost,
                        .url = target_,
                        .headers = options_.headers,
                        .body = shipment->body.runs()};
  request.headers.insert(request.headers.end(),
                         {"Content-Type: application/fhir+json", "Accept: application/fhir+json",
                          "Prefer: return=minimal"});
  client_->send(std::move(request), [this, shipment](http::Response response) {
    answered(shipment, std::move(response));
  });
}

void FhirSink::answered(const ShipmentHandle& shipment, http::Response response) {
  const double jitter = std::uniform_real_distribution<>()(dice_);
  const Next next = shipment->delivery.answered(std::move(response), jitter);
  if (next.kind == Next::Kind::kDone) return finish(*shipment);
  if (next.wait.count() == 0) return send(shipment);
  if (const auto over = stopped()) {
    shipment->delivery.stop(over->message);
    return finish(*shipment);
  }
  client_->after(next.wait, [this, shipment] { send(shipment); });
}

// in_flight_ falls last, and under the lock: once close has seen zero, the sink may be gone.
void FhirSink::finish(Shipment& shipment) {
  Delivery delivery = std::move(shipment.delivery).finish();
  if (delivery.stopped) {
    const std::lock_guard lock(mutex_);
    if (!stopped_) stopped_ = delivery.stopped;
  }
  on_delivery_(std::move(delivery));
  const std::lock_guard lock(mutex_);
  --in_flight_;
  idle_.notify_all();
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
  return {.requests = requests_.load(std::memory_order_relaxed),
          .retries = retries_.load(std::memory_order_relaxed),
          .bytes_sent = bytes_sent_.load(std::memory_order_relaxed)};
}

}  // namespace fhirehose::sink::fhir
