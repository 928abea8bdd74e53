#pragma once

#include <string_view>

namespace fhirehose::target {

/// Whether R4 gives every string member of that name the type date, dateTime or instant, as far as
/// the name alone tells: `birthDate`, `effectiveDateTime`, `issued`, ...
bool names_a_date(std::string_view key);

/// Whether `text` is a date, dateTime or instant (http://hl7.org/fhir/R4/datatypes.html#dateTime):
/// a year, a month, a day, or a moment with its zone.
bool is_date_time(std::string_view text);

}  // namespace fhirehose::target
