#include "compare/decimal.hpp"

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>

namespace fhirehose::compare {
namespace {

/// `digits` x 10^-`scale`: trailing zeros count, leading ones do not.
struct Decimal {
  bool negative = false;
  std::string digits;  ///< empty: zero
  std::int64_t scale = 0;
  bool operator==(const Decimal&) const = default;
};

/// The power of ten that `text`, an exponent behind its `e`, stands for; none beyond +-10^9.
std::optional<std::int64_t> read_exponent(std::string_view text) {
  constexpr std::int64_t kGreatest = 1'000'000'000;
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t exponent = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), exponent);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (!whole || exponent > kGreatest || exponent < -kGreatest) return std::nullopt;
  return exponent;
}

std::optional<Decimal> read_decimal(std::string_view text) {
  Decimal decimal;
  decimal.negative = text.starts_with('-');
  if (decimal.negative) text.remove_prefix(1);
  if (const std::size_t e = text.find_first_of("eE"); e != std::string_view::npos) {
    const auto exponent = read_exponent(text.substr(e + 1));
    if (!exponent) return std::nullopt;
    decimal.scale = -*exponent;
    text = text.substr(0, e);
  }
  const std::size_t point = text.find('.');
  decimal.digits = text.substr(0, point);
  if (point != std::string_view::npos) {
    decimal.digits += text.substr(point + 1);
    decimal.scale += static_cast<std::int64_t>(text.size() - point - 1);
  }
  decimal.digits.erase(0, decimal.digits.find_first_not_of('0'));
  if (decimal.digits.empty()) decimal.negative = false;
  return decimal;
}

}  // namespace

bool same_decimal(std::string_view a, std::string_view b) {
  if (a == b) return true;
  const auto first = read_decimal(a);
  return first && first == read_decimal(b);
}

}  // namespace fhirehose::compare
