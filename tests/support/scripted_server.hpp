#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "support/loopback_server.hpp"

namespace fhirehose::tests {

/// A request as it came in.
struct Received {
  std::string method;
  std::string target;                ///< path and query
  std::vector<std::string> headers;  ///< `Name: value`, as spelled
  std::string body;
  std::uint32_t connection = 0;  ///< the how manieth since the start, from 0
  std::uint32_t place = 0;       ///< of the request on its connection, from 0

  [[nodiscard]] bool has_header(const std::string& line) const;
};

/// What happens to the connection.
enum class Ending : std::uint8_t {
  kKeep,      ///< it stays open
  kAnnounce,  ///< `Connection: close`, and so it is
  kDrop,      ///< closed after the answer without a word, as after an idle time
  kSilent,    ///< closed instead of an answer
  kCut,       ///< closed in the middle of the answer's body
  kHang,      ///< no answer, and open until the client or the server goes
};

struct Reply {
  int status = 200;
  std::string body = {};
  std::vector<std::string> headers = {};
  Ending ending = Ending::kKeep;
};

/// A real HTTP/1.1 server on a loopback port, on plain sockets so that it can misbehave on each
/// level. It reads a whole request, asks the script, and does what that says. The script is called
/// by one thread at a time. Requests must have a Content-Length or no body.
class ScriptedServer {
 public:
  using Script = std::function<Reply(const Received&)>;

  explicit ScriptedServer(Script script);

  [[nodiscard]] std::string url(const std::string& path = "/fhir") const;
  [[nodiscard]] std::vector<Received> received() const;
  [[nodiscard]] std::uint32_t connections() const { return server_.connections(); }

 private:
  void serve(int socket, std::uint32_t connection);
  /// False: the connection is to be closed.
  bool answer(int socket, const Received& request);

  const Script script_;
  mutable std::mutex mutex_;
  std::vector<Received> received_;
  LoopbackServer server_;
};

}  // namespace fhirehose::tests
