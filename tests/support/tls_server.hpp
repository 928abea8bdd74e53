#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "support/test_ca.hpp"

namespace fhirehose::tests {

/// A real HTTPS server on 127.0.0.1, which answers a POST with its own body, and a GET with
/// `hello`.
class TlsServer {
 public:
  /// With a `client_ca`, it wants certificates that this has issued, and speaks TLS 1.2: in 1.3 the
  /// client hears of a refusal only after its handshake, and the end of the connection may overtake
  /// the word.
  explicit TlsServer(const Identity& identity, const std::filesystem::path& client_ca = {});
  ~TlsServer();
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  [[nodiscard]] int port() const;
  [[nodiscard]] std::string url() const;
  /// Of each header named so that has come, its value.
  [[nodiscard]] std::vector<std::string> headers(const std::string& name) const;
  [[nodiscard]] std::size_t requests() const;

 private:
  class Running;
  std::unique_ptr<Running> running_;
};

}  // namespace fhirehose::tests
