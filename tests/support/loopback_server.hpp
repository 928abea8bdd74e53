#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace fhirehose::tests {

/// Listens on a loopback port that it chooses; each connection is served by a thread of its own. At
/// its end all sockets are shut down, which ends reads from them, and the threads are awaited: it
/// is the last member of who has it.
class LoopbackServer {
 public:
  /// `connection`: the how manieth, from 0. The socket stays open until the end.
  using Serve = std::function<void(int socket, std::uint32_t connection)>;

  explicit LoopbackServer(Serve serve);
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::uint32_t connections() const;
  /// Another socket that ends with this; false: it is ending already.
  bool adopt(int socket);

 private:
  void accept_all();

  const Serve serve_;
  const int listener_;
  const std::uint16_t port_;
  mutable std::mutex mutex_;
  std::vector<int> sockets_;
  std::uint32_t connections_ = 0;
  std::vector<std::thread> threads_;
  bool ending_ = false;
  std::thread acceptor_;
};

}  // namespace fhirehose::tests
