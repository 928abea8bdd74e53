#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fhirehose::core {

/// Writes one JSON value on one line, with its commas and quotes: `object().key("a").number(1)
/// .end_object()`. Order and nesting are the caller's: what is called is what is written. One
/// thread at a time.
class JsonWriter {
 public:
  JsonWriter& object() { return open('{'); }
  JsonWriter& end_object() { return shut('}'); }
  JsonWriter& array() { return open('['); }
  JsonWriter& end_array() { return shut(']'); }
  JsonWriter& key(std::string_view name);

  JsonWriter& text(std::string_view value);
  JsonWriter& number(std::uint64_t value);
  /// With `decimals` digits after the point; what is not finite becomes null.
  JsonWriter& number(double value, int decimals);
  /// `json` is a JSON value already.
  JsonWriter& raw(std::string_view json);

  [[nodiscard]] const std::string& str() const { return out_; }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& shut(char bracket);
  void separate();

  std::string out_;
  bool first_ = true;  ///< no comma before the next value or key
};

}  // namespace fhirehose::core
