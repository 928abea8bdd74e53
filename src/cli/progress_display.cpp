#include "cli/progress_display.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>
#include <unistd.h>

#include "cli/tell.hpp"
#include "cli/text_table.hpp"
#include "core/byte_size.hpp"

namespace fhirehose::cli {
namespace {

constexpr std::chrono::milliseconds kRedraw{200};
constexpr std::chrono::milliseconds kPipeLine{10'000};
constexpr std::size_t kBarWidth = 20;

std::string time_left(double seconds) {
  if (seconds < 90) return fmt::format("{:.0f} s left", seconds);
  return fmt::format("{:.0f} min left", seconds / 60);
}

/// A target that answers nothing for so long is stalled, or hard at work.
constexpr double kStalled = 5;

std::string stall_text(double silent_seconds) {
  if (silent_seconds < kStalled) return {};
  return fmt::format("   no answer for {:.0f} s", silent_seconds);
}

std::string loading_line(const Progress& progress, double seconds) {
  const std::uint64_t total = progress.records_total;
  const std::uint64_t settled = progress.loaded + progress.duplicate + progress.rejected;
  if (total == 0) return {};
  const double part = static_cast<double>(settled) / static_cast<double>(total);
  const auto filled = static_cast<std::size_t>(part * kBarWidth);
  std::string line = fmt::format("loading   {:#<{}}{:-<{}}  {:3.0f} %   {} of {}", "", filled, "",
                                 kBarWidth - filled, 100 * part, grouped(settled), grouped(total));
  const std::uint64_t fresh = settled - std::min(settled, progress.settled_earlier.load());
  if (seconds > 0 && fresh > 0) {
    const double rate = static_cast<double>(fresh) / seconds;
    const std::uint64_t waiting = progress.waiting;
    const std::string wait = waiting > 0 ? fmt::format("   {} waiting", grouped(waiting)) : "";
    line += fmt::format("   {:.0f}/s   {} x {} in flight{}   {} rejected   {}", rate,
                        progress.in_flight_wanted.load(), progress.entries_wanted.load(), wait,
                        grouped(progress.rejected),
                        time_left(static_cast<double>(total - settled) / rate));
  }
  return line;
}

std::string comparing_line(const Progress& progress, double seconds) {
  const std::uint64_t total = progress.records_total;
  if (total == 0) return {};
  const std::uint64_t compared = progress.loaded;
  std::string line = fmt::format("comparing  {:3.0f} %   {} of {}",
                                 100 * static_cast<double>(compared) / static_cast<double>(total),
                                 grouped(compared), grouped(total));
  if (seconds > 0) line += fmt::format("   {:.0f}/s", static_cast<double>(compared) / seconds);
  return line;
}

}  // namespace

std::string progress_line(const Progress& progress, double loading_seconds, double silent_seconds) {
  switch (progress.stage) {
    case Progress::Stage::kLooking:
      return fmt::format("looking   {} resources, {}", grouped(progress.records_looked),
                         core::format_byte_size(progress.bytes_looked));
    case Progress::Stage::kLoading:
      return loading_line(progress, loading_seconds) + stall_text(silent_seconds);
    case Progress::Stage::kComparing:
      return comparing_line(progress, loading_seconds);
    default:
      return {};
  }
}

ProgressDisplay::ProgressDisplay(const Progress& progress)
    : progress_(progress), terminal_(isatty(STDERR_FILENO) == 1), thread_([this] { show(); }) {}

ProgressDisplay::~ProgressDisplay() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  wake_.notify_all();
  thread_.join();
  erase();
}

void ProgressDisplay::show() {
  const auto step = terminal_ ? kRedraw : kPipeLine;
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, step, [this] { return ended_; })) {
    note_time(std::chrono::duration<double>(step).count());
    redraw();
  }
}

void ProgressDisplay::note_time(double seconds) {
  const Progress::Stage stage = progress_.stage;
  if (stage != Progress::Stage::kLoading && stage != Progress::Stage::kComparing) return;
  loading_seconds_ += seconds;
  // What waits for its target has been answered.
  const std::uint64_t settled =
      progress_.loaded + progress_.duplicate + progress_.rejected + progress_.waiting;
  const bool silent = settled == settled_ && progress_.in_flight > 0;
  silent_seconds_ = silent ? silent_seconds_ + seconds : 0;
  settled_ = settled;
}

void ProgressDisplay::redraw() {
  const std::string line = progress_line(progress_, loading_seconds_, silent_seconds_);
  if (line.empty()) return;
  erase();
  tell(terminal_ ? line : line + "\n");
}

void ProgressDisplay::erase() const {
  if (terminal_) tell("\r\x1b[K");
}

void ProgressDisplay::note(const std::string& what, const std::string& text) {
  const std::lock_guard lock(mutex_);
  erase();
  tell("{:<10}{}\n", what, text);
}

}  // namespace fhirehose::cli
