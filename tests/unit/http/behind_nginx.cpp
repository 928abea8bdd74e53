#include <array>
#include <csignal>
#include <cstdlib>
#include <optional>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "asking.hpp"
#include "support/scratch_directory.hpp"
#include "support/scripted_server.hpp"
#include "support/test_ca.hpp"

namespace fhirehose::http {
namespace {

using tests::Received;
using tests::Reply;
using tests::ScriptedServer;

constexpr const char* kNginx = "/usr/sbin/nginx";

constexpr const char* kConfiguration = R"(
daemon off; user root; pid {0}/nginx.pid; error_log {0}/error.log;
events {{ }}
http {{
  access_log off; client_body_temp_path {0}; proxy_temp_path {0}; fastcgi_temp_path {0};
  uwsgi_temp_path {0}; scgi_temp_path {0}; client_max_body_size 0;
  server {{
    listen 127.0.0.1:{1} ssl http2; keepalive_requests {2};
    ssl_certificate {3}; ssl_certificate_key {4};
    location / {{ proxy_pass {5}; proxy_set_header X-Protocol $server_protocol; }}
  }}
}}
)";

/// A socket that listens on a port of the system's choice.
int listening(int& port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  ::bind(listener, reinterpret_cast<const sockaddr*>(&address), length);
  ::listen(listener, 64);
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length);
  port = ntohs(address.sin_port);
  return listener;
}

/// nginx before `backend`, with TLS and HTTP/2. It inherits a socket that listens already, as in an
/// upgrade of its own (for which it needs its master process), so that nobody has to wait for it or
/// guess a port.
class Nginx {
 public:
  Nginx(const std::filesystem::path& scratch, const tests::Identity& identity,
        const std::string& backend, int requests_per_connection) {
    const int listener = listening(port_);
    const auto file = scratch / "nginx.conf";
    write_text(file, fmt::format(kConfiguration, scratch.string(), port_, requests_per_connection,
                                 identity.certificate.string(), identity.key.string(), backend));
    const std::string inherited = fmt::format("{};", listener);
    process_ = ::fork();
    if (process_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGTERM);
      ::setenv("NGINX", inherited.c_str(), 1);
      ::execl(kNginx, kNginx, "-c", file.c_str(), "-p", scratch.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(listener);
  }
  ~Nginx() {
    ::kill(process_, SIGTERM);
    ::waitpid(process_, nullptr, 0);
  }
  Nginx(const Nginx&) = delete;
  Nginx& operator=(const Nginx&) = delete;

  [[nodiscard]] std::string url() const { return fmt::format("https://127.0.0.1:{}/fhir", port_); }

 private:
  int port_ = 0;
  pid_t process_ = -1;
};

class BehindNginx : public testing::Test {
 protected:
  void SetUp() override {
    if (::access(kNginx, X_OK) != 0) GTEST_SKIP() << "nginx is not installed (package nginx-light)";
  }

  /// Sends `count` different bodies, as many at once as the sink does, and expects each back.
  void exchange(const Nginx& nginx, std::size_t count, std::size_t bytes,
                std::uint64_t most_of_answers = 64 * core::kMiB) {
    constexpr std::size_t kAtOnce = 4;
    Client client(
        {.connections = kAtOnce, .response_bytes = most_of_answers, .ca_file = ca_.file()});
    for (std::size_t done = 0; done < count; done += kAtOnce) {
      std::array<std::string, kAtOnce> texts;
      std::array<std::array<std::string_view, 2>, kAtOnce> bodies;
      std::vector<std::future<Response>> answers;
      for (std::size_t i = 0; i < kAtOnce; ++i) {
        texts[i] = std::to_string(done + i) + std::string(bytes, 'x');
        bodies[i] = {std::string_view(texts[i]).substr(0, 7), std::string_view(texts[i]).substr(7)};
        answers.push_back(post_to(client, nginx, bodies[i]));
      }
      for (std::size_t i = 0; i < kAtOnce; ++i) {
        const Response response = answers[i].get();
        EXPECT_EQ(failure_of(response).message, "") << "request " << done + i;
        EXPECT_TRUE(response.body == texts[i]) << "request " << done + i;
      }
    }
  }

  static std::future<Response> post_to(Client& client, const Nginx& nginx,
                                       std::span<const std::string_view> body) {
    const auto promise = std::make_shared<std::promise<Response>>();
    client.send({.method = Method::kPost, .url = *parse_url(nginx.url()), .body = body},
                [promise](Response response) { promise->set_value(std::move(response)); });
    return promise->get_future();
  }

  tests::ScratchDirectory scratch_;
  tests::TestCa ca_{scratch_.path()};
  const tests::Identity identity_ = ca_.issue("IP:127.0.0.1");
  const ScriptedServer backend_{
      [](const Received& request) { return Reply{.body = request.body}; }};
};

TEST_F(BehindNginx, IsAskedByHttp11WhereHttp2IsOfferedToo) {
  const Nginx nginx(scratch_.path(), identity_, backend_.url(""), 1'000);
  exchange(nginx, 40, 300'000);
  EXPECT_THAT(backend_.received(), testing::SizeIs(40));
  for (const Received& request : backend_.received()) {
    EXPECT_TRUE(request.has_header("X-Protocol: HTTP/1.1"));
  }
}

TEST_F(BehindNginx, GetsAnswersThatHaveToWaitForEachOther) {
  const Nginx nginx(scratch_.path(), identity_, backend_.url(""), 1'000);
  exchange(nginx, 40, 900'000, 1'000'000);
}

TEST_F(BehindNginx, LosesNothingWhenTheServerEndsConnections) {
  const Nginx nginx(scratch_.path(), identity_, backend_.url(""), 5);
  exchange(nginx, 60, 20'000);
}

}  // namespace
}  // namespace fhirehose::http
