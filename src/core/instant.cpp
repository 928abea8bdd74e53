#include "core/instant.hpp"

#include <chrono>

namespace fhirehose::core {
namespace {

constexpr Microseconds kSecond = 1'000'000;

/// The last `count` decimal digits of `value`, which is not negative.
void put_digits(std::string& text, std::size_t at, std::size_t count, std::int64_t value) {
  for (std::size_t i = at + count; i-- > at; value /= 10)
    text[i] = static_cast<char>('0' + value % 10);
}

/// Reads fixed fields off the front of a text; `ok` turns false at the first that is not there.
class FieldReader {
 public:
  explicit FieldReader(std::string_view text) : rest_(text) {}

  int digits(std::size_t count) {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) value = value * 10 + digit(take());
    return value;
  }
  void expect(char c) { ok_ = ok_ && take() == c; }
  char take() {
    if (rest_.empty()) {
      ok_ = false;
      return '\0';
    }
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  [[nodiscard]] char peek() const { return rest_.empty() ? '\0' : rest_.front(); }
  [[nodiscard]] bool done() const { return ok_ && rest_.empty(); }
  [[nodiscard]] bool ok() const { return ok_; }

  /// `.123456789`: at least one digit; microseconds of it.
  Microseconds fraction() {
    if (peek() != '.') return 0;
    take();
    Microseconds value = digit(take());
    Microseconds scale = kSecond / 10;
    value *= scale;
    while (ok_ && peek() >= '0' && peek() <= '9') {
      scale /= 10;
      value += scale * digit(take());
    }
    return value;
  }

  /// `Z` or `+hh:mm`, in seconds east of UTC.
  Microseconds zone() {
    const char sign = take();
    if (sign == 'Z') return 0;
    ok_ = ok_ && (sign == '+' || sign == '-');
    const int hours = digits(2);
    expect(':');
    const int minutes = digits(2);
    ok_ = ok_ && hours * 60 + minutes <= 14 * 60 && minutes <= 59;
    return (sign == '-' ? -1 : 1) * Microseconds{60} * (hours * 60 + minutes);
  }

 private:
  int digit(char c) {
    ok_ = ok_ && c >= '0' && c <= '9';
    return c - '0';
  }

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace

std::optional<Microseconds> parse_instant(std::string_view text) {
  FieldReader read(text);
  const int year = read.digits(4);
  read.expect('-');
  const int month = read.digits(2);
  read.expect('-');
  const int day = read.digits(2);
  read.expect('T');
  const int hour = read.digits(2);
  read.expect(':');
  const int minute = read.digits(2);
  read.expect(':');
  const int second = read.digits(2);
  const Microseconds fraction = read.fraction();
  const Microseconds zone = read.zone();
  if (!read.done() || year < 1 || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day)));
  if (!date.ok()) return std::nullopt;
  const Microseconds days = std::chrono::sys_days(date).time_since_epoch().count();
  const Microseconds minutes = Microseconds{60} * hour + minute;
  const Microseconds seconds = days * 86'400 + minutes * 60 + second - zone;
  return seconds * kSecond + fraction;
}

std::string format_instant(Microseconds time) {
  const std::chrono::sys_time<std::chrono::microseconds> point{std::chrono::microseconds(time)};
  const auto day = std::chrono::floor<std::chrono::days>(point);
  const std::chrono::year_month_day date(day);
  const auto clock = std::chrono::floor<std::chrono::milliseconds>(point - day).count();
  // Digit by digit, not by a general formatter: a store's writer comes here once a row.
  std::string text = "0000-00-00T00:00:00.000Z";
  put_digits(text, 0, 4, static_cast<int>(date.year()));
  put_digits(text, 5, 2, static_cast<unsigned>(date.month()));
  put_digits(text, 8, 2, static_cast<unsigned>(date.day()));
  put_digits(text, 11, 2, clock / 3'600'000);
  put_digits(text, 14, 2, clock / 60'000 % 60);
  put_digits(text, 17, 2, clock / 1'000 % 60);
  put_digits(text, 20, 3, clock % 1'000);
  return text;
}

Microseconds now() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace fhirehose::core
