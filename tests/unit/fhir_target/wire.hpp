#pragma once

#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace fhirehose::target {

/// How a connection ended that was read to its end.
enum class WireEnd { kClosed, kReset };

/// A client that sees each byte, and how the connection ends.
class Wire {
 public:
  explicit Wire(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // A test that would wait for ever fails instead.
    const timeval patience{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address));
  }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
  ~Wire() { ::close(socket_); }

  void send(std::string_view text) const { ::send(socket_, text.data(), text.size(), 0); }
  void post(std::string_view url, std::string_view body) const {
    send(fmt::format("POST {} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{}", url,
                     body.size(), body));
  }
  /// All bytes until the connection ends.
  std::string rest() {
    std::string text;
    while (more(text)) {
    }
    return text;
  }
  /// One whole answer with a Content-Length; what has come where the connection ends before.
  std::string answer() {
    std::string text;
    while (!whole(text) && more(text)) {
    }
    return text;
  }
  /// Valid after rest().
  WireEnd end() const { return end_; }
  /// Nothing has come so far.
  bool silent() const {
    char byte = 0;
    return ::recv(socket_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
  }
  void leave() const { ::shutdown(socket_, SHUT_RDWR); }

  static std::string body_of(const std::string& answer) {
    const std::size_t end = answer.find("\r\n\r\n");
    return end == std::string::npos ? "" : answer.substr(end + 4);
  }
  static std::size_t announced(const std::string& answer) {
    const std::string name = "Content-Length: ";
    const std::size_t at = answer.find(name);
    return at == std::string::npos ? 0 : std::stoul(answer.substr(at + name.size()));
  }

 private:
  bool more(std::string& text) {
    std::string piece(1 << 16, '\0');
    const ssize_t got = ::recv(socket_, piece.data(), piece.size(), 0);
    if (got < 0) end_ = errno == ECONNRESET ? WireEnd::kReset : WireEnd::kClosed;
    if (got <= 0) return false;
    text.append(piece, 0, static_cast<std::size_t>(got));
    return true;
  }
  static bool whole(const std::string& text) {
    return text.find("\r\n\r\n") != std::string::npos && body_of(text).size() >= announced(text);
  }

  const int socket_;
  WireEnd end_ = WireEnd::kClosed;
};

}  // namespace fhirehose::target
