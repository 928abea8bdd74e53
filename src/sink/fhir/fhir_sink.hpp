#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <random>

#include "http/authorized_client.hpp"
#include "sink/fhir/fhir_options.hpp"
#include "sink/fhir/gate.hpp"
#include "sink/fhir/rest_place.hpp"
#include "sink/fhir/server_profile.hpp"
#include "sink/fhir/server_pulse.hpp"
#include "sink/sink.hpp"

namespace fhirehose::sink::fhir {

/// A FHIR R4 server: each bundle is a transaction of PUTs by id, so that whatever is sent twice has
/// the effect of once. Bundles are framed on the caller's thread; answers are read, and deliveries
/// reported, on the http client's. When one delivery stops the run, those after it, and those that
/// would have waited, stop as well.
class FhirSink final : public Sink {
 public:
  explicit FhirSink(FhirOptions options);
  /// Drops what is under way: not delivered, and not reported.
  ~FhirSink() override;

  core::Result<Traits> open() override;
  void on_delivery(OnDelivery callback) override;
  void on_more(const std::function<void()>& callback) override { on_more_ = callback; }
  [[nodiscard]] Tempo tempo() const override { return gate_.tempo(); }
  void submit(lane::Bundle bundle) override;
  void wind_down() override;
  core::Status close() override;
  [[nodiscard]] SinkCounters counters() const override;

 private:
  struct Shipment;
  using ShipmentHandle = std::shared_ptr<Shipment>;

  void pass(const ShipmentHandle& shipment);
  void send(const ShipmentHandle& shipment);
  void answered(const ShipmentHandle& shipment, http::Response response);
  void rest(const ShipmentHandle& shipment, std::chrono::milliseconds wait, RestPlace::Sleep sleep);
  void wake(RestPlace::Sleep deepest);
  bool end_with_others(Shipment& shipment);
  void finish(Shipment& shipment);
  [[nodiscard]] std::optional<core::Error> stopped() const;

  const FhirOptions options_;
  const ServerProfile* profile_ = nullptr;  ///< once it is open
  http::Url target_;                        ///< where bundles are posted
  OnDelivery on_delivery_;
  std::function<void()> on_more_;
  std::mt19937_64 dice_;  ///< the client's thread only
  ServerPulse pulse_;     ///< likewise, but for reading its loads()
  Gate gate_;
  RestPlace resting_;  ///< the client's thread only
  std::optional<RestPlace::Ticket>
      scout_;  ///< of those that rest: it asks whether the server is back

  mutable std::mutex mutex_;
  std::condition_variable idle_;
  std::uint64_t in_flight_ = 0;
  std::optional<core::Error> stopped_;

  std::atomic<std::uint64_t> requests_ = 0;
  std::atomic<std::uint64_t> retries_ = 0;
  std::atomic<std::uint64_t> bytes_sent_ = 0;

  std::unique_ptr<http::AuthorizedClient> client_;  ///< last: its thread uses the rest
};

}  // namespace fhirehose::sink::fhir
