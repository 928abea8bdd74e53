#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "support/loopback_server.hpp"

namespace fhirehose::tests {

/// A proxy that knows CONNECT only, and whose every tunnel ends at one port of this machine,
/// whatever name was asked for.
class ConnectProxy {
 public:
  /// `refusal`: a status that it answers instead of connecting; 0: none.
  explicit ConnectProxy(int target_port, int refusal = 0);

  [[nodiscard]] std::string authority() const;  ///< `127.0.0.1:PORT`
  /// The heads of the requests that have come, lines and all.
  [[nodiscard]] std::vector<std::string> heads() const;

 private:
  void serve(int client);
  [[nodiscard]] int open_tunnel();

  const int target_port_;
  const int refusal_;
  mutable std::mutex mutex_;
  std::vector<std::string> heads_;
  LoopbackServer server_;
};

}  // namespace fhirehose::tests
