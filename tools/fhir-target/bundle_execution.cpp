#include "fhir-target/bundle_execution.hpp"

#include <array>
#include <utility>

#include "fhir-target/reader.hpp"
#include "fhir-target/transaction.hpp"

namespace fhirehose::target {

Answered<EntryAnswer> execute_entry(Store& store, const Rules& rules, const Entry& entry) {
  if (entry.method == Method::kGet) return read(store, entry.url);
  const std::array<const Entry*, 1> alone = {&entry};
  auto written = Transaction(store, rules).run(alone);
  if (!written) return tl::unexpected(std::move(written.error()));
  return answer_of(written->front());
}

Answered<std::vector<EntryAnswer>> execute_transaction(Store& store, const Rules& rules,
                                                       const std::vector<Entry>& entries) {
  std::vector<const Entry*> writing;
  writing.reserve(entries.size());
  for (const Entry& entry : entries)
    if (entry.method != Method::kGet) writing.push_back(&entry);
  auto written = Transaction(store, rules).run(writing);
  if (!written) return tl::unexpected(std::move(written.error()));
  std::vector<EntryAnswer> answers;
  answers.reserve(entries.size());
  // Reads see what the transaction has written; one that fails does not undo it.
  auto next = written->begin();
  for (const Entry& entry : entries) {
    auto answer = entry.method == Method::kGet ? read(store, entry.url) : answer_of(*next++);
    answers.push_back(answer ? std::move(*answer) : answer_of(answer.error()));
  }
  return answers;
}

std::vector<EntryAnswer> execute_batch(Store& store, const Rules& rules,
                                       const std::vector<Entry>& entries) {
  std::vector<EntryAnswer> answers;
  answers.reserve(entries.size());
  for (const Entry& entry : entries) {
    auto answer = execute_entry(store, rules, entry);
    answers.push_back(answer ? std::move(*answer) : answer_of(answer.error()));
  }
  return answers;
}

}  // namespace fhirehose::target
