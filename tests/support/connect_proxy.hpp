#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace fhirehose::tests {

/// A proxy that knows CONNECT only, and whose every tunnel ends at one port of this machine,
/// whatever name was asked for.
class ConnectProxy {
 public:
  /// `refusal`: a status that it answers instead of connecting; 0: none.
  explicit ConnectProxy(int target_port, int refusal = 0);
  ~ConnectProxy();
  ConnectProxy(const ConnectProxy&) = delete;
  ConnectProxy& operator=(const ConnectProxy&) = delete;

  [[nodiscard]] std::string authority() const;  ///< `127.0.0.1:PORT`
  /// The heads of the requests that have come, lines and all.
  [[nodiscard]] std::vector<std::string> heads() const;

 private:
  void accept_all();
  void serve(int client);
  [[nodiscard]] int open_tunnel();

  const int target_port_;
  const int refusal_;
  const int listener_;
  mutable std::mutex mutex_;
  std::vector<std::string> heads_;
  std::vector<int> sockets_;
  std::vector<std::thread> threads_;
  bool stopping_ = false;
  std::thread acceptor_;
};

}  // namespace fhirehose::tests
