#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/result.hpp"
#include "memory/chunk.hpp"
#include "pipeline/settings.hpp"
#include "record/splitter.hpp"
#include "source/catalog.hpp"

namespace fhirehose::pipeline {

/// A chunk and what the splitter said of it.
struct CutChunk {
  memory::ChunkHandle chunk;
  record::Cut cut;
};
using CutHandle = std::shared_ptr<const CutChunk>;

/// One member on its way through a pass: window by window from its reader to chunks of whole
/// records. What a cut leaves over is carried to the front of the next window. One thread at a
/// time, and `fill` and `cut` in turn.
class MemberStream {
 public:
  /// `pool` gives regions of the window's size and outlives all chunks.
  MemberStream(std::uint32_t member, const Settings& settings, memory::RegionPool& pool);

  /// Bytes that the next window takes from the budget.
  static std::uint64_t window_cost(const Settings& settings, const source::Member& member);

  /// Fills a window. What fails here is told by `broken`, and what came before it stands.
  void fill(const source::Catalog& catalog, memory::ByteBudget::Lease lease);
  /// The records of the filled window; null where it ends before the first does.
  CutHandle cut();

  [[nodiscard]] std::uint32_t member() const { return member_; }
  /// Nothing of it is left to be cut.
  [[nodiscard]] bool at_end() const { return at_end_ && carry_.empty(); }
  /// Why the member could not be read to its end.
  [[nodiscard]] const std::optional<core::Error>& broken() const { return broken_; }

 private:
  [[nodiscard]] std::size_t capacity(const source::Member& member) const;
  void read_to_capacity();
  void enlarge();
  CutHandle make_chunk(record::Cut cut);

  const std::uint32_t member_;
  const Settings& settings_;
  memory::RegionPool& pool_;
  std::unique_ptr<source::MemberReader> reader_;
  record::Splitter splitter_;
  std::string carry_;
  memory::ByteBudget::Lease lease_;
  memory::Region region_;
  std::size_t filled_ = 0;
  std::uint64_t offset_ = 0;  ///< of the window in the member
  std::uint32_t sequence_ = 0;
  bool renamed_ = false;
  bool at_end_ = false;
  std::optional<core::Error> broken_;
};

using StreamHandle = std::shared_ptr<MemberStream>;

}  // namespace fhirehose::pipeline
