#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "core/result.hpp"
#include "lane/bundle.hpp"
#include "memory/byte_budget.hpp"
#include "memory/scratch_file.hpp"
#include "record/record_batch.hpp"
#include "sink/sink.hpp"

namespace fhirehose::deferral {

/// Where something that is set aside lies.
struct Place {
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
};

/// Records on disk that wait to be sent again, and why they were refused: in a scratch file that is
/// made for the first of them. Space is not used twice. One thread at a time.
class SetAside {
 public:
  /// Takes `limit` bytes of disk at most.
  explicit SetAside(std::uint64_t limit) : limit_(limit) {}

  /// Puts a record there as it was sent and as it stands in the input. kUsage: the limit is
  /// reached, or the file can't be made or written.
  core::Result<Place> put(const lane::Entry& entry);
  /// Likewise; which entry of its bundle it was is not kept.
  core::Result<Place> put(const sink::Refusal& refusal);

  /// The records at these places, in this order, without edits: their bodies are what was sent.
  /// Their bytes are taken from the budget whatever is left of it. kUsage: the file can't be read.
  core::Result<record::BatchHandle> records(std::span<const Place> places,
                                            memory::ByteBudget& budget) const;
  core::Result<sink::Refusal> refusal(const Place& place) const;

  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  core::Result<Place> append(std::span<const char> bytes);

  const std::uint64_t limit_;
  std::optional<memory::ScratchFile> file_;
  std::uint64_t bytes_ = 0;
};

}  // namespace fhirehose::deferral
