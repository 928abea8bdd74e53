#pragma once

#include <cstddef>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include <httplib.h>

#include "core/result.hpp"
#include "fhir-target/behaviour.hpp"
#include "fhir-target/delivery.hpp"
#include "fhir-target/endpoint.hpp"
#include "fhir-target/misconduct.hpp"

namespace fhirehose::target {

struct ServerOptions {
  int port = 0;                                 ///< on 127.0.0.1; 0: any free one
  std::string base = "/fhir";                   ///< path of the endpoint, no slash at its end
  std::size_t threads = 256;                    ///< connections served at a time
  std::size_t max_requests_per_connection = 0;  ///< then it is closed; 0: any number
  std::uint64_t max_bytes = 0;                  ///< of a body, inflated: more gets 413; 0: any
  BehaviourTexts behaviour{};                   ///< has to be readable
};

/// Speaks HTTP/1.1 for an Endpoint: kept-alive connections, gzip bodies, 100-continue. Beside the
/// base stand `GET /_digest`, `GET /_stats`, `POST /_reset`, and `GET` and `POST /_control`, which
/// always answer well. A connection is a thread's from its first byte to
/// its last, so what is to become of a request can be decided in one place: `serve` for its answer,
/// `converse` for its bytes.
class HttpServer : private httplib::Server {
 public:
  /// `endpoint` has to outlive the server.
  HttpServer(Endpoint& endpoint, ServerOptions options);
  ~HttpServer() override;

  /// Binds and serves in threads of its own; returns the port. kUsage where it can't be had.
  core::Result<int> start();
  /// Lets requests being worked on end, closes every connection, ends every thread.
  void shut_down();
  /// What clients have met so far.
  [[nodiscard]] MisconductTally misconduct() const { return misconduct_.tally(); }

 private:
  /// Called by cpp-httplib in a connection's thread; overridden to put ConnectionStream beneath it.
  bool process_and_close_socket(socket_t socket) override;
  /// Request by request until one side has had enough.
  Ending converse(socket_t socket);
  /// Takes the body in, and serves it if it is whole and small enough.
  void receive(const httplib::Request& request, httplib::Response& response,
               const httplib::ContentReader& reader);
  /// Every request passes here, its body whole.
  void serve(const httplib::Request& request, httplib::Response& response, const Body& body);
  void serve_endpoint(const httplib::Request& request, httplib::Response& response,
                      const Body& body, Gate* gate);
  /// As serve_endpoint, with all that goes wrong on purpose.
  void misserve_endpoint(const httplib::Request& request, httplib::Response& response,
                         const Body& body);
  /// What stands beside the base.
  void serve_own(const httplib::Request& request, httplib::Response& response, const Body& body);
  [[nodiscard]] bool below_base(const httplib::Request& request) const;

  Endpoint& endpoint_;
  const ServerOptions options_;
  Misconduct misconduct_;
  std::thread listener_;
  std::mutex mutex_;
  std::set<socket_t> connections_;  ///< open ones; guarded by mutex_
  bool ending_ = false;             ///< guarded by mutex_
};

}  // namespace fhirehose::target
