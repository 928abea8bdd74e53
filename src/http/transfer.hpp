#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include <curl/curl.h>

#include "http/answer_room.hpp"
#include "http/body_reader.hpp"
#include "http/client.hpp"
#include "http/request.hpp"

namespace fhirehose::http {

/// A curl easy handle and the request that is on it. Used again for one request after the other.
class Transfer {
 public:
  /// `options` and `room` outlive it.
  Transfer(const ClientOptions& options, AnswerRoom& room);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  [[nodiscard]] CURL* easy() const { return easy_.get(); }
  /// Makes the handle ready to be added to a multi handle.
  void prepare(Request request, OnResponse callback);
  /// Whether it ended so because the server had closed a kept connection: it has not seen the whole
  /// request then. True once a request.
  bool met_a_closed_connection(CURLcode code);
  /// Makes the handle ready to send the same request once more, over a new connection.
  void prepare_again();
  /// What came of it; `code` is curl's word. The answer is the caller's from then on.
  Response response(CURLcode code);
  /// Lets go of the request; the body is not needed any more.
  OnResponse release();

 private:
  void set_standing_options();
  void set_headers();
  void set_body();
  Response read_response(CURLcode code);
  void drop_answer();
  static std::size_t on_read(char* out, std::size_t size, std::size_t count, void* self);
  static int on_seek(void* self, curl_off_t offset, int origin);
  static std::size_t on_write(const char* data, std::size_t size, std::size_t count, void* self);

  const ClientOptions& options_;
  AnswerRoom& room_;
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> easy_;
  std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers_;
  std::array<char, CURL_ERROR_SIZE> error_{};
  Request request_;
  OnResponse callback_;
  BodyReader body_;
  std::string answer_;
  std::uint64_t taken_ = 0;  ///< of the room
  bool answer_too_long_ = false;
  bool sent_again_ = false;
};

}  // namespace fhirehose::http
