#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace fhirehose::source {

/// What bytes are, by their first ones.
enum class Format {
  kPlain,  ///< none of the others: taken for records
  kZip,
  kGzip,
  kZstd,
  kForeign,  ///< known, and not read
};

struct Sniffed {
  Format format = Format::kPlain;
  std::string_view name;  ///< for people, with its article: `a bzip2 file`
};

/// As many bytes as it takes.
inline constexpr std::size_t kSniffBytes = 264;

/// `first`: the first kSniffBytes, or all if there are fewer.
Sniffed sniff(std::span<const char> first);

}  // namespace fhirehose::source
