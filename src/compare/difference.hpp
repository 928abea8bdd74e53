#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fhirehose::compare {

/// What a target may change of what it was given.
enum class Tolerance : std::uint8_t {
  kNone,    ///< nothing but key order, blanks, and how a string or a number is spelled
  kServer,  ///< and what the standard gives to servers; docs/verify.md has the list
};

/// Where two JSON texts of a resource first say something different, in the order of `source`:
/// `name[0].family`; nullopt: nowhere. Holds no content: an element whose name is none of FHIR's
/// alphabet is called `?`. `source` is well-formed, `target` may be anything: where it is no JSON,
/// or no object, the answer is kNotJson.
///
/// Strings are equal when they are without their escapes; numbers as decimals, in value and in
/// precision (http://hl7.org/fhir/R4/datatypes.html#decimal): 1.50 is 15.0e-1, but not 1.5. Members
/// may stand in any order, elements of an array may not. Thread-safe.
std::optional<std::string> find_difference(std::string_view source, std::string_view target,
                                           Tolerance tolerance);

inline constexpr std::string_view kNotJson = "the target's text is no JSON object";

}  // namespace fhirehose::compare
