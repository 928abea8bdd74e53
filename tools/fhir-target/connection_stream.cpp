#include "fhir-target/connection_stream.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <sys/socket.h>

#include "core/byte_size.hpp"

namespace fhirehose::target {
namespace {

/// A bundle of a hundred resources: one system call. Larger ones fall out of the second-level
/// cache.
constexpr std::size_t kInput = 256 * core::kKiB;
constexpr std::size_t kHeldBack = 64 * core::kKiB;

}  // namespace

ConnectionStream::ConnectionStream(socket_t socket) : socket_(socket), input_(new char[kInput]) {}

bool ConnectionStream::refill() {
  if (!flush()) return false;
  ssize_t got = 0;
  do {
    got = ::recv(socket_, input_.get(), kInput, 0);
  } while (got < 0 && errno == EINTR);
  input_at_ = 0;
  input_end_ = got > 0 ? static_cast<std::size_t>(got) : 0;
  return got > 0;
}

bool ConnectionStream::wait() { return input_at_ < input_end_ || refill(); }

bool ConnectionStream::flush() {
  const bool all = send(output_.data(), output_.size());
  output_.clear();
  return all;
}

bool ConnectionStream::send(const char* data, std::size_t size) {
  std::size_t sent = 0;
  while (sent < size) {
    const ssize_t count = ::send(socket_, data + sent, size - sent, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    sent += static_cast<std::size_t>(count);
  }
  return true;
}

ssize_t ConnectionStream::read(char* out, std::size_t size) {
  if (!wait()) return -1;
  const std::size_t count = std::min(size, input_end_ - input_at_);
  std::memcpy(out, input_.get() + input_at_, count);
  input_at_ += count;
  return static_cast<ssize_t>(count);
}

ssize_t ConnectionStream::write(const char* data, std::size_t size) {
  output_.append(data, size);
  const bool whole = delivery_.kind == Delivery::Kind::kWhole;
  if (whole && output_.size() >= kHeldBack && !flush()) return -1;
  return static_cast<ssize_t>(size);
}

void ConnectionStream::get_remote_ip_and_port(std::string& ip, int& port) const {
  ip.clear();
  port = 0;
}

void ConnectionStream::get_local_ip_and_port(std::string& ip, int& port) const {
  ip.clear();
  port = 0;
}

}  // namespace fhirehose::target
