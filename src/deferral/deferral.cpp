#include "deferral/deferral.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "deferral/targets.hpp"

namespace fhirehose::deferral {
namespace {

using record::BatchHandle;
using State = Waiting::State;

/// Of the budget, for what is sent again at once: it is awaited before more is taken.
constexpr std::uint64_t kShareOfBudget = 4;

/// What one that waits takes in memory while it is sent or given up: its texts, and about as much
/// again for its view, its refusal and the dead letter that may become of it.
std::uint64_t bytes_at_hand(const Waiting& waiting) {
  constexpr std::uint64_t kBesideTexts = 640;
  return waiting.record.bytes + waiting.refusal.bytes + kBesideTexts;
}

bool is_delete(const Waiting& waiting) { return waiting.awaits.kind == Awaited::Kind::kDeletion; }

/// What it lacks, as the target has named it.
std::string name_of(const sink::Refusal& refusal) {
  const bool by_search = awaited(refusal).kind == Awaited::Kind::kOfType;
  return by_search ? refusal.missing->reference + " (by search)" : refusal.missing->reference;
}

/// No longer than the record's own text, which names them all.
std::string lacking(const std::vector<std::string>& names) {
  if (names.empty()) return ": it refers to what the server does not have";
  return fmt::format(": it refers to {}, which the server does not have", fmt::join(names, ", "));
}

/// One that was not sent is too large, by what is known of the server before it is asked.
std::string told_of_circle(const Waiting& waiting) {
  if (waiting.circle < 2) return {};
  return fmt::format("; {} records refer to each other in a circle, {}", waiting.circle,
                     waiting.sent_in_circle > 0 ? "which it refused as one transaction as well"
                                                : "more than it takes in one transaction");
}

using KeyPlaces = std::vector<std::pair<core::ResourceKey, std::uint32_t>>;  ///< ascending

void add_targets(const KeyPlaces& keys, std::string_view body, order::References& references) {
  for (const Target& target : targets_of(body)) {
    const auto at = std::ranges::lower_bound(keys, std::pair(target.key, 0U));
    if (at != keys.end() && at->first == target.key) references.targets.push_back(at->second);
  }
}

/// `members` ascending.
bool is_closed(const std::vector<std::uint32_t>& members, const order::References& references) {
  return std::ranges::all_of(members, [&](std::uint32_t member) {
    return std::ranges::all_of(references.targets_of(member), [&](std::uint32_t target) {
      return std::ranges::binary_search(members, target);
    });
  });
}

}  // namespace

Deferral::Deferral(const DeferralOptions& options, memory::ByteBudget& budget)
    : options_(options),
      budget_(budget),
      loads_(options.records, options.filter_bytes),
      set_aside_(options.scratch) {}

void Deferral::begin_step() {
  sent_.clear();
  std::erase_if(waiting_, [](const Waiting& each) { return each.state == State::kEnded; });
  loads_.begin_step();
}

Waiting* Deferral::returned(const lane::Entry& entry) {
  if (sent_.empty()) return nullptr;
  const auto found = sent_.find(entry.batch);
  return found == sent_.end() ? nullptr : &waiting_[found->second[entry.row]];
}

std::vector<std::uint32_t> Deferral::take(sink::Delivery& delivery) {
  std::vector<std::uint32_t> waiting;
  if (delivery.stopped) return waiting;
  note_loaded(delivery);
  std::erase_if(delivery.refusals, [&](sink::Refusal& refusal) {
    const bool waits = set_aside(delivery.bundle.entries[refusal.entry], refusal);
    if (waits) waiting.push_back(refusal.entry);
    return waits;
  });
  return waiting;
}

bool Deferral::set_aside(const lane::Entry& entry, sink::Refusal& refusal) {
  if (refusal.may_pass()) {
    const core::Status waits = wait(entry, refusal);
    if (waits) return true;
    if (refusal.missing) refusal.reason += lacking({name_of(refusal)});
    refusal.reason += "; " + waits.error().message;
  }
  if (Waiting* const one = returned(entry)) {
    one->state = State::kEnded;
    ++counts_.rejected;
  }
  return false;
}

/// Before anything is set aside: a record may wait for another one of its own bundle.
void Deferral::note_loaded(const sink::Delivery& delivery) {
  constexpr std::size_t kAhead = 8;  // entries: their texts are in no cache any more
  const std::vector<lane::Entry>& entries = delivery.bundle.entries;
  auto refusal = delivery.refusals.begin();
  for (std::uint32_t i = 0; i < entries.size(); ++i) {
    if (refusal != delivery.refusals.end() && refusal->entry == i) {
      ++refusal;
      continue;
    }
    const lane::Entry& entry = entries[i];
    if (i + kAhead < entries.size()) __builtin_prefetch(entries[i + kAhead].record().id.data());
    if (entry.record().is_delete()) {
      loads_.add_deletion();
    } else {
      loads_.add(entry.record().type, key_at_target(entry.record()));
    }
    if (Waiting* const one = returned(entry)) {
      one->state = State::kEnded;
      ++counts_.loaded;
    }
  }
}

core::Status Deferral::wait(const lane::Entry& entry, const sink::Refusal& refusal) {
  const auto why = set_aside_.put(refusal);
  if (!why) return tl::unexpected(why.error());
  Waiting* one = returned(entry);
  if (one == nullptr) {
    const auto record = set_aside_.put(entry);
    if (!record) return tl::unexpected(record.error());
    one = &waiting_.emplace_back();
    one->key = key_at_target(entry.record());
    one->record = *record;
    ++counts_.waited;
  }
  one->state = State::kWaiting;
  one->refusal = *why;
  one->awaits = awaited(refusal);
  one->since = loads_.before(one->awaits);
  return {};
}

template <class Wanted>
Deferral::Numbers Deferral::some(std::uint32_t first, Wanted wanted) const {
  Numbers numbers;
  std::uint64_t bytes = 0;
  for (auto i = first; i < waiting_.size() && bytes < budget_.limit() / kShareOfBudget; ++i) {
    if (!wanted(waiting_[i])) continue;
    numbers.push_back(i);
    bytes += bytes_at_hand(waiting_[i]);
  }
  return numbers;
}

core::Result<BatchHandle> Deferral::fetch(const Numbers& numbers) const {
  std::vector<Place> places;
  places.reserve(numbers.size());
  for (const std::uint32_t number : numbers) places.push_back(waiting_[number].record);
  return set_aside_.records(places, budget_);
}

core::Result<BatchHandle> Deferral::send(Numbers numbers) {
  auto batch = fetch(numbers);
  if (!batch) return batch;
  for (const std::uint32_t number : numbers) waiting_[number].state = State::kSent;
  sent_.emplace(batch->get(), std::move(numbers));
  return batch;
}

core::Result<BatchHandle> Deferral::due() {
  Numbers numbers = some(0, [this](const Waiting& each) { return is_due(each, loads_); });
  if (numbers.empty()) return nullptr;
  return send(std::move(numbers));
}

core::Result<order::References> Deferral::references() const {
  KeyPlaces keys;
  keys.reserve(waiting_.size());
  for (std::uint32_t i = 0; i < waiting_.size(); ++i) keys.emplace_back(waiting_[i].key, i);
  std::ranges::sort(keys);
  order::References references;
  while (references.nodes() < waiting_.size()) {
    const auto batch = fetch(some(references.nodes(), [](const Waiting&) { return true; }));
    if (!batch) return tl::unexpected(batch.error());
    for (const record::RecordView& record : (*batch)->records) {
      add_targets(keys, record.body, references);
      references.end_node();
    }
  }
  return references;
}

core::Result<std::vector<Deferral::Circle>> Deferral::find_circles() const {
  const auto references = this->references();
  if (!references) return tl::unexpected(references.error());
  std::vector<Circle> circles;
  if (Numbers deletes = waiting_deletes(); deletes.size() > 1) circles.push_back({deletes, true});
  for (Numbers& members : order::circles(*references)) {
    const bool closed = is_closed(members, *references);
    circles.push_back({std::move(members), closed});
  }
  return circles;
}

/// What these refer to is not known: they may be a circle, as far as they fit a transaction.
Deferral::Numbers Deferral::waiting_deletes() const {
  Numbers numbers;
  for (std::uint32_t i = 0; i < waiting_.size(); ++i) {
    if (is_delete(waiting_[i])) numbers.push_back(i);
  }
  if (numbers.size() > options_.atomic_entries) numbers.clear();
  return numbers;
}

bool Deferral::is_sendable(const Numbers& circle) {
  std::uint64_t bytes = 0;
  bool news = false;
  std::vector<core::ResourceKey> own;
  for (const std::uint32_t number : circle) {
    const Waiting& member = waiting_[number];
    bytes += member.record.bytes;
    news = news || member.sent_in_circle < loads_.all() + 1;
    own.push_back(member.key);
  }
  if (circle.size() > options_.atomic_entries || bytes > options_.atomic_bytes) {
    for (const std::uint32_t number : circle) {
      waiting_[number].circle = static_cast<std::uint32_t>(circle.size());
      waiting_[number].sent_in_circle = 0;  // as a part of this one
    }
    return false;
  }
  std::ranges::sort(own);
  return news && std::ranges::all_of(circle, [&](std::uint32_t number) {
           const Waiting& member = waiting_[number];
           return member.awaits.kind == Awaited::Kind::kAnything || is_delete(member) ||
                  is_due(member, loads_) || std::ranges::binary_search(own, member.awaits.key);
         });
}

/// Those that refer to others that wait go only when there are no more of the rest: a reference
/// that the server does not check may have made them larger than they are.
core::Result<std::vector<BatchHandle>> Deferral::due_circles() {
  if (waiting_.empty()) return std::vector<BatchHandle>();
  auto circles = find_circles();
  if (!circles) return tl::unexpected(circles.error());
  std::erase_if(*circles, [this](const Circle& circle) { return !is_sendable(circle.members); });
  const bool any_closed = std::ranges::any_of(*circles, &Circle::closed);
  std::vector<BatchHandle> batches;
  std::uint64_t bytes = 0;
  for (Circle& circle : *circles) {
    if (bytes >= budget_.limit() / kShareOfBudget) break;
    if (any_closed && !circle.closed) continue;
    for (const std::uint32_t number : circle.members) {
      waiting_[number].sent_in_circle = loads_.all() + 1;
      waiting_[number].circle = static_cast<std::uint32_t>(circle.members.size());
      bytes += bytes_at_hand(waiting_[number]);
    }
    auto batch = send(std::move(circle.members));
    if (!batch) return tl::unexpected(batch.error());
    batches.push_back(*std::move(batch));
  }
  return batches;
}

/// What the server has missed and nobody has brought, and what waits itself.
void Deferral::know_missing() {
  for (const Waiting& each : waiting_) {
    if (is_delete(each)) continue;
    missing_[each.key] = true;
    if (each.awaits.kind == Awaited::Kind::kRecord) missing_[each.awaits.key] = true;
  }
}

/// A server names one at a time; what this load has not brought may have been there before.
void Deferral::ask(const record::RecordBatch& batch, const Lacks& lacks) {
  std::vector<Target> unknown;
  for (const record::RecordView& record : batch.records) {
    for (Target& target : targets_of(record.body)) {
      if (loads_.may_have(target.key) || !missing_.emplace(target.key, false).second) continue;
      unknown.push_back(std::move(target));
    }
  }
  const std::vector<bool> answers = lacks(unknown);
  for (std::size_t i = 0; i < unknown.size(); ++i) missing_[unknown[i].key] = answers[i];
}

std::string Deferral::reason_of(std::uint32_t number, std::string_view body,
                                const sink::Refusal& refusal) const {
  if (refusal.still_referenced) return refusal.reason;
  const Waiting& waiting = waiting_[number];
  std::vector<std::string> names;
  for (const Target& target : targets_of(body)) {
    const auto known = missing_.find(target.key);
    if (known != missing_.end() && known->second)
      names.push_back(fmt::format("{}/{}", core::name_of(target.type), target.id));
  }
  // A search, or what is spelled in another way.
  if (refusal.missing && !refusal.missing->reference.empty()) {
    std::string named = name_of(refusal);
    if (std::ranges::find(names, named) == names.end()) names.insert(names.begin(), named);
  }
  return refusal.reason + lacking(names) + told_of_circle(waiting);
}

core::Result<std::optional<sink::Delivery>> Deferral::give_up(const Lacks& lacks) {
  begin_step();
  if (waiting_.empty()) return std::nullopt;
  if (missing_.empty()) know_missing();
  Numbers numbers = some(0, [](const Waiting&) { return true; });
  const auto batch = send(numbers);
  if (!batch) return tl::unexpected(batch.error());
  ask(**batch, lacks);
  sink::Delivery delivery;
  delivery.bundle.holds.push_back(*batch);
  for (std::uint32_t row = 0; row < numbers.size(); ++row) {
    auto refusal = set_aside_.refusal(waiting_[numbers[row]].refusal);
    if (!refusal) return tl::unexpected(refusal.error());
    refusal->reason = reason_of(numbers[row], (*batch)->records[row].body, *refusal);
    refusal->entry = row;
    refusal->missing.reset();
    refusal->still_referenced = false;
    delivery.bundle.entries.push_back({batch->get(), row});
    delivery.refusals.push_back(*std::move(refusal));
    waiting_[numbers[row]].state = State::kEnded;
    ++counts_.rejected;
  }
  return delivery;
}

}  // namespace fhirehose::deferral
