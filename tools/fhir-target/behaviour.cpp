#include "fhir-target/behaviour.hpp"

#include <utility>

#include "core/json_writer.hpp"
#include "fhir-target/number_text.hpp"

namespace fhirehose::target {
namespace {

core::Result<std::vector<Fault>> read_faults(const std::vector<std::string>& texts) {
  std::vector<Fault> faults;
  for (const std::string& text : texts) {
    auto fault = read_fault(text);
    if (!fault) return tl::unexpected(std::move(fault.error()));
    faults.push_back(std::move(*fault));
  }
  if (auto checked = check_rates(faults); !checked)
    return tl::unexpected(std::move(checked.error()));
  return faults;
}

core::Result<Storm> read_storm(std::string_view text) {
  if (text.empty()) return Storm{};
  const std::size_t colon = text.find(':');
  const bool both = colon != std::string_view::npos;
  const auto from = read_number<std::uint64_t>(text.substr(0, colon));
  const auto count = read_number<std::uint64_t>(both ? text.substr(colon + 1) : std::string_view());
  if (from && count) return Storm{*from, *count};
  return core::fail(core::ErrorKind::kUsage,
                    "storm '" + std::string(text) + "' is not FROM:COUNT; 100:50 would be");
}

}  // namespace

std::string BehaviourTexts::json() const {
  core::JsonWriter out;
  out.object().key("seed").number(seed).key("faults").array();
  for (const std::string& fault : faults) out.text(fault);
  out.end_array().key("fault_cap").number(std::uint64_t{fault_cap});
  out.key("storm").text(storm).key("capacity").text(capacity);
  // Tokens are secrets of whoever tests with real ones.
  out.key("bearers").number(std::uint64_t{bearers.size()});
  out.key("history").raw(history ? "true" : "false").end_object();
  return out.str() + "\n";
}

core::Result<Behaviour> read_behaviour(const BehaviourTexts& texts) {
  Behaviour behaviour{.bearers = texts.bearers, .history = texts.history};
  auto faults = read_faults(texts.faults);
  if (!faults) return tl::unexpected(std::move(faults.error()));
  behaviour.faults = FaultPlan(texts.seed, texts.fault_cap, std::move(*faults));
  const auto storm = read_storm(texts.storm);
  if (!storm) return tl::unexpected(storm.error());
  behaviour.storm = *storm;
  if (texts.capacity.empty()) return behaviour;
  const auto capacity = read_capacity(texts.capacity);
  if (!capacity) return tl::unexpected(capacity.error());
  behaviour.capacity = *capacity;
  return behaviour;
}

}  // namespace fhirehose::target
