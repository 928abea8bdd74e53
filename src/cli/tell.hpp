#pragma once

#include <string>
#include <utility>

#include <fmt/format.h>

namespace fhirehose::cli {

/// Writes `text` to standard error, at once. What can't be written there is nobody's to read: the
/// program goes on without.
void tell(const std::string& text);

template <class... Values>
void tell(fmt::format_string<Values...> format, Values&&... values) {
  tell(fmt::format(format, std::forward<Values>(values)...));
}

}  // namespace fhirehose::cli
