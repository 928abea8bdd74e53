#pragma once

#include <cstring>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "lane/bundle.hpp"
#include "sink/sink.hpp"
#include "sqlite/database.hpp"

namespace fhirehose::sink {

/// A batch whose records are `json` texts of type Basic with the ids `first`, `first + 1`, ...
inline record::BatchHandle batch_of(const std::vector<std::string>& texts, int first = 0) {
  auto batch = std::make_shared<record::RecordBatch>();
  for (const std::string& text : texts) {
    record::RecordView record;
    record.body = batch->keep(text);
    record.type = core::resource_type("Basic");
    record.id = batch->keep(std::to_string(first++));
    batch->records.push_back(record);
  }
  return batch;
}

/// A bundle of all records of a batch.
inline lane::Bundle bundle_of(const record::BatchHandle& batch) {
  lane::Bundle bundle;
  bundle.holds.push_back(batch);
  for (std::uint32_t row = 0; row < batch->records.size(); ++row)
    bundle.entries.push_back({batch.get(), row});
  return bundle;
}

/// `count` records of about `size` bytes each.
inline lane::Bundle bundle_of(int first, int count, std::size_t size = 100) {
  std::vector<std::string> texts;
  for (int i = 0; i < count; ++i)
    texts.push_back("{\"text\":\"" + std::to_string(first + i) + std::string(size, 'x') + "\"}");
  return bundle_of(batch_of(texts, first));
}

/// Keeps what a sink delivers.
class Deliveries {
 public:
  OnDelivery callback() {
    return [this](Delivery delivery) {
      const std::lock_guard lock(mutex_);
      all_.push_back(std::move(delivery));
    };
  }
  [[nodiscard]] const std::vector<Delivery>& all() const { return all_; }
  [[nodiscard]] std::size_t stopped() const {
    std::size_t count = 0;
    for (const Delivery& delivery : all_) count += delivery.stopped ? 1U : 0U;
    return count;
  }

 private:
  std::mutex mutex_;
  std::vector<Delivery> all_;
};

/// The first column of the first row of a file's query, as any client would see it.
inline std::int64_t number_in(const std::filesystem::path& file, std::string_view query) {
  auto database =
      sqlite::Database::open(file, sqlite::Mode::kRead, std::chrono::milliseconds(1'000));
  return database.and_then([&](auto& open) { return open.number(query); }).value_or(-1);
}

inline std::string text_in(const std::filesystem::path& file, std::string_view query) {
  auto database =
      sqlite::Database::open(file, sqlite::Mode::kRead, std::chrono::milliseconds(1'000));
  auto statement = database->prepare(query);
  if (!statement || statement->step() != sqlite::Step::kRow) return "no row";
  return std::string(statement->is_null(0) ? "NULL" : statement->text(0));
}

}  // namespace fhirehose::sink
