#pragma once

#include <string>
#include <string_view>

namespace fhirehose::source {

/// Whether a name in an archive stands for nothing that could be loaded: a directory, or what macOS
/// leaves behind (`__MACOSX/`, `.DS_Store`).
bool is_no_content(std::string_view name);

/// Why a member of that name is refused: it is absolute, or climbs out of its archive with `..`.
/// Empty: it is not. Nothing is ever written to such a name; who sends one still means harm.
std::string why_unsafe(std::string_view name);

/// What macOS leaves behind in folders.
inline constexpr std::string_view kFinderFolder = "__MACOSX";
inline constexpr std::string_view kFinderFile = ".DS_Store";

}  // namespace fhirehose::source
