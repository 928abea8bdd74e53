#include "core/id_mapping.hpp"

#include <array>
#include <cstddef>
#include <utility>

#include "core/fhir_id.hpp"
#include "core/sha1.hpp"

namespace fhirehose::core {
namespace {

constexpr std::string_view kLetter = "n-";

/// What `lettered` changes: L = { `n-`* digits+ }. It is injective because it maps L into L by
/// putting `n-` in front, which taking that away undoes, and leaves alone all that is not in L.
bool is_lettered(std::string_view id) {
  while (id.starts_with(kLetter)) id.remove_prefix(kLetter.size());
  return is_numeric_id(id);
}

/// 6ba7b811-9dad-11d1-80b4-00c04fd430c8: names that are URLs (RFC 9562, section 6.6).
constexpr std::string_view kUrlNamespace(
    "\x6b\xa7\xb8\x11\x9d\xad\x11\xd1\x80\xb4\x00\xc0\x4f\xd4\x30\xc8", 16);

void append_uuid5(std::string_view name, std::string& out) {
  thread_local std::string text;
  text.assign(kUrlNamespace).append(name);
  auto bytes = sha1(text);
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0F) | 0x50);  // version 5
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3F) | 0x80);  // variant of RFC 9562
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (std::size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    out += kDigits[bytes[i] >> 4];
    out += kDigits[bytes[i] & 0x0F];
  }
}

/// No type and no id has a slash, so that the last two tell where the system ends.
void append_name(std::string_view system, ResourceType type, std::string_view id,
                 std::string& out) {
  if (!system.empty()) out.append(system).append("/");
  out.append(name_of(type)).append("/").append(id);
}

}  // namespace

IdMapping IdMapping::prefixed(std::string prefix) { return {Kind::kPrefixed, std::move(prefix)}; }

IdMapping IdMapping::uuid(std::string source_system) {
  return {Kind::kUuid, std::move(source_system)};
}

IdMapping IdMapping::lettered() { return {Kind::kLettered, {}}; }

bool IdMapping::fits(std::string_view id) const {
  if (kind_ == Kind::kPrefixed) return text_.size() + id.size() <= kMaxIdLength;
  if (kind_ == Kind::kLettered) {
    return kLetter.size() + id.size() <= kMaxIdLength || !is_lettered(id);
  }
  return true;
}

void IdMapping::append(ResourceType type, std::string_view id, std::string& out) const {
  if (kind_ != Kind::kKeep && is_legal_id(id)) {
    if (kind_ == Kind::kUuid) {
      thread_local std::string name;
      name.clear();
      append_name(text_, type, id, name);
      return append_uuid5(name, out);
    }
    if (kind_ == Kind::kPrefixed) out += text_;
    if (kind_ == Kind::kLettered && is_lettered(id)) out += kLetter;
  }
  out += id;
}

}  // namespace fhirehose::core
