#pragma once

#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/instant.hpp"
#include "memory/chunk.hpp"
#include "record/record_batch.hpp"
#include "transform/find_references.hpp"

namespace fhirehose::tests {

/// Makes a RecordBatch by hand, with its bytes in a real, padded region: what parse would make of
/// these resources, as far as transforms look at it.
class BatchBuilder {
 public:
  explicit BatchBuilder(std::uint32_t member = 0) { chunk_->origin.member = member; }

  /// A resource of its own, or, after bundle(), an entry of that Bundle.
  BatchBuilder& add(std::string_view json) {
    texts_.emplace_back(json);
    bundle_of_.push_back(static_cast<std::uint32_t>(bundles_.size()));
    return *this;
  }

  BatchBuilder& bundle(std::uint64_t offset) {
    bundles_.push_back({.offset = offset, .type = record::BundleType::kTransaction});
    return *this;
  }

  record::RecordBatch build() {
    std::string all;
    for (const std::string& text : texts_) all += text + "\n";
    chunk_->region = memory::Region::allocate(all.size());
    std::memcpy(chunk_->region.data(), all.data(), all.size());
    chunk_->bytes = {chunk_->region.data(), all.size()};
    record::RecordBatch batch;
    batch.bundles = bundles_;
    std::size_t at = 0;
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      const std::string_view body = chunk_->bytes.substr(at, texts_[i].size());
      batch.records.push_back(view(batch, body, bundle_of_[i]));
      at += body.size() + 1;
    }
    batch.chunk = std::move(chunk_);
    return batch;
  }

 private:
  static record::RecordView view(record::RecordBatch& batch, std::string_view body,
                                 std::uint32_t bundle) {
    const auto parsed = nlohmann::json::parse(body);
    record::RecordView record;
    record.raw = body;
    record.body = body;
    record.bundle = bundle;
    const auto type = core::find_resource_type(parsed.at("resourceType").get<std::string>());
    record.type = type.value();
    const auto id = parsed.find("id");
    if (id != parsed.end() && id->is_string()) record.id = batch.keep(id->get<std::string>());
    const auto meta = parsed.find("meta");
    if (meta != parsed.end() && meta->is_object() && meta->contains("lastUpdated")) {
      const auto& at = meta->at("lastUpdated");
      record.bad_last_updated = !at.is_string() || !core::parse_instant(at.get<std::string>());
    }
    record.first_reference = static_cast<std::uint32_t>(batch.references.size());
    transform::find_references(body, batch.references);
    record.references =
        static_cast<std::uint32_t>(batch.references.size()) - record.first_reference;
    return record;
  }

  std::shared_ptr<memory::Chunk> chunk_ = std::make_shared<memory::Chunk>();
  std::vector<std::string> texts_;
  std::vector<std::uint32_t> bundle_of_;
  std::vector<record::BundlePart> bundles_;
};

/// A batch of one record.
inline record::RecordBatch batch_of(std::string_view json) {
  return BatchBuilder().add(json).build();
}

/// A record's text after its edits.
inline std::string printed(const record::RecordBatch& batch, std::size_t index = 0) {
  std::string text;
  record::for_each_span(batch, batch.records[index], [&](std::string_view run) { text += run; });
  return text;
}

}  // namespace fhirehose::tests
