#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "record/walk.hpp"
#include "unit/record/reading.hpp"

namespace fhirehose::record::test {

/// What a walk says of one text. Where its fault is hangs on what was looked at first, and is not
/// compared.
struct Walked {
  bool good = false;
  std::string body;
  std::vector<std::string> references;
  std::size_t fault = 0;  ///< its offset
  bool operator==(const Walked& other) const {
    return good == other.good && body == other.body && references == other.references;
  }
};

/// Walks `text` as a resource, indexed in pieces of so many bytes.
inline Walked walk_in_pieces(std::string_view text, std::size_t piece) {
  const auto chunk = chunk_of(text);
  StructuralIndex index(piece);
  Walked walked;
  Fault fault = index.read(chunk->bytes);
  if (fault.what == nullptr) {
    RecordBatch noted;
    WalkedResource resource;
    Walk walk(noted, 200);
    walked.good = walk.resource_text(Tokens(chunk->bytes, index), resource);
    if (walked.good) {
      walked.body = resource.body;
      for (const Reference& each : noted.references) walked.references.emplace_back(each.text());
    } else {
      fault = walk.fault();
    }
  }
  walked.fault = fault.offset;
  return walked;
}

}  // namespace fhirehose::record::test
