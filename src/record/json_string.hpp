#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fhirehose::record {

/// Place of the first escape in `raw` (a string as spelled, without its quotes) that RFC 8259,
/// section 7, does not know, or that is half of a surrogate pair; npos when all are good. Looks
/// from `at` on, where no escape has begun.
std::size_t find_bad_escape(std::string_view raw, std::size_t at = 0);

/// `raw` with its escapes undone, in UTF-8. A bad escape stands for itself.
std::string unescape(std::string_view raw);

/// Whether `raw`, its escapes undone, is `name`.
bool spells(std::string_view raw, std::string_view name);

}  // namespace fhirehose::record
