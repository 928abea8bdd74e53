#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/resource_type.hpp"

namespace fhirehose::core {

/// What the ids of a source become at the target: a function of (type, id) and of nothing else, so
/// that a reference is renamed like what it points at, whatever is loaded when and on which
/// machine. Injective: two resources never become one. Thread-safe.
class IdMapping {
 public:
  /// Each id stays what it is.
  IdMapping() = default;

  /// `prefix` comes before each id; it is of the characters of an id, and shorter than one.
  static IdMapping prefixed(std::string prefix);

  /// Each id becomes the UUID, version 5 (RFC 9562, section 5.5), of the name
  /// `SOURCE_SYSTEM/Type/id` in the namespace of URLs; without a system, of `Type/id`. A system
  /// that is the source's base URL makes this the UUID of the resource's own address.
  static IdMapping uuid(std::string source_system);

  /// `n-` comes before each id of digits only, which some servers keep to themselves; and before
  /// what such an id would look like by that, so that none meets another.
  static IdMapping lettered();

  [[nodiscard]] bool keeps_all() const { return kind_ == Kind::kKeep; }

  /// Whether what a legal id becomes is a legal one: it may be too long.
  [[nodiscard]] bool fits(std::string_view id) const;

  /// Appends what the id of a resource becomes. An id that is none (is_legal_id) stays as it is: no
  /// resource has it.
  void append(ResourceType type, std::string_view id, std::string& out) const;

 private:
  enum class Kind : std::uint8_t { kKeep, kPrefixed, kUuid, kLettered };
  IdMapping(Kind kind, std::string text) : kind_(kind), text_(std::move(text)) {}

  Kind kind_ = Kind::kKeep;
  std::string text_;  ///< the prefix or the system
};

}  // namespace fhirehose::core
