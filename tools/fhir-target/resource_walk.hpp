#pragma once

#include <string_view>

#include <simdjson.h>

#include "fhir-target/resource_scan.hpp"

namespace fhirehose::target {

/// The parser of the calling thread. What it parsed before is gone.
simdjson::ondemand::parser& thread_parser();

/// The token at which `value` stands, without the blanks behind it.
std::string_view token_of(simdjson::ondemand::value& value);

/// Walks one resource to its end, and fills all of `scan` but its text.
class ResourceWalk {
 public:
  explicit ResourceWalk(ResourceScan& scan) : scan_(scan) {}
  simdjson::error_code walk(simdjson::ondemand::object resource);

 private:
  using Value = simdjson::ondemand::value;
  using Object = simdjson::ondemand::object;
  using Array = simdjson::ondemand::array;
  using ErrorCode = simdjson::error_code;

  /// Calls `member(key, value)` for each; keys are unescaped where they could matter.
  template <class Member>
  ErrorCode each_member(Object object, Member member);
  /// A member of the resource itself.
  ErrorCode own_member(std::string_view key, Value value);
  /// A member of anything.
  ErrorCode member(std::string_view key, Value value);
  ErrorCode meta(Value value);
  ErrorCode identifiers(Value value);
  ErrorCode identifier(Object object);
  /// Goes into objects and arrays; strings and numbers are left to the parser to jump over.
  ErrorCode any(Value value);
  ErrorCode array(Array array);
  ErrorCode reference(Value value);
  void type(Value value);
  void date(std::string_view key, std::string_view token);

  ResourceScan& scan_;
  int depth_ = 0;  ///< open objects and arrays
};

}  // namespace fhirehose::target
