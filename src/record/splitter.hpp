#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/byte_size.hpp"

namespace fhirehose::record {

/// How the records of a cut are found.
enum class Framing : std::uint8_t {
  kLines,   ///< NDJSON: each non-blank line is a value (a resource, or a whole Bundle)
  kValues,  ///< each of `Cut::values` is one: a Bundle's entry, an array's element, a document
};

enum class BundleType : std::uint8_t {
  kUnknown,  ///< not told yet where these bytes were cut; a later part of the same Bundle may tell
  kTransaction,
  kBatch,
  kCollection,
  kSearchset,
  kHistory,
  kDocument,
  kMessage,
  kOther,
};

/// A part of one Bundle: what of it lies in these bytes. A Bundle is named by the offset of its `{`
/// in the member. The look adds the parts up.
struct BundlePart {
  std::uint64_t offset = 0;  ///< in the member's decompressed bytes
  BundleType type = BundleType::kUnknown;
  std::uint32_t entries = 0;  ///< in this part
  std::uint64_t bytes = 0;    ///< of these entries
  bool complete = false;      ///< the Bundle's last byte is in this part
};

/// One JSON value of a cut that is framed as values.
struct Value {
  std::string_view bytes;    ///< the entry, element or document
  std::uint32_t line = 0;    ///< newlines in the cut before it
  std::uint32_t bundle = 0;  ///< 1 + place in `Cut::bundles`, when it is a Bundle's entry; else 0
};

/// What was found at the front of a window.
struct Cut {
  std::size_t consumed = 0;  ///< bytes from the window's front that are dealt with; the rest is to
                             ///< be handed in again with more behind it
  Framing framing = Framing::kLines;
  std::vector<Value> values;        ///< kValues only
  std::vector<BundlePart> bundles;  ///< kValues only
  std::uint32_t newlines = 0;  ///< in the consumed bytes; kValues only (for lines parse counts)
  struct Broken {
    std::string_view bytes;  ///< may be a part only: `length` tells
    std::uint64_t length = 0;
    std::uint32_t line = 0;
    std::string reason;
  };
  std::vector<Broken> broken;  ///< values that can't be delimited, or exceed the limit
};

enum class More : std::uint8_t { kFollows, kEnd };

/// Cuts one member's bytes, window by window, where records end; looks at structure only (strings,
/// nesting), never whether a value is well-formed. Told apart by content:
/// NDJSON of resources or Bundles; one resource, pretty-printed or not; a Bundle of any type,
/// streamed entry by entry, so that it never needs to be whole in memory; an array of resources; a
/// UTF-8 byte order mark before any of them. The cuts depend on the bytes and on the windows' sizes
/// alone. One thread at a time; views in a Cut point into the window.
class Splitter {
 public:
  /// A record of more than `max_record` bytes is skipped and reported as broken.
  explicit Splitter(std::uint64_t max_record = 256 * core::kMiB);

  /// `window` starts where the last cut's `consumed` ended. consumed == 0 without More::kEnd asks
  /// for a larger window. With More::kEnd everything is consumed.
  Cut cut(std::string_view window, More more);
};

}  // namespace fhirehose::record
