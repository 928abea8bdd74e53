#include "sink/fhir/server_pulse.hpp"

#include <memory>

namespace fhirehose::sink::fhir {
namespace {

/// A larger resource is no witness: it is copied once a bundle, and sent while a server is in
/// trouble.
constexpr std::size_t kWitnessBytes = 16 * core::kKiB;

}  // namespace

void ServerPulse::loaded(std::uint64_t count, const lane::Entry& one) {
  loads_.fetch_add(count, std::memory_order_relaxed);
  trouble_since_.reset();
  const record::RecordView& record = one.record();
  if (record.is_delete() || record.body.size() > kWitnessBytes) return;
  witness_.type = record.type;
  witness_.id = record.id;
  witness_.body.clear();
  record::for_each_span(*one.batch, record, [this](auto run) { witness_.body += run; });
}

void ServerPulse::spoke() { trouble_since_.reset(); }

void ServerPulse::troubled(Clock::time_point now) {
  if (!trouble_since_) trouble_since_ = now;
}

bool ServerPulse::is_gone(Clock::time_point now, const Patience& patience) const {
  return trouble_since_ && now - *trouble_since_ >= patience.total;
}

std::optional<lane::Bundle> ServerPulse::witness() const {
  if (witness_.body.empty()) return std::nullopt;
  const auto batch = std::make_shared<record::RecordBatch>();
  record::RecordView record;
  record.type = witness_.type;
  record.id = batch->keep(witness_.id);
  record.body = batch->keep(witness_.body);
  record.raw = record.body;
  batch->records.push_back(record);
  lane::Bundle bundle;
  bundle.bytes = record.body.size();
  bundle.entries.push_back({batch.get(), 0});
  bundle.holds.push_back(batch);
  return bundle;
}

}  // namespace fhirehose::sink::fhir
