#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "lane/bundle.hpp"
#include "sink/fhir/patience.hpp"

namespace fhirehose::sink::fhir {

using Clock = std::chrono::steady_clock;

/// What all deliveries of a sink together know of their server: whether it works. By it trouble
/// that is the server's is told from an entry's own. Knows no clock. One thread at a time, but for
/// loads().
class ServerPulse {
 public:
  /// It has taken `count` entries, `one` of them.
  void loaded(std::uint64_t count, const lane::Entry& one);
  /// It has said something definite of what was sent, good or bad.
  void spoke();
  /// It was busy, broken or silent.
  void troubled(Clock::time_point now);

  /// How many entries it has taken so far; grows whenever it shows that it works.
  [[nodiscard]] std::uint64_t loads() const { return loads_.load(std::memory_order_relaxed); }
  /// Whether nothing but trouble has come for so long.
  [[nodiscard]] bool is_gone(Clock::time_point now, const Patience& patience) const;
  /// A small one of the entries that it took last, as a bundle: sent again it changes nothing, and
  /// shows whether the server works. Nothing while there is none.
  [[nodiscard]] std::optional<lane::Bundle> witness() const;

 private:
  /// A copy: the chunk it came from is long given back.
  struct Witness {
    core::ResourceType type{};
    std::string id;
    std::string body;
  };

  std::atomic<std::uint64_t> loads_ = 0;
  std::optional<Clock::time_point> trouble_since_;
  Witness witness_;
};

}  // namespace fhirehose::sink::fhir
