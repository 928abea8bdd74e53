// How ConnectionStream sends answers that are not to arrive well.
#include <algorithm>
#include <cerrno>
#include <utility>

#include <poll.h>

#include "fhir-target/connection_stream.hpp"

namespace fhirehose::target {
namespace {

using Clock = std::chrono::steady_clock;

timespec time_left(Clock::time_point end) {
  constexpr std::int64_t kNanoseconds = 1'000'000'000;
  const auto left = std::max(end - Clock::now(), Clock::duration::zero());
  const std::int64_t count = std::chrono::duration_cast<std::chrono::nanoseconds>(left).count();
  return {.tv_sec = count / kNanoseconds, .tv_nsec = count % kNanoseconds};
}

/// True: the client has closed, or the server ends (it shuts the reading side down).
bool left_before(socket_t socket, const timespec* time) {
  pollfd polled{.fd = socket, .events = POLLRDHUP, .revents = 0};
  int ready = 0;
  do {
    ready = ::ppoll(&polled, 1, time, nullptr);
  } while (ready < 0 && errno == EINTR);
  return ready > 0;
}

}  // namespace

void ConnectionStream::pause_until(Clock::time_point end) const {
  if (end <= Clock::now()) return;
  const timespec time = time_left(end);
  left_before(socket_, &time);
}

void ConnectionStream::deliver_as(const Delivery& delivery) {
  // What was answered before, `100 Continue` too, goes its usual way.
  flush();
  delivery_ = delivery;
}

Ending ConnectionStream::deliver() {
  const Delivery delivery = std::exchange(delivery_, {});
  switch (delivery.kind) {
    case Delivery::Kind::kWhole:
      return Ending::kNone;
    case Delivery::Kind::kCut:
      return cut(delivery.cut_at);
    case Delivery::Kind::kTrickle:
      trickle(delivery);
      return Ending::kNone;
    case Delivery::Kind::kSilence:
      output_.clear();
      left_before(socket_, nullptr);
      return Ending::kClose;
    case Delivery::Kind::kReset:
      output_.clear();
      return Ending::kReset;
  }
  return Ending::kClose;
}

Ending ConnectionStream::cut(double part) {
  constexpr std::string_view kHeadEnd = "\r\n\r\n";
  const std::size_t head = output_.find(kHeadEnd) + kHeadEnd.size();
  // An answer without a body is cut in its head: it has no other end to miss.
  const std::size_t kept = head < output_.size() ? head : 0;
  const auto rest = static_cast<double>(output_.size() - kept);
  output_.resize(kept + static_cast<std::size_t>(rest * part));
  flush();
  return Ending::kClose;
}

void ConnectionStream::trickle(const Delivery& delivery) {
  const std::string answer = std::exchange(output_, {});
  for (std::size_t at = 0; at < answer.size(); at += delivery.piece) {
    if (!send(answer.data() + at, std::min(delivery.piece, answer.size() - at))) return;
    pause(delivery.wait);
  }
}

}  // namespace fhirehose::target
