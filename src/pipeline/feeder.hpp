#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "memory/byte_budget.hpp"
#include "pipeline/input.hpp"
#include "pipeline/member_stream.hpp"
#include "source/catalog.hpp"

namespace fhirehose::pipeline {

/// What starts the next window of some member: a stream that nobody else touches, and its bytes.
struct Ticket {
  StreamHandle stream;
  std::shared_ptr<memory::ByteBudget::Lease> lease;
};

/// Decides which member is read next and when: as soon as the budget has a window's bytes and a
/// thread can use them, members that have been begun first. Much larger members go before smaller
/// ones, or one would be left to a single thread in the end. Never blocks: what has to wait is
/// tried again when bytes come back (`pump`). Thread-safe.
class Feeder {
 public:
  struct Outlets {
    std::function<void(const Ticket&)> emit;  ///< into the graph
    /// Whether whoever takes what is read has enough of it for now; none: he never has.
    std::function<bool()> supplied;
    /// No bytes are left and nothing is being read: whoever gathers must send what it has.
    std::function<void()> starved;
    /// All members have been read to their end, or reading was stopped; called once.
    std::function<void()> exhausted;
  };

  /// Reads `members`.
  Feeder(const Input& input, std::vector<std::uint32_t> members);

  void connect(Outlets outlets) { outlets_ = std::move(outlets); }

  /// Emits one window whatever the budget says: everything gathered so far waits for what is not
  /// read yet.
  void force();
  /// Emits as many windows as may be read now.
  void pump();
  /// A window was cut; its stream goes on, or has ended.
  void give_back(StreamHandle stream);
  /// A window has been through all computing nodes.
  void window_done();
  /// Begins no further window.
  void stop();

 private:
  /// When a member's turn is: the smallest first.
  using Turn = std::pair<int, std::uint32_t>;
  [[nodiscard]] Turn turn(std::uint32_t member) const;

  std::vector<Ticket> admit();
  Ticket hand_out(StreamHandle stream, memory::ByteBudget::Lease lease);
  StreamHandle next_stream();
  [[nodiscard]] std::size_t most_active() const;
  [[nodiscard]] std::uint64_t window_cost(const MemberStream& stream) const;
  void put_back(StreamHandle stream);
  [[nodiscard]] bool all_read() const;

  const Input input_;
  std::vector<std::uint32_t> members_;  ///< in the order in which they are begun
  const std::size_t max_active_;
  Outlets outlets_;

  std::mutex mutex_;  ///< guards what follows
  std::size_t next_member_ = 0;
  std::map<Turn, StreamHandle> runnable_;  ///< begun, and not in anyone's hands
  std::size_t in_hand_ = 0;                ///< streams in somebody's hands
  std::size_t active_ = 0;                 ///< windows in the computing nodes
  bool stopped_ = false;
  bool told_exhausted_ = false;
  bool starving_ = false;
};

}  // namespace fhirehose::pipeline
