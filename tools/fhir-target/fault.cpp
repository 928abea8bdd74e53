#include "fhir-target/fault.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "fhir-target/entry_answer.hpp"
#include "fhir-target/number_text.hpp"
#include "fhir-target/setting_list.hpp"
#include "fhir-target/split_text.hpp"

namespace fhirehose::target {
namespace {

using Kind = Fault::Kind;
using When = Fault::When;
using RetryAfter = Fault::RetryAfter;

/// What has a name of its own; all others are spelled with a status.
struct NamedKind {
  std::string_view name;
  Kind kind;
  When when;
};
constexpr std::array<NamedKind, 9> kNamedKinds = {{
    {"latency", Kind::kLatency, When::kBefore},
    {"reset-before", Kind::kReset, When::kBefore},
    {"reset-after", Kind::kReset, When::kAfter},
    {"stall-before", Kind::kStall, When::kBefore},
    {"stall-after", Kind::kStall, When::kAfter},
    {"garbage-before", Kind::kGarbage, When::kBefore},
    {"garbage-after", Kind::kGarbage, When::kAfter},
    {"cut", Kind::kCut, When::kAfter},
    {"trickle", Kind::kTrickle, When::kAfter},
}};

bool read_wait(std::string_view value, Microseconds& wait) {
  const auto read = read_duration(value);
  wait = read.value_or(wait);
  return read.has_value();
}

bool read_retry(std::string_view value, Fault& fault, RetryAfter form) {
  const auto seconds = read_number<std::uint32_t>(value);
  fault.retry_after = form;
  fault.retry_seconds = seconds.value_or(0);
  return fault.kind == Kind::kStatus && seconds.has_value();
}

bool read_piece(std::string_view value, Fault& fault) {
  fault.bytes = read_number<std::size_t>(value).value_or(0);
  return fault.kind == Kind::kTrickle && fault.bytes > 0;
}

bool waits(const Fault& fault) {
  return fault.kind == Kind::kLatency || fault.kind == Kind::kStall || fault.kind == Kind::kTrickle;
}

constexpr std::array<Setting<Fault>, 5> kSettings = {{
    {"wait", [](std::string_view v, Fault& f) { return waits(f) && read_wait(v, f.wait); }},
    {"jitter", [](std::string_view v,
                  Fault& f) { return f.kind == Kind::kLatency && read_wait(v, f.jitter); }},
    {"bytes", read_piece},
    {"retry-after",
     [](std::string_view v, Fault& f) { return read_retry(v, f, RetryAfter::kSeconds); }},
    {"retry-date",
     [](std::string_view v, Fault& f) { return read_retry(v, f, RetryAfter::kDate); }},
}};

/// `503`, `503-after` or `entry-503`.
std::optional<Fault> read_status_kind(std::string_view name) {
  constexpr std::string_view kEntry = "entry-";
  constexpr std::string_view kAfter = "-after";
  Fault fault;
  if (name.starts_with(kEntry)) {
    fault.kind = Kind::kEntry;
    name.remove_prefix(kEntry.size());
  } else if (name.ends_with(kAfter)) {
    fault.when = When::kAfter;
    name.remove_suffix(kAfter.size());
  }
  fault.status = read_number<int>(name).value_or(0);
  if (fault.status < 400 || status_line(fault.status).empty()) return std::nullopt;
  return fault;
}

std::optional<Fault> read_kind(std::string_view name) {
  const auto* const named = std::ranges::find(kNamedKinds, name, &NamedKind::name);
  auto fault = named == kNamedKinds.end()
                   ? read_status_kind(name)
                   : std::optional<Fault>({.kind = named->kind, .when = named->when});
  if (!fault) return std::nullopt;
  fault->kind_name = name;
  // Nobody asks for a trickle that flows.
  if (fault->kind == Kind::kTrickle) fault->wait = std::chrono::milliseconds(10);
  return fault;
}

}  // namespace

core::Result<Fault> read_fault(std::string_view text) {
  std::vector<std::string_view> parts = split(text, ':');
  auto fault = read_kind(parts.front());
  const auto rate = read_number<double>(parts.size() > 1 ? parts[1] : std::string_view());
  if (!fault || !rate || !(*rate >= 0 && *rate <= 1))
    return core::fail(core::ErrorKind::kUsage,
                      fmt::format("fault '{}' is not KIND:RATE with a known kind and a rate from 0 "
                                  "to 1; 503:0.02 would be",
                                  text));
  fault->rate = *rate;
  parts.erase(parts.begin(), parts.begin() + 2);
  if (auto set = apply_settings(parts, kSettings, *fault); !set)
    return core::fail(core::ErrorKind::kUsage,
                      fmt::format("fault '{}': {}", text, set.error().message));
  return std::move(*fault);
}

std::string_view fault_kinds_help() {
  return "Faults (--fault KIND:RATE[:NAME=VALUE]...):\n"
         "  latency:1:wait=5ms:jitter=20ms  answers later; only this one adds to the others\n"
         "  429:0.02  503:0.02:retry-after=1  503:0.02:retry-date=1  500, 401, 408, 409, 412, "
         "425...\n"
         "                                  the whole request is refused, and not done\n"
         "  504-after:0.01                  done, but the answer is that status\n"
         "  entry-429:0.05                  an entry inside a 200 is refused, and not done\n"
         "  reset-before:0.01 reset-after:0.01\n"
         "                                  connection reset before or after it was done\n"
         "  stall-before:0.01 stall-after:0.01:wait=5s\n"
         "                                  silence: for ever, or for so long before it answers\n"
         "  cut:0.01                        done, answer shorter than its Content-Length, closed\n"
         "  trickle:0.01:bytes=16:wait=10ms done, answered a few bytes at a time\n"
         "  garbage-before:0.01 garbage-after:0.01\n"
         "                                  200, but the body is no JSON\n";
}

}  // namespace fhirehose::target
