#include "pipeline/target_check.hpp"

#include <algorithm>
#include <utility>

namespace fhirehose::pipeline {
namespace {

constexpr std::uint32_t kQuestionsAtOnce = 4;

/// Records of which nothing but type and id is known, numbered from `first` on.
lane::Bundle bundle_of(std::span<const deferral::Target> resources, std::uint32_t first) {
  const auto batch = std::make_shared<record::RecordBatch>();
  lane::Bundle bundle;
  for (const deferral::Target& each : resources) {
    record::RecordView record;
    record.type = each.type;
    record.id = batch->keep(each.id);
    record.key = each.key;
    record.ordinal = first++;
    bundle.entries.push_back({batch.get(), static_cast<std::uint32_t>(batch->records.size())});
    batch->records.push_back(record);
  }
  bundle.holds.push_back(batch);
  return bundle;
}

}  // namespace

TargetCheck::TargetCheck(std::string target, sink::SinkOptions options)
    : target_(std::move(target)), options_(std::move(options)) {}

TargetCheck::~TargetCheck() = default;

bool TargetCheck::open() {
  if (std::exchange(tried_, true)) return reader_ != nullptr;
  auto reader = sink::make_reader(target_, options_);
  if (!reader) return false;
  const auto traits = (*reader)->open();
  if (!traits) return false;
  entries_ = std::max(traits->bundle_entries, 1U);
  reader_ = *std::move(reader);
  reader_->on_reading([this](const sink::Reading& reading) { take(reading); });
  return true;
}

std::vector<bool> TargetCheck::lacks(std::span<const deferral::Target> resources) {
  lacking_.assign(resources.size(), false);
  if (!resources.empty() && open()) {
    for (std::size_t first = 0; first < resources.size(); first += entries_) {
      const auto some = resources.subspan(first);
      read(some.first(std::min<std::size_t>(entries_, some.size())),
           static_cast<std::uint32_t>(first));
    }
    std::unique_lock lock(mutex_);
    came_.wait(lock, [this] { return asked_ == 0; });
  }
  return std::move(lacking_);
}

void TargetCheck::read(std::span<const deferral::Target> resources, std::uint32_t first) {
  {
    std::unique_lock lock(mutex_);
    came_.wait(lock, [this] { return asked_ < kQuestionsAtOnce; });
    ++asked_;
  }
  reader_->read(bundle_of(resources, first));
}

void TargetCheck::take(const sink::Reading& reading) {
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; !reading.stopped && i < reading.stored.size(); ++i) {
    const bool missing = reading.stored[i].kind == sink::Stored::Kind::kMissing;
    lacking_[reading.bundle.entries[i].record().ordinal] = missing;
  }
  --asked_;
  came_.notify_all();
}

}  // namespace fhirehose::pipeline
