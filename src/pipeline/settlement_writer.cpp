#include "pipeline/settlement_writer.hpp"

#include <chrono>

#include "core/byte_size.hpp"
#include "core/crash_point.hpp"

namespace fhirehose::pipeline {
namespace {

constexpr std::chrono::milliseconds kInterval{100};
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
  if (pending_.letter_bytes() < kSoonBytes) return;
  wake_.notify_one();
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
  for (bool last = false; !last;) {
    wake_.wait_for(lock, kInterval,
                   [this] { return finishing_ || pending_.letter_bytes() >= kSoonBytes; });
    last = finishing_;
    write(lock);
  }
}

void SettlementWriter::write(std::unique_lock<std::mutex>& lock) {
  bytes_in_writing_ = pending_.letter_bytes();
  const ledger::Settlement settlement = pending_.take();
  if (!settlement.empty() && !failure_) {
    lock.unlock();
    core::crash_point("settlement.taken");
    const core::Status written = ledger_.settle(run_, settlement);
    core::crash_point("settlement.written");
    lock.lock();
    if (!written) failure_ = written.error();
  }
  bytes_in_writing_ = 0;
  room_.notify_all();
}

}  // namespace fhirehose::pipeline
