#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace fhirehose::target {

/// A value that `NAME=VALUE` may set, in a table: `read` says whether the value was good.
template <class Subject>
struct Setting {
  std::string_view name;
  bool (*read)(std::string_view value, Subject& subject);
};

/// Applies each `NAME=VALUE` of `parts` to `subject`; kUsage for an unknown name or a bad value.
template <class Subject, class Table>
core::Status apply_settings(const std::vector<std::string_view>& parts, const Table& table,
                            Subject& subject) {
  for (const std::string_view part : parts) {
    const std::size_t equals = part.find('=');
    const std::string_view name = part.substr(0, equals);
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1);
    bool good = false;
    for (const Setting<Subject>& setting : table)
      if (setting.name == name) good = setting.read(value, subject);
    if (!good)
      return core::fail(core::ErrorKind::kUsage,
                        "'" + std::string(part) + "' is no setting here, or not with that value");
  }
  return {};
}

}  // namespace fhirehose::target
