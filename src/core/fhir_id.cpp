#include "core/fhir_id.hpp"

#include <algorithm>

namespace fhirehose::core {
namespace {

constexpr std::size_t kMaxIdLength = 64;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_id_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '-' || c == '.';
}

}  // namespace

bool is_legal_id(std::string_view text) {
  return !text.empty() && text.size() <= kMaxIdLength && std::ranges::all_of(text, is_id_character);
}

bool is_numeric_id(std::string_view text) {
  return is_legal_id(text) && std::ranges::all_of(text, is_digit);
}

}  // namespace fhirehose::core
