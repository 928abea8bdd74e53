#include "fhir-target/gated_execution.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace fhirehose::target {
namespace {

using Withheld = std::vector<std::optional<Refusal>>;
using Answers = std::vector<EntryAnswer>;

Frame without(const Withheld& withheld, const Frame& frame) {
  Frame rest{.kind = frame.kind};
  for (std::size_t i = 0; i < frame.entries.size(); ++i)
    if (!withheld[i]) rest.entries.push_back(frame.entries[i]);
  return rest;
}

Answers merged(const Withheld& withheld, Answers done) {
  Answers answers;
  answers.reserve(withheld.size());
  auto next = done.begin();
  for (const auto& refusal : withheld)
    answers.push_back(refusal ? answer_of(*refusal) : std::move(*next++));
  return answers;
}

}  // namespace

Answered<Answers> execute_gated(Gate& gate, const Frame& frame, const Execute& execute) {
  if (auto admitted = gate.admit(frame.entries.size()); !admitted)
    return tl::unexpected(std::move(admitted.error()));
  const Withheld withheld = gate.withhold(frame);
  const bool all =
      std::ranges::none_of(withheld, [](auto& refusal) { return refusal.has_value(); });
  auto answers = all ? execute(frame) : execute(without(withheld, frame));
  if (!answers) return answers;
  if (!all) *answers = merged(withheld, std::move(*answers));
  gate.settle(frame.entries, *answers);
  return answers;
}

}  // namespace fhirehose::target
