#pragma once

#include <string_view>

namespace fhirehose::compare {

/// Whether two JSON numbers are the same decimal: the same value in the same precision, however
/// the exponent is spelled. 1.50 = 15.0e-1, and 1.50 is not 1.5. `a` and `b` are well-formed.
bool same_decimal(std::string_view a, std::string_view b);

}  // namespace fhirehose::compare
