#include "support/scripted_server.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include <sys/socket.h>

namespace fhirehose::tests {
namespace {

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
      server_([this](int socket, std::uint32_t connection) { serve(socket, connection); }) {}

std::string ScriptedServer::url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(server_.port()) + path;
}

std::vector<Received> ScriptedServer::received() const {
  const std::lock_guard lock(mutex_);
  return received_;
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
