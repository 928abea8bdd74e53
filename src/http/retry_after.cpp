#include "http/retry_after.hpp"

#include <ctime>

namespace fhirehose::http {
namespace {

constexpr std::time_t kNoDate = -1;

/// The date in a header of the answer, in seconds since 1970. To curl a number of eight digits is a
/// date as well.
std::time_t date_in(CURL* easy, const char* name) {
  constexpr int kLastRequest = -1;
  curl_header* header = nullptr;
  if (curl_easy_header(easy, name, 0, CURLH_HEADER, kLastRequest, &header) != CURLHE_OK)
    return kNoDate;
  if (*header->value >= '0' && *header->value <= '9') return kNoDate;
  return curl_getdate(header->value, nullptr);
}

/// Of a date: from this machine's time.
curl_off_t as_curl_reads_it(CURL* easy) {
  curl_off_t seconds = 0;
  curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &seconds);
  return seconds;
}

curl_off_t seconds_to_wait(CURL* easy) {
  const std::time_t until = date_in(easy, "Retry-After");
  const std::time_t answered = date_in(easy, "Date");
  return until == kNoDate || answered == kNoDate ? as_curl_reads_it(easy) : until - answered;
}

}  // namespace

std::optional<std::chrono::seconds> retry_after(CURL* easy) {
  const curl_off_t seconds = seconds_to_wait(easy);
  if (seconds <= 0) return std::nullopt;
  return std::chrono::seconds(seconds);
}

}  // namespace fhirehose::http
