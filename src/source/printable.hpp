#pragma once

#include <string>
#include <string_view>

namespace fhirehose::source {

/// A file's or member's name as it may be shown: whoever made the archive chose it, so control
/// characters and what is not UTF-8 become `\xHH`. Two different names may look the same.
std::string printable(std::string_view name);

}  // namespace fhirehose::source
