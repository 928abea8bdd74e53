#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "fhirehose/load.hpp"

namespace fhirehose::cli {

/// Shows how far a load is, on standard error: a terminal gets a line that is redrawn, a pipe a
/// line every ten seconds. A thread of its own from construction to destruction.
class ProgressDisplay final : public Observer {
 public:
  explicit ProgressDisplay(const Progress& progress);
  ProgressDisplay(const ProgressDisplay&) = delete;
  ProgressDisplay& operator=(const ProgressDisplay&) = delete;
  ~ProgressDisplay() override;

  void note(const std::string& what, const std::string& text) override;

 private:
  void show();
  void note_time(double seconds);
  void redraw();
  void erase() const;

  const Progress& progress_;
  const bool terminal_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool ended_ = false;
  double loading_seconds_ = 0;
  double silent_seconds_ = 0;
  std::uint64_t settled_ = 0;
  std::thread thread_;
};

/// What the display says of a moment: `loading   ####----  46 %   842,113 of 1,827,611   912/s
/// ...`; empty when there is nothing to say.
/// `silent_seconds`: since a record was settled last, with something in flight.
std::string progress_line(const Progress& progress, double loading_seconds,
                          double silent_seconds = 0);

}  // namespace fhirehose::cli
