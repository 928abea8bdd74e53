#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "lane/bundle.hpp"

namespace fhirehose::sink::fhir {

/// A lane's bundle of small Patients, made by hand.
class PatientBundle {
 public:
  explicit PatientBundle(std::vector<std::string> ids) {
    for (const std::string& id : ids) {
      record::RecordView record;
      record.body = batch_->keep(R"({"resourceType":"Patient","id":")" + id + R"("})");
      record.raw = record.body;
      record.type = core::kPatient;
      record.id = batch_->keep(id);
      batch_->records.push_back(record);
    }
  }

  [[nodiscard]] record::RecordBatch& batch() { return *batch_; }

  [[nodiscard]] lane::Bundle bundle() const {
    lane::Bundle bundle;
    bundle.holds.push_back(batch_);
    for (std::uint32_t row = 0; row < batch_->records.size(); ++row) {
      bundle.entries.push_back({batch_.get(), row});
      bundle.bytes += batch_->records[row].body.size();
    }
    return bundle;
  }

 private:
  record::BatchHandle batch_ = std::make_shared<record::RecordBatch>();
};

/// A server's answer that gives each entry a status and, where `code` is not empty, an outcome with
/// that code.
struct EntryStatus {
  int status = 200;
  std::string code = {};
};

inline std::string response_bundle(const std::vector<EntryStatus>& entries) {
  std::string text = R"({"resourceType":"Bundle","type":"transaction-response","entry":[)";
  for (std::size_t i = 0; i < entries.size(); ++i) {
    text += (i > 0 ? "," : "") + std::string(R"({"response":{"status":")") +
            std::to_string(entries[i].status) + "\"";
    if (!entries[i].code.empty()) {
      text += R"(,"outcome":{"resourceType":"OperationOutcome","issue":[{"diagnostics":")" +
              entries[i].code + R"(: because"}]})";
    }
    text += "}}";
  }
  return text + "]}";
}

inline std::string outcome(const std::string& code) {
  return R"({"resourceType":"OperationOutcome","issue":[{"code":"processing","diagnostics":")" +
         code + R"(: because"}]})";
}

}  // namespace fhirehose::sink::fhir
