#pragma once

#include <cstring>
#include <memory>
#include <string_view>

#include "record/parse.hpp"

namespace fhirehose::tests {

/// What the look and the load make of `text`, as one chunk of its member.
inline record::BatchHandle parsed(std::string_view text, const memory::ChunkOrigin& origin = {}) {
  auto chunk = std::make_shared<memory::Chunk>();
  chunk->region = memory::Region::allocate(text.size());
  std::memcpy(chunk->region.data(), text.data(), text.size());
  chunk->bytes = {chunk->region.data(), text.size()};
  chunk->origin = origin;
  record::Splitter splitter;
  const record::Cut cut = splitter.cut(chunk->bytes, record::More::kEnd);
  return std::make_shared<record::RecordBatch>(record::parse(chunk, cut));
}

}  // namespace fhirehose::tests
