#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "fhirehose/load.hpp"
#include "index/load_plan.hpp"
#include "ledger/ledger.hpp"
#include "record/record_batch.hpp"
#include "sink/sink.hpp"
#include "source/catalog.hpp"

namespace fhirehose::pipeline {

/// Counts what became of each record and writes the dead letters. Thread-safe.
class Settler {
 public:
  Settler(const source::Catalog& catalog, const index::LoadPlan& plan, ledger::Ledger& ledger,
          ledger::RunId run, Progress& progress);

  /// Records that parse or a transform refused.
  void rejected(const record::RecordBatch& batch);
  void duplicate(core::ResourceType type);
  /// What came of a bundle. A stopped one settles nothing.
  void delivered(const sink::Delivery& delivery);

  /// Why the load can't go on, once it can't.
  [[nodiscard]] std::optional<std::string> stopped() const;
  void stop(std::string why);

  struct Sums {
    std::uint64_t loaded = 0, duplicate = 0, rejected = 0;
  };
  /// By type; the last is for records whose type could not be read.
  static constexpr std::size_t kUntyped = core::kResourceTypeCount;
  [[nodiscard]] Sums sums(std::size_t type) const;

 private:
  struct Counters {
    std::atomic<std::uint64_t> loaded{0}, duplicate{0}, rejected{0};
  };
  ledger::DeadLetter letter(const memory::ChunkOrigin& origin, std::uint32_t line) const;
  ledger::DeadLetter letter(const memory::ChunkOrigin& origin,
                            const record::Rejection& rejection) const;
  ledger::DeadLetter letter(const lane::Entry& entry, const sink::Refusal& refusal) const;
  void write(std::span<const ledger::DeadLetter> letters);

  const source::Catalog& catalog_;
  const index::LoadPlan& plan_;
  ledger::Ledger& ledger_;
  const ledger::RunId run_;
  Progress& progress_;
  std::array<Counters, core::kResourceTypeCount + 1> counters_;
  mutable std::mutex mutex_;
  std::optional<std::string> stopped_;
};

}  // namespace fhirehose::pipeline
