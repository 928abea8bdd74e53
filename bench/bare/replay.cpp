// The limit that a load into a FHIR server is held against: the very bodies that the loader sends,
// ready in memory, posted by one thread over so many kept connections as src/http posts them (read
// callback, upload buffer of 512 KiB); the status of every entry is read from the answers, and
// nothing else done. usage: bare_replay URL CONNECTIONS FILE     FILE: what bench/capture.py wrote
// prints {"requests":N,"entries":N,"seconds":S,"cpu_seconds":S} of the posting alone

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <curl/curl.h>
#include <fmt/format.h>

#include "record/bundle_response.hpp"

namespace {

using fhirehose::record::EntryResponse;
using fhirehose::record::read_bundle_response;

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "bare_replay: %s\n", what);
  std::exit(1);
}

struct Body {
  std::size_t entries = 0;
  std::string bytes;
};

/// `ENTRIES SIZE`, a newline and the body, one behind the other.
std::vector<Body> read_bodies(const char* path) {
  std::ifstream in(path, std::ios::binary);
  std::vector<Body> bodies;
  std::size_t entries = 0;
  std::size_t size = 0;
  while (in >> entries >> size && in.get() == '\n') {
    Body& body = bodies.emplace_back();
    body.entries = entries;
    body.bytes.resize(size);
    if (!in.read(body.bytes.data(), static_cast<std::streamsize>(size))) fail("a body is cut");
  }
  if (bodies.empty()) fail("there are no bodies to post");
  return bodies;
}

/// A curl handle that posts one body after the other.
class Poster {
 public:
  Poster(const char* url, curl_slist* headers) : easy_(curl_easy_init(), &curl_easy_cleanup) {
    CURL* const easy = easy_.get();
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, 512L * 1024);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 64L * 1024);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, &Poster::on_read);
    curl_easy_setopt(easy, CURLOPT_READDATA, this);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Poster::on_write);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, this);
  }

  static Poster& of(CURL* easy) {
    char* self = nullptr;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &self);
    return *reinterpret_cast<Poster*>(self);
  }

  CURL* post(const Body& body) {
    body_ = &body;
    sent_ = 0;
    answer_.clear();
    const auto size = static_cast<curl_off_t>(body.bytes.size());
    curl_easy_setopt(easy_.get(), CURLOPT_POSTFIELDSIZE_LARGE, size);
    return easy_.get();
  }

  /// Ends the program unless each entry was answered with success.
  std::size_t read_statuses() {
    const auto answers = read_bundle_response(answer_, body_->entries);
    if (!answers || answers->size() != body_->entries) fail("an answer does not fit its bundle");
    const bool fine = std::ranges::all_of(
        *answers, [](const EntryResponse& answer) { return answer.status / 100 == 2; });
    if (!fine) fail("an entry was refused");
    return answers->size();
  }

 private:
  static std::size_t on_read(char* out, std::size_t size, std::size_t count, void* self) {
    auto* const poster = static_cast<Poster*>(self);
    const std::string& bytes = poster->body_->bytes;
    const std::size_t some = std::min(size * count, bytes.size() - poster->sent_);
    std::copy_n(bytes.data() + poster->sent_, some, out);
    poster->sent_ += some;
    return some;
  }

  static std::size_t on_write(const char* data, std::size_t size, std::size_t count, void* self) {
    static_cast<Poster*>(self)->answer_.append(data, size * count);
    return size * count;
  }

  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> easy_;
  const Body* body_ = nullptr;
  std::size_t sent_ = 0;
  std::string answer_;
};

/// Posts all bodies in their order, as connections become free; returns the entries answered.
std::size_t post_all(CURLM* multi, std::vector<std::unique_ptr<Poster>>& posters,
                     const std::vector<Body>& bodies) {
  auto next = bodies.begin();
  const auto start = [&](Poster& poster) {
    if (next != bodies.end()) curl_multi_add_handle(multi, poster.post(*next++));
  };
  for (const auto& poster : posters) start(*poster);
  std::size_t entries = 0;
  for (std::size_t done = 0; done < bodies.size();) {
    int running = 0;
    int waiting = 0;
    curl_multi_perform(multi, &running);
    while (const CURLMsg* message = curl_multi_info_read(multi, &waiting)) {
      if (message->data.result != CURLE_OK) fail(curl_easy_strerror(message->data.result));
      CURL* const easy = message->easy_handle;
      curl_multi_remove_handle(multi, easy);
      entries += Poster::of(easy).read_statuses();
      start(Poster::of(easy));
      ++done;
    }
    if (done < bodies.size()) curl_multi_poll(multi, nullptr, 0, 60'000, nullptr);
  }
  return entries;
}

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

}  // namespace

int main(int count, char** words) {
  if (count != 4) fail("usage: bare_replay URL CONNECTIONS FILE");
  const std::vector<Body> bodies = read_bodies(words[3]);
  curl_global_init(CURL_GLOBAL_DEFAULT);
  curl_slist* headers = nullptr;
  for (const char* header : {"Expect:", "Content-Type: application/fhir+json",
                             "Accept: application/fhir+json", "Prefer: return=minimal"})
    headers = curl_slist_append(headers, header);
  std::vector<std::unique_ptr<Poster>> posters(std::strtoul(words[2], nullptr, 10));
  for (auto& poster : posters) poster = std::make_unique<Poster>(words[1], headers);
  CURLM* const multi = curl_multi_init();
  const double cpu = cpu_seconds();
  const auto begun = std::chrono::steady_clock::now();
  const std::size_t entries = post_all(multi, posters, bodies);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begun;
  fmt::print("{{\"requests\":{},\"entries\":{},\"seconds\":{:.4f},\"cpu_seconds\":{:.4f}}}\n",
             bodies.size(), entries, seconds.count(), cpu_seconds() - cpu);
}
