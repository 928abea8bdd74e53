#include "sink/sqlite/sqlite_sink.hpp"

#include <utility>

#include <fmt/format.h>

namespace fhirehose::sink {
namespace {

std::uint64_t edited_bytes(const lane::Entry& entry) {
  const record::RecordView& record = entry.record();
  if (record.edits == 0) return record.body.size();
  std::uint64_t bytes = 0;
  record::for_each_span(*entry.batch, record,
                        [&bytes](std::string_view span) { bytes += span.size(); });
  return bytes;
}

}  // namespace

SqliteSink::SqliteSink(SqliteOptions options) : options_(std::move(options)) {}

SqliteSink::~SqliteSink() {
  stop_writer();
  if (table_) std::ignore = table_->close();
}

core::Result<Traits> SqliteSink::open() {
  return ResourceTable::check(options_.file, options_.patience).map([] {
    Traits traits;
    traits.name = "SQLite";
    return traits;
  });
}

void SqliteSink::on_delivery(OnDelivery callback) { on_delivery_ = std::move(callback); }

void SqliteSink::submit(lane::Bundle bundle) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(bundle));
    if (!writer_.joinable()) writer_ = std::thread(&SqliteSink::write_until_closed, this);
  }
  wake_.notify_one();
}

core::Status SqliteSink::close() {
  stop_writer();
  if (core::Status ready = ensure_table(); !ready) return ready;
  core::Status closed = table_->close();
  table_.reset();
  return closed;
}

SinkCounters SqliteSink::counters() const { return {commits_, 0, bytes_}; }

std::vector<lane::Bundle> SqliteSink::take_waiting() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return closing_ || !waiting_.empty(); });
  return std::exchange(waiting_, {});
}

bool SqliteSink::nothing_waits() const {
  const std::lock_guard lock(mutex_);
  return waiting_.empty();
}

void SqliteSink::stop_writer() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake_.notify_one();
  if (writer_.joinable()) writer_.join();
}

void SqliteSink::write_until_closed() {
  for (;;) {
    std::vector<lane::Bundle> bundles = take_waiting();
    if (bundles.empty()) return;
    for (lane::Bundle& bundle : bundles) {
      write(std::move(bundle));
      if (pending_rows_ >= options_.commit_rows || pending_bytes_ >= options_.commit_bytes)
        commit();
    }
    if (nothing_waits()) commit();
  }
}

void SqliteSink::write(lane::Bundle bundle) {
  Delivery& delivery = pending_.emplace_back();
  delivery.bundle = std::move(bundle);
  core::Status written = ensure_table();
  if (written) written = write_entries(delivery);
  if (!written) failure_ = written.error();
}

core::Status SqliteSink::write_entries(Delivery& delivery) {
  std::uint32_t place = 0;
  for (const lane::Entry& entry : delivery.bundle.entries) {
    const std::uint64_t bytes = edited_bytes(entry);
    if (bytes > options_.row_bytes) {
      delivery.refusals.push_back(
          {place, fmt::format("a SQLite row can't hold its {} bytes", bytes), {}, 1});
    } else {
      if (core::Status written = table_->write(entry); !written) return written;
      pending_bytes_ += bytes;
    }
    ++place;
  }
  pending_rows_ += place;
  return {};
}

void SqliteSink::commit() {
  if (pending_.empty()) return;
  if (!failure_ && table_) {
    if (core::Status committed = table_->commit(); !committed) failure_ = committed.error();
  }
  if (failure_ && table_) table_->roll_back();
  if (!failure_) {
    ++commits_;
    bytes_ += pending_bytes_;
  }
  deliver_pending();
}

void SqliteSink::deliver_pending() {
  pending_rows_ = 0;
  pending_bytes_ = 0;
  for (Delivery& delivery : std::exchange(pending_, {})) {
    if (failure_) {
      delivery.refusals.clear();
      delivery.stopped = failure_;
    }
    on_delivery_(std::move(delivery));
  }
}

core::Status SqliteSink::ensure_table() {
  if (failure_) return tl::unexpected(*failure_);
  if (table_) return {};
  core::Result<ResourceTable> table = ResourceTable::open(options_.file, options_.patience);
  if (!table) {
    // Whatever stands there now: the target was fine when the run began.
    failure_ = core::Error{core::ErrorKind::kStop, table.error().message};
    return tl::unexpected(*failure_);
  }
  table_.emplace(std::move(*table));
  return {};
}

}  // namespace fhirehose::sink
