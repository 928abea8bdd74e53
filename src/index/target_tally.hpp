#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "index/target_log.hpp"
#include "record/record_batch.hpp"

namespace fhirehose::index {

/// The references of one batch: what they point to, most repeats counted together, and how many
/// point to nothing that could be looked up. One thread at a time.
class TargetTally {
 public:
  /// Forgets the batch before; allocates nothing once it has seen one as large.
  void read(const record::RecordBatch& batch);

  /// What one type's references come to that name no target.
  struct Untargeted {
    core::ResourceType from{};
    std::uint64_t conditional = 0;
    std::uint64_t contained = 0;
    std::uint64_t urn_unresolved = 0;  ///< outside of a Bundle, where nothing can explain them
    std::uint64_t other = 0;
  };

  [[nodiscard]] std::span<const Target> targets() const { return targets_; }
  [[nodiscard]] std::span<const Untargeted> untargeted() const { return untargeted_; }

 private:
  static constexpr std::size_t kRecent = 512;  // 8 KiB: stays in the first-level cache

  static constexpr std::size_t kBefore = 16;
  /// A reference of the batch, and what it says.
  struct Before {
    std::string_view text;
    std::uint32_t bundle = 0;  ///< as RecordView::bundle: a `urn:` holds within it
    Target target;
  };

  void add(const record::RecordBatch& batch, const record::RecordView& record);
  const Target& target_at(std::size_t place, const record::RecordBatch& batch,
                          const record::RecordView& record);
  static Target target_of(const record::RecordBatch& batch, const record::RecordView& record,
                          const record::Reference& reference, std::string_view text);
  void add(const Target& target);
  void add_untargeted(core::ResourceType from, record::ReferenceKind kind);

  std::array<Before, kBefore> before_{};  ///< by place among its record's references
  /// What was seen lately, by its key: the same Patient, in each of its records.
  std::array<Target, kRecent> recent_{};
  std::vector<Target> targets_;
  std::vector<Untargeted> untargeted_;  // a batch holds few types
};

}  // namespace fhirehose::index
