#pragma once

#include <functional>
#include <vector>

#include "fhir-target/gate.hpp"

namespace fhirehose::target {

using Execute = std::function<Answered<std::vector<EntryAnswer>>(const Frame&)>;

/// Does by `execute` what `gate` lets through. A transaction of which entries are withheld is one
/// of the others: all of those or none. Answers are in the order of the entries.
Answered<std::vector<EntryAnswer>> execute_gated(Gate& gate, const Frame& frame,
                                                 const Execute& execute);

}  // namespace fhirehose::target
