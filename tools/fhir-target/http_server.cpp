#include "fhir-target/http_server.hpp"

#include <ctime>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fhir-target/connection_stream.hpp"
#include "fhir-target/connection_threads.hpp"
#include "fhir-target/http_date.hpp"
#include "fhir-target/request_gate.hpp"
#include "fhir-target/stats.hpp"
#include "fhir-target/strike.hpp"

namespace fhirehose::target {
namespace {

constexpr const char* kHost = "127.0.0.1";
constexpr const char* kFhirJson = "application/fhir+json";
constexpr const char* kJson = "application/json";
/// A load may pause for long between two bundles of a connection.
constexpr time_t kIdleSeconds = 3600;
/// Told to clients in a header only: `converse` is what counts.
constexpr std::size_t kAnyNumber = 1'000'000;

/// Of the connection that this thread serves: cpp-httplib does not tell its handlers.
thread_local ConnectionStream* own_stream = nullptr;

/// A body that is larger than allowed is read to its end, so that the answer can be heard.
class Intake {
 public:
  Intake(Body& body, std::uint64_t limit)
      : body_(body), limit_(limit == 0 ? std::numeric_limits<std::uint64_t>::max() : limit) {}

  void take(std::string_view bytes) {
    size_ += bytes.size();
    if (fits()) body_.append(bytes);
  }
  [[nodiscard]] bool fits() const { return size_ <= limit_; }

 private:
  Body& body_;
  const std::uint64_t limit_;
  std::uint64_t size_ = 0;
};

/// Makes closing the socket tell the client that the connection is broken (RST).
void close_with_reset(socket_t socket) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

/// cpp-httplib's own choice, SO_REUSEPORT, lets two servers share a port without a word.
void take_port_alone(socket_t socket) {
  const int on = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
}

void refuse_with(const Refusal& refusal, httplib::Response& response) {
  response.status = refusal.status;
  response.set_content(operation_outcome(refusal), kFhirJson);
}

}  // namespace

HttpServer::HttpServer(Endpoint& endpoint, ServerOptions options)
    : endpoint_(endpoint), options_(std::move(options)), misconduct_(options_.behaviour) {
  new_task_queue = [this] { return new ConnectionThreads(options_.threads); };
  set_tcp_nodelay(true);
  set_socket_options(take_port_alone);
  set_read_timeout(kIdleSeconds);
  set_write_timeout(kIdleSeconds);
  set_keep_alive_timeout(kIdleSeconds);
  set_keep_alive_max_count(kAnyNumber);
  set_post_routing_handler([](const httplib::Request&, httplib::Response& response) {
    response.set_header("Date", http_date(std::time(nullptr)));
  });
  const auto with_body = [this](const httplib::Request& request, httplib::Response& response,
                                const httplib::ContentReader& reader) {
    receive(request, response, reader);
  };
  const auto without_body = [this](const httplib::Request& request, httplib::Response& response) {
    serve(request, response, Body());
  };
  Post(".*", with_body);
  Put(".*", with_body);
  Get(".*", without_body);
  Delete(".*", without_body);
}

HttpServer::~HttpServer() { shut_down(); }

core::Result<int> HttpServer::start() {
  const bool any = options_.port == 0;
  const int port =
      any ? bind_to_any_port(kHost) : (bind_to_port(kHost, options_.port) ? options_.port : -1);
  if (port <= 0)
    return core::fail(core::ErrorKind::kUsage,
                      fmt::format("can't listen on {}:{}: is it taken?", kHost, options_.port));
  // cpp-httplib lets five wait to be accepted; the sixth client of a burst would lose a second.
  ::listen(svr_sock_, SOMAXCONN);
  listener_ = std::thread([this] { listen_after_bind(); });
  // Only what runs can be stopped, and that may be the very next call.
  while (!is_running()) std::this_thread::yield();
  return port;
}

void HttpServer::shut_down() {
  if (!listener_.joinable()) return;
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
    // A thread that waits for the next request reads the end of its connection.
    for (const socket_t socket : connections_) ::shutdown(socket, SHUT_RD);
  }
  stop();
  listener_.join();
}

bool HttpServer::process_and_close_socket(socket_t socket) {
  {
    const std::scoped_lock lock(mutex_);
    if (!ending_) connections_.insert(socket);
    // Accepted just before the listener was closed: it ends like all the others.
    if (ending_) ::shutdown(socket, SHUT_RD);
  }
  const bool reset = converse(socket) == Ending::kReset;
  const std::scoped_lock lock(mutex_);
  connections_.erase(socket);
  // Shut down first, the client would read an orderly end.
  if (reset) close_with_reset(socket);
  if (!reset) ::shutdown(socket, SHUT_RDWR);
  ::close(socket);
  return true;
}

Ending HttpServer::converse(socket_t socket) {
  ConnectionStream stream(socket);
  own_stream = &stream;
  const std::size_t limit = options_.max_requests_per_connection;
  bool closed = false;
  Ending ending = Ending::kNone;
  for (std::size_t count = 1; !closed && ending == Ending::kNone && stream.wait(); ++count) {
    const bool last = count == limit;
    const bool fine = process_request(stream, last, closed, nullptr);
    ending = stream.deliver();
    if (!fine || last) break;
  }
  // The answer of the last request is still held back: nothing is read after it.
  stream.flush();
  return ending;
}

void HttpServer::receive(const httplib::Request& request, httplib::Response& response,
                         const httplib::ContentReader& reader) {
  // One a thread, that is one a connection: its memory is warm for the next bundle.
  thread_local Body body;
  body.clear();
  Intake intake(body, options_.max_bytes);
  // Without a length there is none (RFC 9112, section 6.3); cpp-httplib would wait for one.
  const bool none =
      !request.has_header("Content-Length") && !request.has_header("Transfer-Encoding");
  const bool whole = none || reader([&](const char* data, std::size_t size) {
                       intake.take({data, size});
                       return true;
                     });
  // Not whole: cpp-httplib has set a status of its own, for a broken encoding or a lost connection.
  if (!whole) {
    response.status = response.status > 0 ? response.status : 400;
  } else if (intake.fits()) {
    serve(request, response, body);
  } else {
    refuse_with({413, fmt::format("the body is larger than {} bytes", options_.max_bytes)},
                response);
  }
}

void HttpServer::serve(const httplib::Request& request, httplib::Response& response,
                       const Body& body) {
  response.status = 200;
  if (!below_base(request)) {
    serve_own(request, response, body);
  } else if (misconduct_.plain()) {
    serve_endpoint(request, response, body, nullptr);
  } else {
    misserve_endpoint(request, response, body);
  }
}

void HttpServer::serve_own(const httplib::Request& request, httplib::Response& response,
                           const Body& body) {
  const bool post = request.method == "POST";
  const bool get = request.method == "GET";
  if (get && request.path == "/_digest") {
    response.set_content(endpoint_.digest(), kJson);
  } else if (get && request.path == "/_stats") {
    response.set_content(stats_json(endpoint_.asked(), endpoint_.stored(), misconduct_.tally()),
                         kJson);
  } else if (post && request.path == "/_reset") {
    endpoint_.reset();
    misconduct_.reset();
  } else if ((get || post) && request.path == "/_control") {
    const core::Status changed = post ? misconduct_.change(body.text()) : core::Status();
    if (!changed) return refuse_with({400, changed.error().message}, response);
    response.set_content(misconduct_.behaviour_json(), kJson);
  } else {
    refuse_with({404, fmt::format("the endpoint is at {}", options_.base)}, response);
  }
}

void HttpServer::misserve_endpoint(const httplib::Request& request, httplib::Response& response,
                                   const Body& body) {
  ConnectionStream& connection = *own_stream;
  const std::string authorization = request.get_header_value("Authorization");
  const Fate fate = misconduct_.meet({request.method, request.target, body.text(), authorization});
  connection.pause(fate.latency);
  const Fault* fault = fate.fault;
  const bool before = fault != nullptr && fault->when == Fault::When::kBefore;
  if (before) strike(fate, response, connection);
  if (before && fault->turns_away()) return;
  RequestGate gate(misconduct_, fate, endpoint_.rules().references, connection);
  serve_endpoint(request, response, body, &gate);
  if (gate.overloaded() && fate.behaviour->capacity && fate.behaviour->capacity->retry_after)
    response.set_header("Retry-After", std::to_string(*fate.behaviour->capacity->retry_after));
  if (fault != nullptr && !before) strike(fate, response, connection);
}

bool HttpServer::below_base(const httplib::Request& request) const {
  if (!request.path.starts_with(options_.base)) return false;
  const char next = request.path.c_str()[options_.base.size()];
  return next == '\0' || next == '/';
}

void HttpServer::serve_endpoint(const httplib::Request& request, httplib::Response& response,
                                const Body& body, Gate* gate) {
  // The target and not the path: identifiers in the query stay as they are encoded.
  std::string_view url = request.target;
  url.remove_prefix(options_.base.size());
  if (url.starts_with('/')) url.remove_prefix(1);
  const std::string condition = request.get_header_value("If-None-Exist");
  const bool minimal = request.get_header_value("Prefer").find("minimal") != std::string::npos;
  Answer answer = endpoint_.handle({.method = read_method(request.method),
                                    .url = url,
                                    .if_none_exist = condition,
                                    .minimal = minimal,
                                    .body = &body,
                                    .gate = gate});
  response.status = answer.status;
  if (answer.version != 0) response.set_header("ETag", fmt::format("W/\"{}\"", answer.version));
  if (!answer.location.empty())
    response.set_header("Location", options_.base + "/" + answer.location);
  if (answer.body.empty()) return;
  response.body = std::move(answer.body);
  response.set_header("Content-Type", kFhirJson);
}

}  // namespace fhirehose::target
