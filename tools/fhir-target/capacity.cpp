#include "fhir-target/capacity.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <string>

#include "fhir-target/entry_answer.hpp"
#include "fhir-target/number_text.hpp"
#include "fhir-target/setting_list.hpp"
#include "fhir-target/split_text.hpp"

namespace fhirehose::target {
namespace {

constexpr std::uint32_t kMostParallel = 4096;

template <class Value>
bool take(std::optional<Value> read, Value& value) {
  value = read.value_or(value);
  return read.has_value();
}

bool read_service(std::string_view text, CapacityLimits& limits) {
  const std::size_t plus = text.find('+');
  const bool both = plus != std::string_view::npos;
  return take(read_duration(text.substr(0, plus)), limits.per_request) &&
         (!both || take(read_duration(text.substr(plus + 1)), limits.per_entry));
}

bool read_parallel(std::string_view text, CapacityLimits& limits) {
  return take(read_number<std::uint32_t>(text), limits.parallel) && limits.parallel > 0 &&
         limits.parallel <= kMostParallel;
}

bool read_count(std::string_view text, std::optional<std::uint32_t>& count) {
  count = read_number<std::uint32_t>(text);
  return count.has_value();
}

constexpr std::array<Setting<CapacityLimits>, 6> kLimits = {{
    {"service", read_service},
    {"parallel", read_parallel},
    {"queue", [](std::string_view v, CapacityLimits& l) { return read_count(v, l.queue); }},
    {"decay",
     [](std::string_view v, CapacityLimits& l) {
       return take(read_number<double>(v), l.decay) && l.decay >= 0 && l.decay <= 1;
     }},
    {"status",
     [](std::string_view v, CapacityLimits& l) {
       return take(read_number<int>(v), l.status) && l.status >= 400 &&
              !status_line(l.status).empty();
     }},
    {"retry-after",
     [](std::string_view v, CapacityLimits& l) { return read_count(v, l.retry_after); }},
}};

}  // namespace

core::Result<CapacityLimits> read_capacity(std::string_view text) {
  CapacityLimits limits;
  const auto set = apply_settings(split(text, ','), kLimits, limits);
  if (set && limits.per_request + limits.per_entry > Microseconds::zero()) return limits;
  const std::string why = set ? "a service time is needed" : set.error().message;
  return core::fail(core::ErrorKind::kUsage,
                    "capacity: " + why + "; service=2ms+0.1ms,parallel=8,queue=32 would be fine");
}

Capacity::Capacity(const CapacityLimits& limits) : limits_(limits), free_(limits.parallel) {}

std::optional<Capacity::Time> Capacity::book(Time now, std::size_t entries) {
  while (!starts_.empty() && starts_.front() <= now) starts_.pop_front();
  const Time start = std::max(now, free_.front());
  const bool waits = start > now;
  if (waits && limits_.queue && starts_.size() >= *limits_.queue) return std::nullopt;
  const Time end = start + service(entries);
  if (waits) starts_.push_back(start);
  // The server that is free first takes it, and is free again at its end.
  std::ranges::pop_heap(free_, std::greater<>());
  free_.back() = end;
  std::ranges::push_heap(free_, std::greater<>());
  return end;
}

Microseconds Capacity::service(std::size_t entries) const {
  const Microseconds plain = limits_.per_request + limits_.per_entry * entries;
  const double slower = 1 + limits_.decay * static_cast<double>(starts_.size());
  return Microseconds(static_cast<Microseconds::rep>(static_cast<double>(plain.count()) * slower));
}

}  // namespace fhirehose::target
