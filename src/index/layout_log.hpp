#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "memory/scratch_file.hpp"
#include "record/record_batch.hpp"

namespace fhirehose::index {

/// Where the records of each chunk lie and what they are known by, as the look's walk saw it, so
/// that the load needs no second walk of the same bytes: 56 bytes a record in a scratch file, which
/// holds offsets and no content. A chunk that it does not know is parsed again; so is all when the
/// scratch file can't be made or written.
///
/// `add` from any thread; then `seal` once; then `restore` from any thread.
class LayoutLog {
 public:
  /// Which references the load will ask for.
  enum class References : std::uint8_t {
    kSilent,  ///< those that a transform may have to look up (Reference::is_silent)
    kAll,     ///< 12 bytes each
  };

  explicit LayoutLog(References references = References::kSilent);

  /// Remembers a batch as parse made it. Passes over one with rejections, one whose ids are no part
  /// of its chunk's text (they were escaped, or derived from the content), and one that would take
  /// more than 8 MiB.
  void add(const record::RecordBatch& batch);

  /// Nothing is added any more. Forgets all where the scratch file could not take all: whoever else
  /// writes to that disk has the room again.
  void seal();

  /// The batch of a chunk that was cut as the one which was added; null where there was none. Of
  /// its references it has those that were asked for, without type. It has no fullUrls.
  [[nodiscard]] record::BatchHandle restore(memory::ChunkHandle chunk) const;

 private:
  struct Place {
    std::uint32_t member = 0, sequence = 0;
    std::uint32_t size = 0;  ///< of the chunk's bytes
    std::uint32_t records = 0, references = 0, bundles = 0;
    std::uint64_t offset = 0;  ///< in the scratch file
  };
  [[nodiscard]] const Place* find(const memory::Chunk& chunk) const;

  const References references_;
  std::optional<memory::ScratchFile> scratch_;
  std::atomic<std::uint64_t> end_{0};
  std::atomic<bool> full_{false};
  std::mutex mutex_;
  std::vector<Place> places_;  ///< once sealed, by (member, sequence)
};

}  // namespace fhirehose::index
