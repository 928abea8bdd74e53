#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "core/result.hpp"
#include "ledger/ledger.hpp"
#include "pipeline/pending_settlement.hpp"

namespace fhirehose::pipeline {

/// Writes what is settled to the ledger in groups, on a thread of its own: ten times a second, or
/// sooner when dead letters take much memory. A crash loses what was settled since the last group;
/// that is done again. Thread-safe.
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
  void write(std::unique_lock<std::mutex>& lock);

  ledger::Ledger& ledger_;
  const ledger::RunId run_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;  ///< there is more to write than can wait
  std::condition_variable room_;  ///< some was written
  PendingSettlement pending_;
  std::uint64_t bytes_in_writing_ = 0;
  bool finishing_ = false;
  std::optional<core::Error> failure_;
  std::thread thread_;
};

}  // namespace fhirehose::pipeline
