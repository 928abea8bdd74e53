#pragma once

#include <vector>

#include "fhir-target/bundle_frame.hpp"
#include "fhir-target/entry_answer.hpp"
#include "fhir-target/rules.hpp"
#include "fhir-target/store.hpp"

namespace fhirehose::target {

/// Does one entry by itself.
Answered<EntryAnswer> execute_entry(Store& store, const Rules& rules, const Entry& entry);

/// Does all entries of a transaction, its GETs last, or refuses all of it. Answers are in the order
/// of the entries.
Answered<std::vector<EntryAnswer>> execute_transaction(Store& store, const Rules& rules,
                                                       const std::vector<Entry>& entries);

/// Does entry by entry, in their order; each answers for itself.
std::vector<EntryAnswer> execute_batch(Store& store, const Rules& rules,
                                       const std::vector<Entry>& entries);

}  // namespace fhirehose::target
