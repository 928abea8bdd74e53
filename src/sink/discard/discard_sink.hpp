#pragma once

#include <atomic>

#include "sink/sink.hpp"

namespace fhirehose::sink {

struct DiscardOptions {
  std::uint32_t in_flight = 8;
  std::uint32_t bundle_entries = 1'000;
};

/// `discard:`: loads everything at once, nowhere; for measuring all that comes before a target. A
/// bundle is delivered within submit, on the thread that submits.
class DiscardSink final : public Sink {
 public:
  explicit DiscardSink(DiscardOptions options = {}) : options_(options) {}

  core::Result<Traits> open() override;
  void on_delivery(OnDelivery callback) override { on_delivery_ = std::move(callback); }
  [[nodiscard]] Tempo tempo() const override {
    return {.pace = {options_.in_flight, options_.bundle_entries}};
  }
  void submit(lane::Bundle bundle) override;
  core::Status close() override { return {}; }
  /// A request is a bundle; no byte is sent.
  [[nodiscard]] SinkCounters counters() const override { return {bundles_, 0, 0}; }

 private:
  const DiscardOptions options_;
  OnDelivery on_delivery_;
  std::atomic<std::uint64_t> bundles_ = 0;
};

}  // namespace fhirehose::sink
