#include "sink/fhir/patience.hpp"

#include <algorithm>

namespace fhirehose::sink::fhir {
namespace {

using std::chrono::milliseconds;

milliseconds share(milliseconds whole, double part) {
  return milliseconds(static_cast<milliseconds::rep>(static_cast<double>(whole.count()) * part));
}

}  // namespace

milliseconds backoff(const Patience& patience, std::uint32_t failures,
                     std::optional<std::chrono::seconds> retry_after, double jitter) {
  if (retry_after) {
    // In seconds first: a server may say any number of them, more than there are milliseconds.
    const milliseconds longest = std::min(patience.longest_retry_after, patience.total);
    const bool within = *retry_after <= std::chrono::floor<std::chrono::seconds>(longest);
    return (within ? *retry_after : longest) + share(patience.base, jitter);
  }
  milliseconds wait = patience.base;
  for (std::uint32_t i = 1; i < failures && wait < patience.cap; ++i) wait *= 2;
  return share(std::min(wait, patience.cap), 0.5 + jitter / 2);
}

}  // namespace fhirehose::sink::fhir
