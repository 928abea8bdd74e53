#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace fhirehose::core {

/// SHA-1 of `text` (RFC 3174), for names only: it is no protection against anybody.
std::array<std::uint8_t, 20> sha1(std::string_view text);

}  // namespace fhirehose::core
