#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include <httplib.h>

#include "fhir-target/delivery.hpp"

namespace fhirehose::target {

/// One connection's bytes, buffered both ways: cpp-httplib reads bodies 4 KiB at a time, and asks
/// the kernel before each. Answers are held back until the next read has to wait, so that an answer
/// is one packet. One thread at a time; the socket stays its owner's.
class ConnectionStream : public httplib::Stream {
 public:
  explicit ConnectionStream(socket_t socket);

  /// Waits until there is something to read; false: the client has closed, or nothing came before
  /// the socket's timeout.
  bool wait();
  /// Sends what is held back; false: the connection is gone.
  bool flush();

  /// Waits, but no longer than the client does, or the server runs.
  void pause_until(std::chrono::steady_clock::time_point end) const;
  void pause(Microseconds time) const { pause_until(std::chrono::steady_clock::now() + time); }

  /// The answer that is written next is held back whole, for `deliver`.
  void deliver_as(const Delivery& delivery);
  /// After an answer was written: sends it in the way it was told to.
  Ending deliver();

  [[nodiscard]] bool is_readable() const override { return true; }
  [[nodiscard]] bool is_writable() const override { return true; }
  ssize_t read(char* out, std::size_t size) override;
  ssize_t write(const char* data, std::size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  [[nodiscard]] socket_t socket() const override { return socket_; }

 private:
  Ending cut(double part);
  void trickle(const Delivery& delivery);
  /// False: the connection is gone.
  bool send(const char* data, std::size_t size);
  /// Sends what is held back, then waits for more input. Only when all input is used up.
  bool refill();

  const socket_t socket_;
  std::unique_ptr<char[]> input_;
  std::size_t input_at_ = 0;   ///< next byte to hand out
  std::size_t input_end_ = 0;  ///< behind the last byte received
  std::string output_;         ///< held back
  Delivery delivery_;          ///< of the answer being written
};

}  // namespace fhirehose::target
