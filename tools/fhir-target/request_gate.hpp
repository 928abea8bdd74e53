#pragma once

#include <optional>
#include <vector>

#include "fhir-target/connection_stream.hpp"
#include "fhir-target/gate.hpp"
#include "fhir-target/misconduct.hpp"
#include "fhir-target/rules.hpp"

namespace fhirehose::target {

/// What one request meets on its way through an Endpoint: the queue, and faults of its entries.
class RequestGate : public Gate {
 public:
  /// All outlive the gate. `connection` is where the request came from: waiting ends with it.
  RequestGate(Misconduct& misconduct, const Fate& fate, References references,
              ConnectionStream& connection)
      : misconduct_(misconduct), fate_(fate), references_(references), connection_(connection) {}

  Answered<void> admit(std::size_t entries) override;
  std::vector<std::optional<Refusal>> withhold(const Frame& frame) override;
  void settle(const std::vector<Entry>& entries, const std::vector<EntryAnswer>& answers) override;

  /// The queue was full.
  [[nodiscard]] bool overloaded() const { return overloaded_; }

 private:
  Misconduct& misconduct_;
  const Fate& fate_;
  const References references_;
  ConnectionStream& connection_;
  bool overloaded_ = false;
};

}  // namespace fhirehose::target
