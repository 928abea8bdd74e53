#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/splitter.hpp"

namespace fhirehose::fuzz {

/// A member, well-formed or without its last bracket, and what a splitter has to find in it: known,
/// because it was put there.
struct DrawnMember {
  struct Record {
    std::uint64_t where = 0;
    std::uint64_t length = 0;
    std::uint64_t line = 0;                    ///< from 0
    std::optional<std::uint64_t> bundle = {};  ///< where its Bundle starts
  };
  std::string text;
  std::vector<Record> records;                          ///< in order
  std::size_t broken = 0;                               ///< values that lack their end
  std::map<std::uint64_t, record::BundlePart> bundles;  ///< by where they start
};

/// Lines or documents: resources, arrays (of Bundles, too), Bundles with their members in any
/// order; in any layout that Splitter's contract tells apart. Each byte of `choices` decides one
/// thing; when there are no more, the member comes to its end.
DrawnMember draw_member(std::string_view choices);

}  // namespace fhirehose::fuzz
