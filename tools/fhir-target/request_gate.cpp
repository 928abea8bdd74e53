#include "fhir-target/request_gate.hpp"

#include "fhir-target/dependents.hpp"

namespace fhirehose::target {

Answered<void> RequestGate::admit(std::size_t entries) {
  const auto end = misconduct_.book(entries);
  overloaded_ = !end.has_value();
  if (overloaded_) return tl::unexpected(end.error());
  // A client that gives up has taken its place in the queue all the same, as on a real server.
  connection_.pause_until(*end);
  return {};
}

std::vector<std::optional<Refusal>> RequestGate::withhold(const Frame& frame) {
  std::vector<const Fault*> faults = misconduct_.meet_entries(fate_, frame.entries);
  fault_dependents(frame, references_, faults);
  std::vector<std::optional<Refusal>> refusals(faults.size());
  for (std::size_t i = 0; i < faults.size(); ++i) {
    if (faults[i] == nullptr) continue;
    misconduct_.count_entry_fault(*faults[i]);
    refusals[i] = Refusal{faults[i]->status, "injected fault: the entry was not done"};
  }
  return refusals;
}

void RequestGate::settle(const std::vector<Entry>& entries,
                         const std::vector<EntryAnswer>& answers) {
  for (std::size_t i = 0; i < entries.size(); ++i)
    if (answers[i].status < 400) misconduct_.mark_done(fate_, entries[i]);
}

}  // namespace fhirehose::target
