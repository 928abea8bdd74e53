#include "support/connect_proxy.hpp"

#include <array>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

namespace fhirehose::tests {
namespace {

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

/// Up to the empty line; what a client says behind it, it says only once it has its tunnel.
std::string read_head(int socket) {
  std::string head;
  char byte = 0;
  while (!head.ends_with("\r\n\r\n") && ::recv(socket, &byte, 1, 0) == 1) head += byte;
  return head;
}

void send_text(int socket, std::string_view text) {
  ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
}

/// False when `from` has ended.
bool pass_on(int from, int to) {
  std::array<char, 65'536> bytes{};
  const ssize_t count = ::recv(from, bytes.data(), bytes.size(), 0);
  for (ssize_t sent = 0; sent < count;) {
    const ssize_t now =
        ::send(to, bytes.data() + sent, static_cast<std::size_t>(count - sent), MSG_NOSIGNAL);
    if (now <= 0) return false;
    sent += now;
  }
  return count > 0;
}

void tunnel(int a, int b) {
  std::array<pollfd, 2> ends{{{a, POLLIN, 0}, {b, POLLIN, 0}}};
  for (;;) {
    if (::poll(ends.data(), ends.size(), -1) <= 0) return;
    if (ends[0].revents != 0 && !pass_on(a, b)) return;
    if (ends[1].revents != 0 && !pass_on(b, a)) return;
  }
}

}  // namespace

ConnectProxy::ConnectProxy(int target_port, int refusal)
    : target_port_(target_port),
      refusal_(refusal),
      server_([this](int client, std::uint32_t /*connection*/) { serve(client); }) {}

std::string ConnectProxy::authority() const {
  return "127.0.0.1:" + std::to_string(server_.port());
}

std::vector<std::string> ConnectProxy::heads() const {
  const std::lock_guard lock(mutex_);
  return heads_;
}

void ConnectProxy::serve(int client) {
  std::string head = read_head(client);
  {
    const std::lock_guard lock(mutex_);
    heads_.push_back(std::move(head));
  }
  const int server = refusal_ == 0 ? open_tunnel() : -1;
  if (server < 0) {
    send_text(client, "HTTP/1.1 " + std::to_string(refusal_) +
                          " Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  } else {
    send_text(client, "HTTP/1.1 200 Connected\r\n\r\n");
    tunnel(client, server);
    ::shutdown(server, SHUT_RDWR);
  }
  ::shutdown(client, SHUT_RDWR);
}

int ConnectProxy::open_tunnel() {
  const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(target_port_);
  const bool connected =
      ::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  return server_.adopt(server) && connected ? server : -1;
}

}  // namespace fhirehose::tests
