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
  kNoJson,   ///< text or else that holds no resource: only `peek` tells
  kProgram,  ///< that holds none itself, but may have an archive behind it: only `peek` tells
};

struct Sniffed {
  Format format = Format::kPlain;
  std::string_view name;  ///< for people, with its article: `a bzip2 file`
};

/// As many bytes as it takes.
inline constexpr std::size_t kSniffBytes = 264;

/// `first`: the first kSniffBytes, or all if there are fewer.
Sniffed sniff(std::span<const char> first);

/// Whether a line of `text` begins (behind blanks and a byte order mark) as an object or an array
/// does, which every record is or is in. Also true where there is no line that is not blank.
bool may_hold_json(std::string_view text);

}  // namespace fhirehose::source
