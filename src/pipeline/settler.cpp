#include "pipeline/settler.hpp"

#include <utility>

namespace fhirehose::pipeline {

Settler::Settler(const source::Catalog& catalog, const index::LoadPlan& plan,
                 ledger::Ledger& ledger, ledger::RunId run, Progress& progress)
    : catalog_(catalog), plan_(plan), ledger_(ledger), run_(run), progress_(progress) {}

ledger::DeadLetter Settler::letter(const memory::ChunkOrigin& origin, std::uint32_t line) const {
  ledger::DeadLetter letter;
  letter.member = catalog_.members()[origin.member].name;
  letter.line = plan_.newlines_before(origin.member, origin.sequence) + line + 1;
  return letter;
}

ledger::DeadLetter Settler::letter(const memory::ChunkOrigin& origin,
                                   const record::Rejection& rejection) const {
  ledger::DeadLetter result = letter(origin, rejection.line);
  result.begin = rejection.offset;
  result.end = rejection.offset + rejection.length;
  result.bytes = rejection.raw;
  result.stage = rejection.stage;
  result.reason = rejection.reason;
  if (rejection.has_type) result.type = core::name_of(rejection.type);
  return result;
}

ledger::DeadLetter Settler::letter(const lane::Entry& entry, const sink::Refusal& refusal) const {
  const record::RecordView& record = entry.record();
  const memory::Chunk& chunk = *entry.batch->chunk;
  ledger::DeadLetter result = letter(chunk.origin, record.line);
  result.begin =
      chunk.origin.offset + static_cast<std::uint64_t>(record.raw.data() - chunk.bytes.data());
  result.end = result.begin + record.raw.size();
  result.bytes = record.raw;
  result.stage = "load";
  result.type = core::name_of(record.type);
  result.resource_id = record.id;
  result.reason = refusal.reason;
  result.outcome = refusal.outcome;
  result.attempts = refusal.attempts;
  return result;
}

void Settler::write(std::span<const ledger::DeadLetter> letters) {
  if (letters.empty()) return;
  const core::Status written = ledger_.add_dead_letters(run_, letters);
  if (!written) stop(written.error().message);
}

void Settler::rejected(const record::RecordBatch& batch) {
  std::vector<ledger::DeadLetter> letters;
  for (const record::Rejection& rejection : batch.rejections) {
    letters.push_back(letter(batch.chunk->origin, rejection));
    const std::size_t type = rejection.has_type ? core::index_of(rejection.type) : kUntyped;
    ++counters_[type].rejected;
  }
  progress_.rejected += letters.size();
  write(letters);
}

void Settler::duplicate(core::ResourceType type) {
  ++counters_[core::index_of(type)].duplicate;
  ++progress_.duplicate;
}

void Settler::delivered(const sink::Delivery& delivery) {
  if (delivery.stopped) return stop(delivery.stopped->message);
  for (const lane::Entry& entry : delivery.bundle.entries) {
    ++counters_[core::index_of(entry.record().type)].loaded;
  }
  std::vector<ledger::DeadLetter> letters;
  for (const sink::Refusal& refusal : delivery.refusals) {
    const lane::Entry& entry = delivery.bundle.entries[refusal.entry];
    Counters& counters = counters_[core::index_of(entry.record().type)];
    --counters.loaded;
    ++counters.rejected;
    letters.push_back(letter(entry, refusal));
  }
  progress_.loaded += delivery.bundle.entries.size() - letters.size();
  progress_.rejected += letters.size();
  write(letters);
}

std::optional<std::string> Settler::stopped() const {
  const std::lock_guard lock(mutex_);
  return stopped_;
}

void Settler::stop(std::string why) {
  const std::lock_guard lock(mutex_);
  if (!stopped_) stopped_ = std::move(why);
}

Settler::Sums Settler::sums(std::size_t type) const {
  const Counters& counters = counters_[type];
  return {counters.loaded, counters.duplicate, counters.rejected};
}

}  // namespace fhirehose::pipeline
