#pragma once

#include <string_view>

#include "fhir-target/entry_answer.hpp"
#include "fhir-target/refusal.hpp"
#include "fhir-target/store.hpp"

namespace fhirehose::target {

/// GET of a resource (`Patient/1`) or a search of a type: `?_summary=count`, `?_id=a,b,c`,
/// `?identifier=system|value`. A search's resources are whole: there are no pages. Any other
/// parameter is refused, not ignored.
Answered<EntryAnswer> read(const Store& store, std::string_view url);

}  // namespace fhirehose::target
