#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/byte_size.hpp"
#include "record/reason.hpp"

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

inline constexpr std::size_t kBundleTypeCount = 9;

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
    std::string_view bytes;  ///< its front, in the window or in `fronts`: kKeptOfBroken at most
    std::uint64_t length = 0;
    std::uint64_t offset = 0;  ///< of its first byte in the member; may be before this window
    std::int64_t line = 0;     ///< newlines in the cut before it; below 0: it starts before the cut
    Reason reason;
  };
  std::deque<Broken> broken;       ///< values that can't be delimited, or exceed the limit
  std::deque<std::string> fronts;  ///< of those that start before this window
};

/// Values and broken ones of a cut at most, and some more than that where a window ends.
inline constexpr std::size_t kMostOfCut = 1 << 16;

/// Bytes kept of a value that can't become a record, and may be longer than any window.
inline constexpr std::uint64_t kKeptOfBroken = core::kMiB;

enum class More : std::uint8_t { kFollows, kEnd };

inline constexpr std::uint64_t kMaxRecord = 256 * core::kMiB;

/// Cuts one member's bytes, window by window, where records end; looks at structure only (strings,
/// nesting), never whether a value is well-formed. The same records are found whatever the windows'
/// sizes. One thread at a time; views in a Cut point into the window.
///
/// Told apart by content: blank lines are passed over, and UTF-8 byte order marks where a line
/// starts (files that were put together have them in the middle); then the first line that starts
/// with `{` or `[` decides for the whole member.
/// - Its value ends on it: **lines** (NDJSON of resources, of Bundles, of arrays). From there on
///   only newlines are searched. A line longer than its window is streamed where it is a Bundle or
///   an array, else it has to fit.
/// - Its value is open at its end: **documents** (one or several, pretty-printed or not), if it
///   goes on: the next line that is not blank starts with a blank, or with `"` `}` `]` `,` `:`; or
///   with `{` or `[` where a Bundle's entry or an array's element is due. If it does not go on, or
///   ends inside a string (no string spans lines), it is one broken line, and the member is lines.
/// A line before it that starts otherwise is a value on its own (parse rejects it).
///
/// A top-level array is streamed element by element, and a Bundle entry by entry, so that neither
/// is ever whole in memory. An object is known for a Bundle by its resourceType or, where `entry`
/// comes before that, by its first entry (see probe); one whose first entry says nothing has to fit
/// the limit of one record. Of a truncated or unbalanced Bundle or array, what was complete stands
/// and the rest, from the failing value on, is one broken. Between their parts commas are passed
/// over like blanks, whether there is one too many or none. An `entry` that is no array is broken
/// as a whole.
class Splitter {
 public:
  /// A record of more than `max_record` bytes is skipped, in bounded memory, and reported as
  /// broken with its true length.
  explicit Splitter(std::uint64_t max_record = kMaxRecord);
  Splitter(Splitter&&) noexcept;
  Splitter& operator=(Splitter&&) noexcept;
  ~Splitter();

  /// `window` starts where the last cut's `consumed` ended. consumed == 0 without More::kEnd asks
  /// for a larger window. With More::kEnd everything is consumed, unless there is more than a cut
  /// holds: then the rest is to be handed in again. Each member needs one call with More::kEnd, if
  /// only with an empty window: it reports what is still open.
  Cut cut(std::string_view window, More more);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace fhirehose::record
