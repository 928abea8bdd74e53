#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <utility>
#include <vector>

namespace fhirehose::sink::fhir {

/// What waits until its time has come, or until it is woken. One thread at a time.
class RestPlace {
 public:
  using Ticket = std::uint64_t;
  enum class Sleep : std::uint8_t {
    kLight,  ///< until the server works again
    kDeep,   ///< as long as the server has asked for
  };

  Ticket add(Sleep sleep, std::function<void()> go) {
    resting_.emplace(++last_, Guest{sleep, std::move(go)});
    return last_;
  }

  /// Its time has come; no effect where it was woken before.
  void due(Ticket ticket) {
    auto guest = resting_.extract(ticket);
    if (guest) guest.mapped().go();
  }

  /// Wakes the light sleepers, or all; those that came first first.
  void wake(Sleep deepest) {
    std::vector<std::function<void()>> awake;
    std::erase_if(resting_, [&](auto& guest) {
      const bool wakes = guest.second.sleep <= deepest;
      if (wakes) awake.push_back(std::move(guest.second.go));
      return wakes;
    });
    for (const auto& go : awake) go();
  }

 private:
  struct Guest {
    Sleep sleep;
    std::function<void()> go;
  };
  std::map<Ticket, Guest> resting_;
  Ticket last_ = 0;
};

}  // namespace fhirehose::sink::fhir
