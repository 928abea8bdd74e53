#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "sink/sink.hpp"
#include "sink/sqlite/resource_table.hpp"

namespace fhirehose::sink {

struct SqliteOptions {
  std::filesystem::path file;
  /// Bundles in flight: more of them make larger commits.
  std::uint32_t in_flight = 16;
  std::uint32_t bundle_entries = 1'000;
  /// A commit comes after so many rows or bytes, or as soon as no bundle waits.
  std::uint32_t commit_rows = 10'000;
  std::uint64_t commit_bytes = 32 * core::kMiB;
  /// How long another process's transaction is waited for.
  std::chrono::milliseconds patience{10'000};
  /// A record of more bytes is refused; SQLite takes a billion in one row.
  std::uint64_t row_bytes = 999'000'000;
};

/// `sqlite:FILE`: rows of the table `resource`. One thread of its own writes; a bundle is delivered
/// on that thread, after the commit that holds it. The first failure to write is final: the bundles
/// since the last commit and all later ones come back stopped.
class SqliteSink final : public Sink {
 public:
  explicit SqliteSink(SqliteOptions options);
  /// Without close(): writes what was submitted, tells no error.
  ~SqliteSink() override;

  core::Result<Traits> open() override;
  void on_delivery(OnDelivery callback) override;
  [[nodiscard]] Tempo tempo() const override {
    return {.pace = {options_.in_flight, options_.bundle_entries}};
  }
  void submit(lane::Bundle bundle) override;
  /// Makes file and table even when nothing was submitted.
  core::Status close() override;
  /// A request is a commit; bytes are those of the JSON.
  [[nodiscard]] SinkCounters counters() const override;

 private:
  /// Bundles in the order in which they came; empty when the sink closes and none is left.
  std::vector<lane::Bundle> take_waiting();
  bool nothing_waits() const;
  void stop_writer();

  // The writer's thread only.
  void write_until_closed();
  void write(lane::Bundle bundle);
  core::Status write_entries(Delivery& delivery);
  void commit();
  void deliver_pending();
  core::Status ensure_table();

  const SqliteOptions options_;
  OnDelivery on_delivery_;
  std::thread writer_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<lane::Bundle> waiting_;
  bool closing_ = false;

  std::optional<ResourceTable> table_;
  std::vector<Delivery> pending_;  ///< written, not committed
  std::uint64_t pending_rows_ = 0;
  std::uint64_t pending_bytes_ = 0;
  std::optional<core::Error> failure_;

  std::atomic<std::uint64_t> commits_ = 0;
  std::atomic<std::uint64_t> bytes_ = 0;
};

}  // namespace fhirehose::sink
