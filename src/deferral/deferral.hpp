#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/result.hpp"
#include "deferral/set_aside.hpp"
#include "deferral/targets.hpp"
#include "deferral/waiting.hpp"
#include "memory/byte_budget.hpp"
#include "order/circles.hpp"
#include "record/record_batch.hpp"
#include "sink/sink.hpp"

namespace fhirehose::deferral {

/// What a load may use for what waits, and what its target takes.
struct DeferralOptions {
  std::uint64_t records = 0;       ///< of the input
  std::uint64_t filter_bytes = 0;  ///< of memory, to know what was loaded; 0: it is not known
  std::uint64_t scratch = 0;       ///< bytes on disk at most
  std::uint32_t atomic_entries = 1;
  std::uint64_t atomic_bytes = 0;
};

/// What became of the records that have waited.
struct DeferralCounts {
  std::uint64_t waited = 0;
  std::uint64_t loaded = 0;    ///< of these
  std::uint64_t rejected = 0;  ///< of these
};

/// Says of each whether the target lacks it, as far as it tells.
using Lacks = std::function<std::vector<bool>(std::span<const Target>)>;

/// Keeps records that a target refuses only because they refer to what is not there, or delete what
/// others refer to: on disk, with 96 bytes of memory each. Says which of them are worth another
/// try, which have to go together because they refer to each other, and at the end what each of the
/// rest lacks. One thread at a time; nothing but `take` while anything is under way.
class Deferral {
 public:
  /// `budget` outlives it.
  Deferral(const DeferralOptions& options, memory::ByteBudget& budget);

  /// What was sent before has been delivered; something else is sent now.
  void begin_step();
  /// Notes what was loaded, and sets aside what waits: its refusals are taken out of the delivery.
  /// Gives the entries that wait, ascending.
  std::vector<std::uint32_t> take(sink::Delivery& delivery);

  /// Some of the records whose target was loaded since they were sent; null: there are none.
  core::Result<record::BatchHandle> due();
  /// Circles of records that wait for nothing but each other, each in a batch: to be sent in one
  /// transaction each. A circle is given again only when more has been loaded since. Some of them,
  /// as `due`.
  core::Result<std::vector<record::BatchHandle>> due_circles();
  /// Some of those that wait, as rejected: each with all that it refers to and that is not there,
  /// which is asked for where it is not known. Nothing: none is left.
  core::Result<std::optional<sink::Delivery>> give_up(const Lacks& lacks);

  [[nodiscard]] const DeferralCounts& counts() const { return counts_; }
  [[nodiscard]] std::uint64_t waiting() const {
    return counts_.waited - counts_.loaded - counts_.rejected;
  }

 private:
  using Numbers = std::vector<std::uint32_t>;  ///< places in waiting_
  struct Circle {
    Numbers members;      ///< ascending
    bool closed = false;  ///< refers to nothing else that waits
  };

  Waiting* returned(const lane::Entry& entry);
  void note_loaded(const sink::Delivery& delivery);
  /// Else the refusal stands.
  bool set_aside(const lane::Entry& entry, sink::Refusal& refusal);
  core::Status wait(const lane::Entry& entry, const sink::Refusal& refusal);
  core::Result<record::BatchHandle> fetch(const Numbers& numbers) const;
  core::Result<record::BatchHandle> send(Numbers numbers);
  /// As many of `waiting_` from `first` on as one step may have in memory and `wanted` takes.
  template <class Wanted>
  Numbers some(std::uint32_t first, Wanted wanted) const;
  core::Result<order::References> references() const;
  core::Result<std::vector<Circle>> find_circles() const;
  [[nodiscard]] Numbers waiting_deletes() const;
  bool is_sendable(const Numbers& circle);
  void know_missing();
  void ask(const record::RecordBatch& batch, const Lacks& lacks);
  [[nodiscard]] std::string reason_of(std::uint32_t number, std::string_view body,
                                      const sink::Refusal& refusal) const;

  const DeferralOptions options_;
  memory::ByteBudget& budget_;
  Loads loads_;
  SetAside set_aside_;
  std::deque<Waiting> waiting_;
  /// What is under way of it, by batch: its records' numbers.
  std::unordered_map<const record::RecordBatch*, Numbers> sent_;
  std::map<core::ResourceKey, bool> missing_;  ///< or not; what is known once it is given up
  DeferralCounts counts_;
};

}  // namespace fhirehose::deferral
