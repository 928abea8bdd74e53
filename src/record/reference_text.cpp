#include "record/reference_text.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace fhirehose::record {
namespace {

constexpr std::size_t kLongestName = 40;
constexpr std::size_t kWord = sizeof(std::uint64_t);
constexpr std::size_t kLeastName = 4;

/// The first and the last letters of a name: all of it up to two words.
struct Letters {
  std::uint64_t head = 0, tail = 0;
  bool operator==(const Letters&) const = default;
};

template <class Word>
constexpr Word read_word(const char* at) {
  if (std::is_constant_evaluated()) {
    Word word = 0;
    for (std::size_t i = 0; i < sizeof(Word); ++i)
      word |= static_cast<Word>(static_cast<unsigned char>(at[i])) << (8 * i);
    return word;
  }
  Word word = 0;
  std::memcpy(&word, at, sizeof(word));
  return word;
}

/// `name` has kLeastName letters at least.
constexpr Letters letters_of(std::string_view name) {
  const char* const end = name.data() + name.size();
  if (name.size() >= kWord) {
    return {read_word<std::uint64_t>(name.data()), read_word<std::uint64_t>(end - kWord)};
  }
  const std::uint64_t last = read_word<std::uint32_t>(end - kLeastName);
  return {read_word<std::uint32_t>(name.data()) | last << 32, 0};
}

/// A name and its type beside each other: one load away, where a table of names would be three.
struct Slot {
  Letters letters;
  std::uint8_t size = 0;  ///< 0: no name
  core::ResourceType type{};
};

constexpr std::size_t kSlotBits = 9;
constexpr std::size_t kSlots = std::size_t{1} << kSlotBits;

constexpr std::size_t slot_of(const Letters& letters) {
  const std::uint64_t mixed = (letters.head ^ std::rotl(letters.tail, 23)) * 0x9E3779B97F4A7C15ULL;
  return static_cast<std::size_t>(mixed >> (64 - kSlotBits));
}

constexpr std::array<Slot, kSlots> make_slots() {
  std::array<Slot, kSlots> slots{};
  for (std::size_t i = 0; i < core::kResourceTypeCount; ++i) {
    const std::string_view name = core::kResourceTypeNames[i];
    const Letters letters = letters_of(name);
    std::size_t slot = slot_of(letters);
    while (slots[slot].size != 0) slot = (slot + 1) % kSlots;
    slots[slot] = {letters, static_cast<std::uint8_t>(name.size()),
                   static_cast<core::ResourceType>(i)};
  }
  return slots;
}

constexpr std::array<Slot, kSlots> kTypeSlots = make_slots();

bool is_name(const Slot& slot, const Letters& letters, std::string_view name) {
  if (slot.letters != letters || slot.size != name.size()) return false;
  return name.size() <= 2 * kWord || core::name_of(slot.type) == name;
}

/// Which of eight bytes is the first `/` or `?`; kWord: none.
std::size_t find_slash_in_word(const char* at) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  // `/` and `?` differ in one bit: with it set, both become a zero byte here, and nothing else.
  const std::uint64_t word = (read_word<std::uint64_t>(at) | kOnes * 0x10) ^ kOnes * '?';
  // Bits behind the first zero byte's may be set by its borrow; those before it are not.
  return static_cast<std::size_t>(std::countr_zero((word - kOnes) & ~word & kOnes * 0x80)) / 8;
}

/// Place of the first `/` or `?` in `text`, or its size: eight bytes at a time, as the texts are
/// too short for a call of memchr.
std::size_t find_slash(std::string_view text) {
  const std::size_t size = text.size();
  std::size_t i = 0;
  for (; i + kWord <= size; i += kWord) {
    const std::size_t place = find_slash_in_word(text.data() + i);
    if (place < kWord) return i + place;
  }
  if (i == size) return size;
  if (size >= kWord) {
    // Again from the end: of the bytes that come twice none is one.
    const std::size_t place = find_slash_in_word(text.data() + size - kWord);
    return size - kWord + place;
  }
  while (i < size && text[i] != '/' && text[i] != '?') ++i;
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
  if (name.size() < kLeastName) return std::nullopt;
  const Letters letters = letters_of(name);
  std::size_t slot = slot_of(letters);
  for (; kTypeSlots[slot].size != 0; slot = (slot + 1) % kSlots) {
    if (is_name(kTypeSlots[slot], letters, name)) return kTypeSlots[slot].type;
  }
  return std::nullopt;
}

// Flattened, as all that it calls is small and at hand: the calls would take longer than the work.
[[gnu::flatten]] ReferenceTarget read_reference(std::string_view text) {
  if (text.empty()) return {};
  if (text.front() >= 'A' && text.front() <= 'Z') return by_type_name(text);
  if (text.front() == '#') return {ReferenceKind::kContained, {}, {}};
  if (text.starts_with("urn:")) return {ReferenceKind::kUrn, {}, {}};
  if (text.starts_with("http://") || text.starts_with("https://")) return absolute(text);
  return {};
}

std::string_view id_in(std::string_view text, const Reference& reference) {
  if (!reference.ends_with_id) return read_reference(text).id;
  return text.substr(core::name_of(reference.type).size() + 1);
}

}  // namespace fhirehose::record
