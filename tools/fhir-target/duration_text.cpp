#include "fhir-target/duration_text.hpp"

#include <array>
#include <cmath>
#include <utility>

#include "fhir-target/number_text.hpp"

namespace fhirehose::target {
namespace {

constexpr double kLongestSeconds = 3600;

/// `us` and `ms` before `s`, which both end with.
constexpr std::array<std::pair<std::string_view, double>, 3> kUnits = {
    {{"us", 1e-6}, {"ms", 1e-3}, {"s", 1}}};

}  // namespace

std::optional<Microseconds> read_duration(std::string_view text) {
  for (const auto& [unit, seconds] : kUnits) {
    if (!text.ends_with(unit)) continue;
    const auto count = read_number<double>(text.substr(0, text.size() - unit.size()));
    // Written so that a NaN is refused as well.
    if (!count || !(*count >= 0 && *count * seconds <= kLongestSeconds)) return std::nullopt;
    return Microseconds(std::llround(*count * seconds * 1e6));
  }
  return std::nullopt;
}

}  // namespace fhirehose::target
