#pragma once

#include <cstdint>
#include <string_view>

namespace fhirehose::record {

/// What a top-level value is, as far as its cutting is concerned.
enum class Form : std::uint8_t {
  kOpaque,   ///< one record
  kBundle,   ///< its entries are the records
  kArray,    ///< its elements are the records
  kUnknown,  ///< these bytes do not tell; more may
};

struct Probe {
  Form form = Form::kUnknown;
  std::string_view type{};  ///< value of the first resourceType, as spelled; empty if not reached
  /// Of kUnknown: what comes next may be the first element of its `entry`.
  bool element_due = false;
};

/// Looks at the front of a value that starts with `{` or `[`, by structure alone. An object is a
/// Bundle when its first resourceType says so; where `entry` stands before that, when the first
/// element there has a member that only a Bundle's entry has (whatever resourceType follows), or
/// else when the whole of it is here.
Probe probe(std::string_view text);

}  // namespace fhirehose::record
