#include "http/transfer.hpp"

#include <cstdio>
#include <utility>

#include <fmt/format.h>

#include "core/invariant.hpp"
#include "http/redirect_refusal.hpp"
#include "http/retry_after.hpp"
#include "http/transport_error.hpp"
#include "http/transport_setup.hpp"

namespace fhirehose::http {
namespace {

// Most bodies by one call of the read callback: with curl's 64 KiB a resource costs half as much
// again. With a MiB it costs 1 to 3 % more: it fills a core's cache.
constexpr long kUploadBuffer = 512L * 1024;
constexpr long kReceiveBuffer = 64L * 1024;

CURL* new_easy() {
  CURL* const easy = curl_easy_init();
  if (easy == nullptr) core::broken_invariant("curl gave no handle");
  return easy;
}

}  // namespace

Transfer::Transfer(const ClientOptions& options, AnswerRoom& room)
    : options_(options),
      room_(room),
      easy_(new_easy(), &curl_easy_cleanup),
      headers_(nullptr, &curl_slist_free_all) {}

// The reset matters: curl 7.88.1 counts the dead connections that a handle has met over all of its
// requests, and gives up on every sixth.
void Transfer::set_standing_options() {
  CURL* const easy = easy_.get();
  curl_easy_reset(easy);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, kUploadBuffer);
  curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, kReceiveBuffer);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(options_.connect_timeout.count()));
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(options_.request_timeout.count()));
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error_.data());
  curl_easy_setopt(easy, CURLOPT_READFUNCTION, &Transfer::on_read);
  curl_easy_setopt(easy, CURLOPT_READDATA, this);
  curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, &Transfer::on_seek);
  curl_easy_setopt(easy, CURLOPT_SEEKDATA, this);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Transfer::on_write);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
  set_tls(easy, options_);
}

void Transfer::prepare(Request request, OnResponse callback) {
  request_ = std::move(request);
  callback_ = std::move(callback);
  answer_too_long_ = false;
  sent_again_ = false;
  error_[0] = '\0';
  set_standing_options();
  CURL* const easy = easy_.get();
  curl_easy_setopt(easy, CURLOPT_URL, request_.url.text.c_str());
  set_route(easy, options_, request_.url);
  set_headers();
  set_body();
}

// curl itself looks after the connection that dies while an answer is awaited, not after the one
// that dies while the request is being written.
bool Transfer::met_a_closed_connection(CURLcode code) {
  long new_connections = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_NUM_CONNECTS, &new_connections);
  return code == CURLE_SEND_ERROR && new_connections == 0 && !std::exchange(sent_again_, true);
}

void Transfer::prepare_again() {
  drop_answer();
  error_[0] = '\0';
  body_.rewind();
  curl_easy_setopt(easy_.get(), CURLOPT_FRESH_CONNECT, 1L);
}

void Transfer::set_headers() {
  headers_.reset();
  // Without it curl waits up to a second for a `100 Continue` that many servers never send.
  curl_slist* list = curl_slist_append(nullptr, "Expect:");
  for (const std::string& header : request_.headers) list = curl_slist_append(list, header.c_str());
  headers_.reset(list);
  curl_easy_setopt(easy_.get(), CURLOPT_HTTPHEADER, list);
}

void Transfer::set_body() {
  body_ = BodyReader(request_.body);
  if (request_.method == Method::kGet) {
    curl_easy_setopt(easy_.get(), CURLOPT_HTTPGET, 1L);
    return;
  }
  curl_easy_setopt(easy_.get(), CURLOPT_POST, 1L);
  curl_easy_setopt(easy_.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body_.size()));
}

Response Transfer::response(CURLcode code) {
  Response response = read_response(code);
  drop_answer();
  return response;
}

void Transfer::drop_answer() {
  room_.give_back(easy_.get(), taken_);
  taken_ = 0;
  answer_.clear();
}

Response Transfer::read_response(CURLcode code) {
  Response response;
  const std::string& authority = request_.url.authority;
  if (answer_too_long_) {
    response.failure = core::Error{core::ErrorKind::kSplit,
                                   fmt::format("{}: the answer is longer than {}", authority,
                                               core::format_byte_size(options_.response_bytes))};
    return response;
  }
  if (code != CURLE_OK) {
    long proxy_status = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_HTTP_CONNECTCODE, &proxy_status);
    response.failure = transport_error({code, error_.data(), authority, proxy_status});
    return response;
  }
  const char* elsewhere = nullptr;
  curl_easy_getinfo(easy_.get(), CURLINFO_REDIRECT_URL, &elsewhere);
  if (elsewhere != nullptr) {
    response.failure = redirect_refusal(request_.url, elsewhere);
    return response;
  }
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  response.status = static_cast<int>(status);
  response.retry_after = retry_after(easy_.get());
  response.body = std::move(answer_);
  return response;
}

OnResponse Transfer::release() {
  body_ = BodyReader();
  request_ = Request();
  return std::exchange(callback_, nullptr);
}

std::size_t Transfer::on_read(char* out, std::size_t size, std::size_t count, void* self) {
  return static_cast<Transfer*>(self)->body_.read(out, size * count);
}

// curl asks for the beginning only: it sends again over a new connection when one that it had kept
// turns out to be closed.
int Transfer::on_seek(void* self, curl_off_t offset, int origin) {
  if (offset != 0 || origin != SEEK_SET) return CURL_SEEKFUNC_CANTSEEK;
  static_cast<Transfer*>(self)->body_.rewind();
  return CURL_SEEKFUNC_OK;
}

std::size_t Transfer::on_write(const char* data, std::size_t size, std::size_t count, void* self) {
  auto* const transfer = static_cast<Transfer*>(self);
  const std::size_t bytes = size * count;
  if (transfer->answer_.size() + bytes > transfer->options_.response_bytes) {
    transfer->answer_too_long_ = true;
    return 0;
  }
  if (!transfer->room_.take(transfer->easy(), bytes, AnswerRoom::Clock::now()))
    return CURL_WRITEFUNC_PAUSE;
  transfer->taken_ += bytes;
  transfer->answer_.append(data, bytes);
  return bytes;
}

}  // namespace fhirehose::http
