#pragma once

#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "memory/chunk.hpp"
#include "record/splitter.hpp"

namespace fhirehose::bench {

struct Piece {
  memory::ChunkHandle chunk;
  record::Cut cut;
};

inline std::shared_ptr<memory::Chunk> chunk_of(std::string_view bytes) {
  auto chunk = std::make_shared<memory::Chunk>();
  chunk->region = memory::Region::allocate(bytes.size());
  std::memcpy(chunk->region.data(), bytes.data(), bytes.size());
  chunk->bytes = {chunk->region.data(), bytes.size()};
  return chunk;
}

/// `text` cut as a load cuts it, in windows of 2 MiB, as that member of its input.
inline std::vector<Piece> pieces_of(const std::string& text, std::uint32_t member = 0) {
  constexpr std::size_t kWindow = 2 << 20;
  std::vector<Piece> pieces;
  record::Splitter splitter;
  std::size_t size = kWindow;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view bytes = std::string_view(text).substr(at, size);
    const bool end = at + bytes.size() == text.size();
    auto chunk = chunk_of(bytes);
    chunk->origin = {member, static_cast<std::uint32_t>(pieces.size()), at};
    record::Cut cut = splitter.cut(chunk->bytes, end ? record::More::kEnd : record::More::kFollows);
    size = cut.consumed == 0 ? size * 2 : kWindow;
    if (cut.consumed == 0) continue;
    at += cut.consumed;
    chunk->bytes = chunk->bytes.substr(0, cut.consumed);
    pieces.push_back({std::move(chunk), std::move(cut)});
  }
  return pieces;
}

}  // namespace fhirehose::bench
