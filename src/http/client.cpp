#include "http/client.hpp"

#include <utility>

#include "http/event_loop.hpp"

namespace fhirehose::http {

Client::Client(const ClientOptions& options)
    : loop_(std::make_unique<EventLoop>(options)), thread_([this] { loop_->run(); }) {}

Client::~Client() {
  loop_->stop();
  thread_.join();
}

void Client::send(Request request, OnResponse callback) {
  loop_->add(std::move(request), std::move(callback));
}

void Client::after(std::chrono::milliseconds delay, std::function<void()> task) {
  loop_->add(EventLoop::Clock::now() + delay, std::move(task));
}

}  // namespace fhirehose::http
