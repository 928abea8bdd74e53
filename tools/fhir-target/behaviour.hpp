#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "fhir-target/capacity.hpp"
#include "fhir-target/fault_plan.hpp"

namespace fhirehose::target {

/// How the server treats its clients, as options and `/_control` spell it.
struct BehaviourTexts {
  std::uint64_t seed = 1;
  std::vector<std::string> faults{};   ///< see Fault
  std::uint32_t fault_cap = 3;         ///< faults a content gets at most; 0: any number
  std::string storm{};                 ///< see Storm; empty: none
  std::string capacity{};              ///< see CapacityLimits; empty: no limit
  std::vector<std::string> bearers{};  ///< tokens that are accepted; empty: none is asked for
  bool history = false;                ///< tell in `/_stats` what came again, even with no fault

  /// The same fate for the same content.
  [[nodiscard]] bool same_plan(const BehaviourTexts& other) const {
    return seed == other.seed && faults == other.faults && fault_cap == other.fault_cap;
  }
  /// As one JSON object; of tokens only their number is told.
  [[nodiscard]] std::string json() const;
};

/// So many requests in a row, by the order in which they come, get 503. Spelled `FROM:COUNT`; the
/// first request is number 0.
struct Storm {
  std::uint64_t from = 0;
  std::uint64_t count = 0;
  [[nodiscard]] bool hits(std::uint64_t request) const {
    return request >= from && request - from < count;
  }
};

/// BehaviourTexts, understood.
struct Behaviour {
  FaultPlan faults{};
  Storm storm{};
  std::optional<CapacityLimits> capacity{};
  std::vector<std::string> bearers{};
  bool history = false;

  /// Whether contents have to be remembered: what comes again is treated by how often it came.
  [[nodiscard]] bool remembers() const { return history || !faults.empty(); }
  /// Nothing differs from a server that always does what it is asked.
  [[nodiscard]] bool plain() const {
    return faults.empty() && storm.count == 0 && !capacity && bearers.empty() && !history;
  }
};

/// kUsage says what can't be understood.
core::Result<Behaviour> read_behaviour(const BehaviourTexts& texts);

}  // namespace fhirehose::target
