#pragma once

#include <cstddef>
#include <string_view>

namespace fhirehose::core {

inline constexpr std::size_t kMaxIdLength = 64;

/// Whether `text` is a FHIR id: 1 to 64 of A-Z a-z 0-9 - .
/// (http://hl7.org/fhir/R4/datatypes.html#id).
bool is_legal_id(std::string_view text);

/// Whether `text` is an id of digits only, which HAPI refuses from clients by default (HAPI-0960).
bool is_numeric_id(std::string_view text);

}  // namespace fhirehose::core
