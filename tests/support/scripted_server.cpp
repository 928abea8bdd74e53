#include "support/scripted_server.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/invariant.hpp"

namespace fhirehose::tests {
namespace {

int listen_on_loopback() {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (listener < 0 ||
      ::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener, 64) != 0) {
    core::broken_invariant("the scripted server can't listen");
  }
  return listener;
}

std::uint16_t port_of(int listener) {
  sockaddr_in address{};
  socklen_t length = sizeof address;
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length);
  return ntohs(address.sin_port);
}

/// Adds what has come to `buffer`; false when nothing comes any more.
bool receive(int socket, std::string& buffer) {
  std::array<char, 65'536> bytes{};
  const ssize_t count = ::recv(socket, bytes.data(), bytes.size(), 0);
  if (count <= 0) return false;
  buffer.append(bytes.data(), static_cast<std::size_t>(count));
  return true;
}

void send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

Received parse_head(std::string_view head) {
  Received request;
  std::size_t line_end = head.find("\r\n");
  const std::string_view first = head.substr(0, line_end);
  const std::size_t space = first.find(' ');
  request.method = first.substr(0, space);
  request.target = first.substr(space + 1, first.rfind(' ') - space - 1);
  while (line_end != std::string_view::npos && line_end + 2 < head.size()) {
    head.remove_prefix(line_end + 2);
    line_end = head.find("\r\n");
    request.headers.emplace_back(head.substr(0, line_end));
  }
  return request;
}

std::size_t content_length(const Received& request) {
  constexpr std::string_view kName = "Content-Length: ";
  for (const std::string& header : request.headers) {
    if (header.starts_with(kName)) return std::stoul(header.substr(kName.size()));
  }
  return 0;
}

/// The next request on the connection; what came after it stays in `buffer`.
std::optional<Received> read_request(int socket, std::string& buffer) {
  std::size_t head_end = buffer.find("\r\n\r\n");
  for (; head_end == std::string::npos; head_end = buffer.find("\r\n\r\n")) {
    if (!receive(socket, buffer)) return std::nullopt;
  }
  Received request = parse_head(std::string_view(buffer).substr(0, head_end));
  const std::size_t front = head_end + 4;
  const std::size_t length = content_length(request);
  while (buffer.size() < front + length) {
    if (!receive(socket, buffer)) return std::nullopt;
  }
  request.body = buffer.substr(front, length);
  buffer.erase(0, front + length);
  return request;
}

std::string head_of(const Reply& reply) {
  std::string head = "HTTP/1.1 " + std::to_string(reply.status) + " Scripted\r\n";
  for (const std::string& header : reply.headers) head += header + "\r\n";
  if (reply.ending == Ending::kAnnounce) head += "Connection: close\r\n";
  return head + "Content-Length: " + std::to_string(reply.body.size()) + "\r\n\r\n";
}

void wait_until_closed(int socket) {
  std::string ignored;
  while (receive(socket, ignored)) {
  }
}

}  // namespace

bool Received::has_header(const std::string& line) const {
  return std::ranges::find(headers, line) != headers.end();
}

ScriptedServer::ScriptedServer(Script script)
    : script_(std::move(script)),
      listener_(listen_on_loopback()),
      port_(port_of(listener_)),
      acceptor_([this] { accept_all(); }) {}

// Each socket is shut down, which ends its thread's read, and closed when no thread is left.
ScriptedServer::~ScriptedServer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
  }
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  for (std::thread& thread : threads_) thread.join();
  for (const int socket : sockets_) ::close(socket);
  ::close(listener_);
}

std::string ScriptedServer::url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + path;
}

std::vector<Received> ScriptedServer::received() const {
  const std::lock_guard lock(mutex_);
  return received_;
}

std::uint32_t ScriptedServer::connections() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::uint32_t>(sockets_.size());
}

void ScriptedServer::accept_all() {
  for (;;) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    const std::lock_guard lock(mutex_);
    if (socket < 0 || stopping_) {
      if (socket >= 0) ::close(socket);
      return;
    }
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const auto connection = static_cast<std::uint32_t>(sockets_.size());
    sockets_.push_back(socket);
    threads_.emplace_back([this, socket, connection] { serve(socket, connection); });
  }
}

void ScriptedServer::serve(int socket, std::uint32_t connection) {
  std::string buffer;
  std::uint32_t place = 0;
  while (auto request = read_request(socket, buffer)) {
    request->connection = connection;
    request->place = place++;
    if (!answer(socket, *request)) break;
  }
  ::shutdown(socket, SHUT_RDWR);
}

bool ScriptedServer::answer(int socket, const Received& request) {
  Reply reply;
  {
    const std::lock_guard lock(mutex_);
    received_.push_back(request);
    reply = script_(request);
  }
  if (reply.ending == Ending::kHang) wait_until_closed(socket);
  if (reply.ending == Ending::kHang || reply.ending == Ending::kSilent) return false;
  std::string bytes = head_of(reply) + reply.body;
  if (reply.ending == Ending::kCut) bytes.resize(bytes.size() - reply.body.size() / 2);
  send_all(socket, bytes);
  return reply.ending == Ending::kKeep;
}

}  // namespace fhirehose::tests
