#include "pipeline/settler.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/byte_size.hpp"
#include "core/crash_point.hpp"

namespace fhirehose::pipeline {

namespace {

std::size_t place_of(const record::Rejection& rejection) {
  return rejection.has_type ? core::index_of(rejection.type) : kUntyped;
}

/// What a letter says that has not all of its record.
std::string kept_of(const ledger::DeadLetter& letter) {
  return fmt::format("; of its {} bytes the first {} are kept", letter.end - letter.begin,
                     letter.bytes.size());
}

/// Calls `use` with each rejection of the batch that no earlier process has settled.
template <class Use>
void for_each_open(const record::RecordBatch& batch, const record::ParseOptions& parsing,
                   const RowSet* earlier, Use use) {
  record::for_each_rejection(batch, parsing, [&](const record::Rejection& rejection) {
    if (earlier == nullptr || !earlier->contains(rejection.ordinal)) use(rejection);
  });
}

/// Rejections of the chunk that this phase is to settle.
std::uint32_t open_rejections(const ChunkShare& share, const record::ParseOptions& parsing,
                              const RowSet* earlier) {
  if (!share.rejections) return 0;
  if (earlier == nullptr) return share.batch.rejected;
  std::uint32_t count = 0;
  for_each_open(share.batch, parsing, earlier, [&](const record::Rejection&) { ++count; });
  return count;
}

SumsByType sums_of(const ledger::Settled& settled) {
  SumsByType sums{};
  for (const ledger::TypeOutcome& outcome : settled.outcomes) {
    const auto type = core::find_resource_type(outcome.type);
    sums[type ? core::index_of(*type) : kUntyped] = {outcome.loaded, outcome.duplicate,
                                                     outcome.rejected};
  }
  return sums;
}

/// What came of a delivery, but for the entries that wait.
struct Outcomes {
  std::vector<lane::Entry> settled;
  std::vector<lane::Entry> loaded;  ///< of these
  SumsByType sums{};

  Outcomes(const sink::Delivery& delivery, std::span<const std::uint32_t> waiting) {
    auto wait = waiting.begin();
    auto refusal = delivery.refusals.begin();
    for (std::uint32_t i = 0; i < delivery.bundle.entries.size(); ++i) {
      if (wait != waiting.end() && *wait == i) {
        ++wait;
        continue;
      }
      const bool refused = refusal != delivery.refusals.end() && refusal->entry == i;
      if (refused) ++refusal;
      add(delivery.bundle.entries[i], refused);
    }
  }

 private:
  void add(const lane::Entry& entry, bool refused) {
    settled.push_back(entry);
    if (!refused) loaded.push_back(entry);
    Sums& of_type = sums[core::index_of(entry.record().type)];
    ++(refused ? of_type.rejected : of_type.loaded);
  }
};

}  // namespace

ledger::UnitName unit_of(const record::RecordBatch& batch) {
  return {batch.phase, batch.chunk->origin.member, batch.chunk->origin.sequence};
}

ledger::UnitName unit_of(const lane::Entry& entry) {
  const record::Origin origin = record::origin_of(*entry.batch, entry.row);
  return {origin.phase, origin.member, origin.sequence};
}

Settler::Settler(const SettlerContext& context, const ledger::Settled& settled)
    : context_(context),
      earlier_(settled),
      sums_(sums_of(settled)),
      writer_(context.ledger, context.run) {
  for (const Sums& sums : sums_) {
    context_.progress.loaded += sums.loaded;
    context_.progress.duplicate += sums.duplicate;
    context_.progress.rejected += sums.rejected;
    context_.progress.settled_earlier += sums.loaded + sums.duplicate + sums.rejected;
  }
}

ledger::DeadLetter Settler::letter(const memory::ChunkOrigin& origin, std::int64_t line) const {
  ledger::DeadLetter letter;
  letter.member = context_.catalog.members()[origin.member].name;
  letter.line = context_.plan.newlines_before(origin.member, origin.sequence) +
                static_cast<std::uint64_t>(line) + 1;
  return letter;
}

ledger::DeadLetter Settler::letter(const memory::ChunkOrigin& origin,
                                   const record::Rejection& rejection) const {
  ledger::DeadLetter result = letter(origin, rejection.line);
  result.begin = rejection.offset;
  result.end = rejection.offset + rejection.length;
  result.bytes = rejection.raw;
  result.stage = rejection.in_transform ? "transform" : "validate";
  result.is_entry = rejection.is_entry;
  result.reason = rejection.reason.sentence();
  if (result.is_partial()) result.reason += kept_of(result);
  if (rejection.has_type) result.type = core::name_of(rejection.type);
  return after_replay(std::move(result), origin.member);
}

/// A letter of a replay tells where the record stands in the first run's input. It may be a part of
/// what was one letter: the rest of a document, which holds several.
ledger::DeadLetter Settler::after_replay(ledger::DeadLetter letter, std::uint32_t member) const {
  if (context_.replayed == nullptr) return letter;
  const ReplayedLetter& before = context_.replayed->at(member);
  letter.member = before.member;
  letter.attempts += before.attempts;
  letter.replay_of = before.id;
  const std::uint64_t size = letter.end - letter.begin;
  const bool part =
      before.bytes_at && letter.begin >= *before.bytes_at && size < before.end - before.begin;
  if (part) {
    letter.line = letter.line - 1 - before.newlines_before + before.line;
    letter.begin = letter.begin - *before.bytes_at + before.begin;
    letter.end = letter.begin + size;
    return letter;
  }
  letter.line = before.line;
  letter.begin = before.begin;
  letter.end = before.end;
  letter.is_entry = before.is_entry;
  letter.has_its_text = true;
  letter.bytes.clear();
  letter.sent.clear();
  return letter;
}

/// One more record of the letter that is this member is in the target: with the last one it is
/// resolved. What an earlier process has loaded of several does not count: the letter stays open.
void Settler::resolve(PendingSettlement& pending, std::uint32_t member) {
  if (context_.replayed == nullptr || !context_.resolves) return;
  const std::uint64_t records = context_.plan.members[member].records;
  if (records > 1 && ++loaded_of_[member] < records) return;
  pending.resolve(context_.replayed->at(member).id);
}

ledger::DeadLetter Settler::letter(const lane::Entry& entry, const sink::Refusal& refusal) const {
  const record::RecordView& record = entry.record();
  const record::Origin origin = record::origin_of(*entry.batch, entry.row);
  ledger::DeadLetter result = letter({origin.member, origin.sequence}, record.line);
  result.begin = origin.begin;
  result.end = result.begin + record.raw.size();
  result.bytes = record.raw;
  result.stage = "load";
  result.type = core::name_of(record.type);
  result.resource_id = record.id;
  result.reason = refusal.reason;
  result.outcome = refusal.outcome;
  result.attempts = refusal.attempts;
  result.is_entry = record.bundle > 0;
  result.sent = record::edited_text(*entry.batch, record);
  if (result.sent == result.bytes) result.sent.clear();
  return after_replay(std::move(result), origin.member);
}

void Settler::open(const ChunkShare& share) {
  const ledger::UnitName unit = unit_of(share.batch);
  const RowSet* const earlier = earlier_.part_of(unit);
  const std::uint32_t rows = share.rows + open_rejections(share, context_.parsing, earlier);
  writer_.update([&](PendingSettlement& pending) {
    pending.open(unit, rows, earlier == nullptr ? RowSet() : *earlier);
    if (earlier != nullptr) return;
    for (const core::ResourceType type : share.duplicates) {
      add(pending, core::index_of(type), {.duplicate = 1});
      resolve(pending, unit.member);
    }
    if (!share.duplicates.empty()) pending.counted(unit);
  });
  if (rows > share.rows) reject_all(share, earlier);
}

/// Rejections on their way to the ledger.
struct Settler::Few {
  std::vector<ledger::DeadLetter> letters;
  std::vector<std::uint32_t> ordinals;
  SumsByType sums{};
  std::uint64_t bytes = 0;
};

/// Some at a time: the letters of a chunk may take many times its memory, and the writer has who
/// makes too many wait.
void Settler::reject_all(const ChunkShare& share, const RowSet* earlier) {
  constexpr std::size_t kLetters = 256;
  constexpr std::uint64_t kBytes = core::kMiB;
  const ledger::UnitName unit = unit_of(share.batch);
  Few few;
  const auto add = [&](const record::Rejection& rejection) {
    few.letters.push_back(letter(share.batch.chunk->origin, rejection));
    few.ordinals.push_back(rejection.ordinal);
    ++few.sums[place_of(rejection)].rejected;
    few.bytes += rejection.raw.size();
    if (few.letters.size() >= kLetters || few.bytes >= kBytes) reject(unit, few);
  };
  for_each_open(share.batch, context_.parsing, earlier, add);
  reject(unit, few);
}

/// And empties `few`.
void Settler::reject(const ledger::UnitName& unit, Few& few) {
  if (few.letters.empty()) return;
  writer_.update([&](PendingSettlement& pending) {
    for (std::size_t type = 0; type < few.sums.size(); ++type) add(pending, type, few.sums[type]);
    for (ledger::DeadLetter& letter : few.letters) pending.add(std::move(letter));
    pending.settle(unit, few.ordinals);
  });
  few = {};
}

void Settler::delivered(const sink::Delivery& delivery, std::span<const std::uint32_t> waiting) {
  if (delivery.stopped) return stop(delivery.stopped->message);
  core::crash_point("settler.delivered");
  std::vector<ledger::DeadLetter> letters;
  letters.reserve(delivery.refusals.size());
  for (const sink::Refusal& refusal : delivery.refusals) {
    letters.push_back(letter(delivery.bundle.entries[refusal.entry], refusal));
  }
  const Outcomes outcomes(delivery, waiting);
  writer_.update([&](PendingSettlement& pending) {
    for (std::size_t type = 0; type < outcomes.sums.size(); ++type) {
      add(pending, type, outcomes.sums[type]);
    }
    settle(pending, outcomes.settled);
    for (const lane::Entry& entry : outcomes.loaded) resolve(pending, unit_of(entry).member);
    for (ledger::DeadLetter& letter : letters) pending.add(std::move(letter));
  });
}

void Settler::settle(PendingSettlement& pending, std::span<const lane::Entry> entries) {
  std::vector<std::uint32_t> ordinals;
  for (std::size_t first = 0; first < entries.size(); first += ordinals.size()) {
    const ledger::UnitName unit = unit_of(entries[first]);
    ordinals.clear();
    for (std::size_t i = first; i < entries.size() && unit_of(entries[i]) == unit; ++i) {
      ordinals.push_back(entries[i].record().ordinal);
    }
    pending.settle(unit, ordinals);
  }
}

void Settler::add(PendingSettlement& pending, std::size_t type, const Sums& sums) {
  if (sums.loaded + sums.duplicate + sums.rejected == 0) return;
  pending.add(type, sums);
  sums_[type].loaded += sums.loaded;
  sums_[type].duplicate += sums.duplicate;
  sums_[type].rejected += sums.rejected;
  context_.progress.loaded += sums.loaded;
  context_.progress.duplicate += sums.duplicate;
  context_.progress.rejected += sums.rejected;
}

void Settler::finish() { writer_.finish(); }

std::optional<std::string> Settler::stopped() const {
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return stopped_;
  }
  if (const auto failure = writer_.failure()) return failure->message;
  if (context_.stop.stop_requested()) return "it was asked to stop";
  return std::nullopt;
}

void Settler::stop(std::string why) {
  const std::lock_guard lock(mutex_);
  if (!stopped_) stopped_ = std::move(why);
}

}  // namespace fhirehose::pipeline
