#pragma once

#include <atomic>
#include <csignal>
#include <stop_token>
#include <thread>

namespace fhirehose::cli {

/// As long as it lives, the first SIGINT or SIGTERM asks for a stop and says so, and the second one
/// ends the process at once, as stopped and resumable. Afterwards both are ignored: the process is
/// about to end, and by then its status says how the load went. To be made before other threads
/// are: they must not get these signals.
class StopSignals {
 public:
  StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  ~StopSignals();

  [[nodiscard]] std::stop_token token() const { return source_.get_token(); }

 private:
  void wait();

  sigset_t signals_{};
  std::stop_source source_;
  std::atomic<bool> over_{false};
  std::thread thread_;
};

}  // namespace fhirehose::cli
