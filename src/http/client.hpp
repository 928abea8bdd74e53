#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "core/byte_size.hpp"
#include "http/request.hpp"

namespace fhirehose::http {

struct ClientOptions {
  std::uint32_t connections = 4;  ///< open at most; more requests than that wait
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds request_timeout{
      300'000};  ///< from being sent to the answer's last byte
  /// A longer answer is a failure. Those that come at the same time wait for each other where they
  /// would be longer than this together.
  std::uint64_t response_bytes = 64 * core::kMiB;
  std::string ca_file = {};           ///< PEM to trust instead of the system's; empty: the system's
  std::string certificate_file = {};  ///< PEM to show to a server that asks; empty: none
  std::string key_file = {};          ///< its key, PEM, not encrypted; empty: in the same file
  std::string proxy = {};       ///< `http://HOST:PORT`; empty: as curl's environment variables say
  std::string proxy_user = {};  ///< empty: none is told
  std::string proxy_password = {};
};

class EventLoop;

/// Sends requests over connections that are kept open, all on one thread of its own. HTTP/1.1, over
/// TLS as well; certificates are always checked. A redirect is not followed, since what a request
/// carries was meant for the first address: it is a failure that names the other one. A connection
/// that the server closed while it was idle costs nothing: the request goes over a new one.
/// Thread-safe.
class Client {
 public:
  explicit Client(const ClientOptions& options = {});
  /// Drops what is under way: its callbacks are destroyed uncalled. Not from a callback.
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void send(Request request, OnResponse callback);
  /// Calls `task` on the client's thread, not before `delay` has passed.
  void after(std::chrono::milliseconds delay, std::function<void()> task);

 private:
  std::unique_ptr<EventLoop> loop_;
  std::thread thread_;
};

}  // namespace fhirehose::http
