#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "core/result.hpp"
#include "ledger/ledger.hpp"
#include "pipeline/pending_settlement.hpp"

namespace fhirehose::pipeline {

/// Writes what is settled to the ledger in groups, on a thread of its own: within hundredths of a
/// second, so that after a crash little more is done again than what was in flight. A power cut
/// loses at most what was written in the last tenth of a second; that is done again, too.
/// Thread-safe.
class SettlementWriter {
 public:
  SettlementWriter(ledger::Ledger& ledger, ledger::RunId run);
  SettlementWriter(const SettlementWriter&) = delete;
  SettlementWriter& operator=(const SettlementWriter&) = delete;
  ~SettlementWriter();

  /// Calls `change` with nobody else in there. Waits, afterwards, while too many bytes of dead
  /// letters are not written yet.
  void update(const std::function<void(PendingSettlement&)>& change);
  /// Why the ledger could not be written, once it could not. Nothing is written from then on.
  [[nodiscard]] std::optional<core::Error> failure() const;
  /// Writes what is left; nothing may be changed afterwards.
  void finish();

 private:
  void write_until_finished();
  void wait_for_change(std::unique_lock<std::mutex>& lock);
  void write(std::unique_lock<std::mutex>& lock, ledger::Ledger::Survives survives);
  void sync(std::unique_lock<std::mutex>& lock);
  void note(const core::Status& written, ledger::Ledger::Survives survives);

  ledger::Ledger& ledger_;
  const ledger::RunId run_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;  ///< there is something to write, or more than can wait
  std::condition_variable room_;  ///< some was written
  PendingSettlement pending_;
  std::uint64_t bytes_in_writing_ = 0;
  bool changed_ = false;  ///< since the last group
  bool synced_ = true;    ///< all that is written survives a power cut
  std::chrono::steady_clock::time_point last_sync_;
  bool finishing_ = false;
  std::optional<core::Error> failure_;
  std::thread thread_;
};

}  // namespace fhirehose::pipeline
