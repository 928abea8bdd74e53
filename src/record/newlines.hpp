#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace fhirehose::record {

/// How many newlines stand in `text`.
std::uint32_t count_newlines(std::string_view text);

/// The first newline in [at, end), or nullptr.
inline const char* find_newline(const char* at, const char* end) {
  if (at == end) return nullptr;
  return static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
}

}  // namespace fhirehose::record
