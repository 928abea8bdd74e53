#include "pipeline/settlement_writer.hpp"

#include <chrono>
#include <utility>

#include "core/byte_size.hpp"
#include "core/crash_point.hpp"

namespace fhirehose::pipeline {
namespace {

using ledger::Ledger;
using std::chrono::steady_clock;

/// Of what is settled after the first of a group: short beside any server's answer.
constexpr std::chrono::milliseconds kGathering{20};
constexpr std::chrono::milliseconds kBetweenSyncs{100};
/// Of dead letters: a group is written when there are so many, and who makes more than the second
/// waits.
constexpr std::uint64_t kSoonBytes = 4 * core::kMiB;
constexpr std::uint64_t kMostBytes = 16 * core::kMiB;

}  // namespace

SettlementWriter::SettlementWriter(ledger::Ledger& ledger, ledger::RunId run)
    : ledger_(ledger), run_(run), thread_([this] { write_until_finished(); }) {}

SettlementWriter::~SettlementWriter() { finish(); }

void SettlementWriter::update(const std::function<void(PendingSettlement&)>& change) {
  std::unique_lock lock(mutex_);
  change(pending_);
  const bool first = !std::exchange(changed_, true);
  const bool much = pending_.letter_bytes() >= kSoonBytes;
  if (first || much) wake_.notify_one();
  if (!much) return;
  room_.wait(lock, [this] {
    return failure_ || pending_.letter_bytes() + bytes_in_writing_ < kMostBytes;
  });
}

std::optional<core::Error> SettlementWriter::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

void SettlementWriter::finish() {
  {
    const std::lock_guard lock(mutex_);
    finishing_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void SettlementWriter::write_until_finished() {
  std::unique_lock lock(mutex_);
  while (!finishing_) {
    wait_for_change(lock);
    wake_.wait_for(lock, kGathering,
                   [this] { return finishing_ || pending_.letter_bytes() >= kSoonBytes; });
    const bool due = steady_clock::now() - last_sync_ >= kBetweenSyncs;
    write(lock, due ? Ledger::Survives::kPowerCut : Ledger::Survives::kCrash);
  }
  write(lock, Ledger::Survives::kPowerCut);
  if (!synced_) sync(lock);
}

void SettlementWriter::wait_for_change(std::unique_lock<std::mutex>& lock) {
  const auto something = [this] { return changed_ || finishing_; };
  if (!synced_ && !wake_.wait_until(lock, last_sync_ + kBetweenSyncs, something)) sync(lock);
  wake_.wait(lock, something);
}

void SettlementWriter::write(std::unique_lock<std::mutex>& lock, Ledger::Survives survives) {
  changed_ = false;
  bytes_in_writing_ = pending_.letter_bytes();
  const ledger::Settlement settlement = pending_.take();
  if (!settlement.empty() && !failure_) {
    lock.unlock();
    core::crash_point("settlement.taken");
    const core::Status written = ledger_.settle(run_, settlement, survives);
    core::crash_point("settlement.written");
    lock.lock();
    note(written, survives);
  }
  bytes_in_writing_ = 0;
  room_.notify_all();
}

void SettlementWriter::sync(std::unique_lock<std::mutex>& lock) {
  if (failure_) return;
  lock.unlock();
  const core::Status synced = ledger_.sync();
  lock.lock();
  note(synced, Ledger::Survives::kPowerCut);
}

void SettlementWriter::note(const core::Status& written, Ledger::Survives survives) {
  if (!written) failure_ = written.error();
  synced_ = survives == Ledger::Survives::kPowerCut;
  if (synced_) last_sync_ = steady_clock::now();
}

}  // namespace fhirehose::pipeline
