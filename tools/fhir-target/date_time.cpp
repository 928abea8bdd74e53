#include "fhir-target/date_time.hpp"

#include <algorithm>
#include <array>

#include "core/instant.hpp"

namespace fhirehose::target {
namespace {

constexpr std::array<std::string_view, 3> kNames = {"authoredOn", "issued", "lastUpdated"};
constexpr std::string_view kDay = "dddd-dd-dd";

bool matches(std::string_view text, std::string_view pattern) {
  return std::ranges::equal(
      text, pattern, [](char c, char p) { return p == 'd' ? c >= '0' && c <= '9' : c == p; });
}

int two_digits(std::string_view text, std::size_t at) {
  return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

bool in_calendar(std::string_view date) {
  const int month = date.size() >= 7 ? two_digits(date, 5) : 1;
  const int day = date.size() >= 10 ? two_digits(date, 8) : 1;
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

}  // namespace

bool names_a_date(std::string_view key) {
  if (key.ends_with("Date") || key.ends_with("DateTime")) return true;
  return std::ranges::find(kNames, key) != kNames.end();
}

bool is_date_time(std::string_view text) {
  const bool date_only = text.size() == 4 || text.size() == 7 || text.size() == 10;
  if (!date_only) return core::parse_instant(text).has_value();
  return matches(text, kDay.substr(0, text.size())) && in_calendar(text);
}

}  // namespace fhirehose::target
