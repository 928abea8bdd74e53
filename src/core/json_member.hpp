#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fhirehose::core {

/// The text of a member of the JSON object `json`, unescaped. Looks at the object's own members
/// only. Empty where there is none of that name, it is no text, or `json` ends or breaks before it.
/// What stands behind it is not looked at: these are answers of token endpoints and options of
/// runs, never resources.
std::optional<std::string> text_member(std::string_view json, std::string_view name);

/// Likewise for a number that is not negative, of which the whole part counts. Some servers put it
/// between quotes.
std::optional<std::uint64_t> number_member(std::string_view json, std::string_view name);

/// The text of a member's value as it stands there, `[1, 2]`; empty where there is none.
std::string_view raw_member(std::string_view json, std::string_view name);

}  // namespace fhirehose::core
