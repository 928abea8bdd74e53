#include "record/reference_text.hpp"

#include <array>
#include <cstdint>

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

/// `Type/id` or `Type/id/_history/version`.
ReferenceTarget typed(std::string_view text, ReferenceKind kind) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return {};
  const auto type = lookup_type(text.substr(0, slash));
  std::string_view id = text.substr(slash + 1);
  if (const std::size_t end = id.find('/'); end != std::string_view::npos) {
    if (!id.substr(end).starts_with("/_history/")) return {};
    id = id.substr(0, end);
  }
  if (!type || id.empty() || id.find('?') != std::string_view::npos) return {};
  return {kind, *type, id};
}

/// The last two segments of a URL, its version apart, are its type and id.
ReferenceTarget absolute(std::string_view url) {
  const std::string_view resource = url.substr(0, url.find("/_history/"));
  const std::size_t id = resource.rfind('/');
  if (id == std::string_view::npos || id == 0) return {};
  const std::size_t type = resource.rfind('/', id - 1);
  if (type == std::string_view::npos) return {};
  return typed(resource.substr(type + 1), ReferenceKind::kAbsolute);
}

ReferenceTarget by_type_name(std::string_view text) {
  const std::size_t end = text.substr(0, kLongestName).find_first_of("/?");
  if (end == std::string_view::npos) return {};
  if (text[end] == '/') return typed(text, ReferenceKind::kRelative);
  const auto type = lookup_type(text.substr(0, end));
  if (!type) return {};
  return {ReferenceKind::kConditional, *type, {}};
}

}  // namespace

std::optional<core::ResourceType> lookup_type(std::string_view name) {
  if (name.empty()) return std::nullopt;
  for (std::size_t slot = slot_of(name); kTypeSlots[slot] != kEmpty; slot = (slot + 1) % kSlots) {
    const auto type = static_cast<core::ResourceType>(kTypeSlots[slot]);
    if (core::name_of(type) == name) return type;
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
