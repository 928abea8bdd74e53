#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <vector>

#include "sink/target_reader.hpp"
#include "sqlite/database.hpp"

namespace fhirehose::sink {

struct SqliteReaderOptions {
  std::filesystem::path file;
  std::uint32_t bundle_entries = 1'000;
  /// How long another process's checkpoint is waited for.
  std::chrono::milliseconds patience{10'000};
};

/// Reads `sqlite:FILE` back, on the caller's threads: each that reads at a time has a connection of
/// its own.
class SqliteReader final : public TargetReader {
 public:
  explicit SqliteReader(SqliteReaderOptions options);
  ~SqliteReader() override;

  core::Result<ReaderTraits> open() override;
  std::optional<std::uint64_t> count(core::ResourceType type) override;
  void on_reading(OnReading callback) override { on_reading_ = std::move(callback); }
  void read(lane::Bundle bundle) override;
  /// A request is a row that was looked for; nothing is sent.
  [[nodiscard]] SinkCounters counters() const override { return {rows_, 0, 0}; }

 private:
  struct Connection;
  using ConnectionHandle = std::unique_ptr<Connection>;

  core::Result<ConnectionHandle> take();
  void give_back(ConnectionHandle connection);
  core::Status read_rows(Connection& connection, Reading& reading);

  const SqliteReaderOptions options_;
  OnReading on_reading_;
  std::mutex mutex_;
  std::vector<ConnectionHandle> idle_;
  std::atomic<std::uint64_t> rows_ = 0;
};

}  // namespace fhirehose::sink
