#pragma once

#include <string_view>
#include <vector>

#include "record/record_batch.hpp"

namespace fhirehose::transform {

/// Appends the references of a resource in the order of the text, as parse notes them. `body` is
/// well-formed; the references' texts point into it.
void find_references(std::string_view body, std::vector<record::Reference>& references);

}  // namespace fhirehose::transform
