#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include <httplib.h>

namespace fhirehose::target {

/// A thread a connection, started when one comes and none is idle; beyond the limit connections
/// wait for their turn.
class ConnectionThreads : public httplib::TaskQueue {
 public:
  explicit ConnectionThreads(std::size_t limit) : limit_(limit) {}

  void enqueue(std::function<void()> connection) override;
  /// Serves what waits, then ends all threads.
  void shutdown() override;

 private:
  void work();

  const std::size_t limit_;
  std::mutex mutex_;
  std::condition_variable changed_;
  // All below is guarded by mutex_.
  std::deque<std::function<void()>> waiting_;
  std::vector<std::thread> threads_;
  std::size_t idle_ = 0;  ///< threads that wait for a connection
  bool ending_ = false;
};

}  // namespace fhirehose::target
