#include "cli/stop_signals.hpp"

#include <unistd.h>

#include "cli/exit_status.hpp"
#include "cli/tell.hpp"

namespace fhirehose::cli {

StopSignals::StopSignals() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGINT);
  sigaddset(&signals_, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  thread_ = std::thread([this] { wait(); });
}

StopSignals::~StopSignals() {
  over_ = true;
  pthread_kill(thread_.native_handle(), SIGINT);
  thread_.join();
}

void StopSignals::wait() {
  for (;;) {
    int signal = 0;
    if (sigwait(&signals_, &signal) != 0 || over_) return;
    if (source_.stop_requested()) {
      // What is under way is lost to this process, not to the run: the ledger knows what is
      // settled.
      ::_exit(static_cast<int>(ExitStatus::kStopped));
    }
    tell("\nstopping  nothing more is sent; once more leaves at once\n");
    source_.request_stop();
  }
}

}  // namespace fhirehose::cli
