#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <random>

#include "sink/fhir/bundle_reading.hpp"
#include "sink/fhir/fhir_options.hpp"
#include "sink/fhir/server.hpp"
#include "sink/target_reader.hpp"

namespace fhirehose::sink::fhir {

/// Reads a FHIR server back: each bundle is a batch of GETs by id, several of them in flight; a
/// server that takes no such batch is asked for one resource at a time. Questions are framed on the
/// caller's thread; answers are read, and readings reported, on the http client's. When one reading
/// stops, those after it, and those that would have waited, stop as well.
class FhirReader final : public TargetReader {
 public:
  explicit FhirReader(FhirOptions options);
  ~FhirReader() override;

  core::Result<ReaderTraits> open() override;
  std::optional<std::uint64_t> count(core::ResourceType type) override;
  void on_reading(OnReading callback) override { on_reading_ = std::move(callback); }
  void read(lane::Bundle bundle) override;
  [[nodiscard]] SinkCounters counters() const override;

 private:
  struct Errand;
  using ErrandHandle = std::shared_ptr<Errand>;

  void send(const ErrandHandle& errand);
  void answered(const ErrandHandle& errand, http::Response response);
  bool end_with_others(Errand& errand);
  void finish(Errand& errand);
  [[nodiscard]] std::optional<core::Error> stopped() const;

  const FhirOptions options_;
  OnReading on_reading_;
  std::mt19937_64 dice_;                   ///< the client's thread only
  std::atomic<Ask> ask_ = Ask::kTogether;  ///< until the server shows that it takes no batch

  mutable std::mutex mutex_;
  std::optional<core::Error> stopped_;

  std::atomic<std::uint64_t> requests_ = 0;
  std::atomic<std::uint64_t> retries_ = 0;
  std::atomic<std::uint64_t> bytes_sent_ = 0;

  Server server_;  ///< last: its client's thread uses the rest
};

}  // namespace fhirehose::sink::fhir
