#include "support/tls_server.hpp"

#include <mutex>
#include <thread>

#include <httplib.h>

#include "core/invariant.hpp"

namespace fhirehose::tests {

class TlsServer::Running {
 public:
  Running(const Identity& identity, const std::filesystem::path& client_ca)
      : server_(identity.certificate.c_str(), identity.key.c_str(),
                client_ca.empty() ? nullptr : client_ca.c_str()) {
    if (!client_ca.empty()) SSL_CTX_set_max_proto_version(server_.ssl_context(), TLS1_2_VERSION);
    const auto answer = [this](const httplib::Request& request, httplib::Response& response) {
      const std::lock_guard lock(mutex_);
      ++requests_;
      headers_.insert(request.headers.begin(), request.headers.end());
      response.set_content(request.method == "GET" ? "hello" : request.body, "text/plain");
    };
    server_.Get(".*", answer);
    server_.Post(".*", answer);
    port_ = server_.bind_to_any_port("127.0.0.1");
    if (port_ < 0) core::broken_invariant("the TLS server can't listen");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    // Told to stop before that, it would not hear it.
    while (!server_.is_running()) std::this_thread::yield();
  }

  ~Running() {
    server_.stop();
    thread_.join();
  }

  [[nodiscard]] int port() const { return port_; }

  [[nodiscard]] std::vector<std::string> headers(const std::string& name) const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> values;
    const auto [first, last] = headers_.equal_range(name);
    for (auto it = first; it != last; ++it) values.push_back(it->second);
    return values;
  }

  [[nodiscard]] std::size_t requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  httplib::SSLServer server_;
  mutable std::mutex mutex_;
  httplib::Headers headers_;
  std::size_t requests_ = 0;
  int port_ = 0;
  std::thread thread_;
};

TlsServer::TlsServer(const Identity& identity, const std::filesystem::path& client_ca)
    : running_(std::make_unique<Running>(identity, client_ca)) {}

TlsServer::~TlsServer() = default;

int TlsServer::port() const { return running_->port(); }

std::string TlsServer::url() const { return "https://127.0.0.1:" + std::to_string(port()); }

std::vector<std::string> TlsServer::headers(const std::string& name) const {
  return running_->headers(name);
}

std::size_t TlsServer::requests() const { return running_->requests(); }

}  // namespace fhirehose::tests
