#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fhirehose::target {

/// The members around the string at `offset` of a JSON object, without array places and without its
/// own name: `subject`, `item.encounter`. For messages; O(offset).
std::string element_path(std::string_view json, std::size_t offset);

}  // namespace fhirehose::target
