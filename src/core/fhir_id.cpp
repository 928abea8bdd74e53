#include "core/fhir_id.hpp"

#include <algorithm>
#include <array>

namespace fhirehose::core {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

constexpr std::array<bool, 256> kIdCharacters = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view("-.")) table[static_cast<unsigned char>(c)] = true;
  for (char c = '0'; c <= '9'; ++c) table[static_cast<unsigned char>(c)] = true;
  for (char c = 'A'; c <= 'Z'; ++c) table[static_cast<unsigned char>(c)] = true;
  for (char c = 'a'; c <= 'z'; ++c) table[static_cast<unsigned char>(c)] = true;
  return table;
}();

}  // namespace

bool is_legal_id(std::string_view text) {
  if (text.empty() || text.size() > kMaxIdLength) return false;
  // Nearly all ids are legal: no way out of the loop is faster than one at each character.
  bool legal = true;
  for (const char c : text) legal &= kIdCharacters[static_cast<unsigned char>(c)];
  return legal;
}

bool is_numeric_id(std::string_view text) {
  // Digits are legal, and most ids have a letter among their first: this ends soon.
  return !text.empty() && text.size() <= kMaxIdLength && std::ranges::all_of(text, is_digit);
}

}  // namespace fhirehose::core
