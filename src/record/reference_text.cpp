#include "record/reference_text.hpp"

#include <array>
#include <cstdint>
#include <cstring>

namespace fhirehose::record {
namespace {

constexpr std::size_t kSlots = 1024;
constexpr std::uint8_t kEmpty = 0xFF;
constexpr std::size_t kLongestName = 40;

/// No two names of R4 share their length, first, middle and last letters with more than a few.
constexpr std::size_t slot_of(std::string_view name) {
  const std::size_t size = name.size();
  const auto letter = [name](std::size_t i) { return static_cast<std::size_t>(name[i]) & 0x3F; };
  return (letter(0) * 67 + letter(size / 2) * 311 + letter(size - 1) * 29 + size * 97) % kSlots;
}

constexpr std::array<std::uint8_t, kSlots> make_slots() {
  std::array<std::uint8_t, kSlots> slots{};
  slots.fill(kEmpty);
  for (std::size_t i = 0; i < core::kResourceTypeCount; ++i) {
    std::size_t slot = slot_of(core::kResourceTypeNames[i]);
    while (slots[slot] != kEmpty) slot = (slot + 1) % kSlots;
    slots[slot] = static_cast<std::uint8_t>(i);
  }
  return slots;
}

constexpr std::array<std::uint8_t, kSlots> kTypeSlots = make_slots();

std::uint64_t word_at(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof(word));
  return word;
}

/// Whether both are the same: most names of types are compared by two words that may overlap.
bool same(std::string_view a, std::string_view b) {
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  if (a.size() != b.size()) return false;
  if (a.size() < kWord || a.size() > 2 * kWord) return a == b;
  const std::size_t tail = a.size() - kWord;
  return word_at(a.data()) == word_at(b.data()) &&
         word_at(a.data() + tail) == word_at(b.data() + tail);
}

/// Place of the first `/` or `?` in `text`, or its size: eight bytes at a time, as the texts are
/// too short for a call of memchr.
std::size_t find_slash(std::string_view text) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  std::size_t i = 0;
  for (; i + sizeof(std::uint64_t) <= text.size(); i += sizeof(std::uint64_t)) {
    std::uint64_t word = word_at(text.data() + i);
    // `/` and `?` differ in one bit: with it set, both become a zero byte here, and nothing else.
    word = (word | kOnes * 0x10) ^ kOnes * '?';
    if (((word - kOnes) & ~word & kOnes * 0x80) != 0) break;
  }
  while (i < text.size() && text[i] != '/' && text[i] != '?') ++i;
  return i;
}

/// What follows `Type/`: `id` or `id/_history/version`.
ReferenceTarget typed(std::string_view type_name, std::string_view rest, ReferenceKind kind) {
  const auto type = lookup_type(type_name);
  const std::size_t end = find_slash(rest);
  if (!type || end == 0) return {};
  if (end < rest.size() && !rest.substr(end).starts_with("/_history/")) return {};
  return {kind, *type, rest.substr(0, end)};
}

/// The last two segments of a URL, its version apart, are its type and id.
ReferenceTarget absolute(std::string_view url) {
  const std::string_view resource = url.substr(0, url.find("/_history/"));
  const std::size_t id = resource.rfind('/');
  if (id == std::string_view::npos || id == 0) return {};
  const std::size_t type = resource.rfind('/', id - 1);
  if (type == std::string_view::npos) return {};
  return typed(resource.substr(type + 1, id - type - 1), resource.substr(id + 1),
               ReferenceKind::kAbsolute);
}

ReferenceTarget by_type_name(std::string_view text) {
  const std::size_t end = find_slash(text.substr(0, kLongestName));
  if (end >= text.size() || end == kLongestName) return {};
  const std::string_view name = text.substr(0, end);
  if (text[end] == '/') return typed(name, text.substr(end + 1), ReferenceKind::kRelative);
  const auto type = lookup_type(name);
  if (!type) return {};
  return {ReferenceKind::kConditional, *type, {}};
}

}  // namespace

std::optional<core::ResourceType> lookup_type(std::string_view name) {
  if (name.empty()) return std::nullopt;
  for (std::size_t slot = slot_of(name); kTypeSlots[slot] != kEmpty; slot = (slot + 1) % kSlots) {
    const auto type = static_cast<core::ResourceType>(kTypeSlots[slot]);
    if (same(core::name_of(type), name)) return type;
  }
  return std::nullopt;
}

ReferenceTarget read_reference(std::string_view text) {
  if (text.empty()) return {};
  if (text.front() >= 'A' && text.front() <= 'Z') return by_type_name(text);
  if (text.front() == '#') return {ReferenceKind::kContained, {}, {}};
  if (text.starts_with("urn:")) return {ReferenceKind::kUrn, {}, {}};
  if (text.starts_with("http://") || text.starts_with("https://")) return absolute(text);
  return {};
}

}  // namespace fhirehose::record
