#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include "core/resource_type.hpp"
#include "record/record_batch.hpp"

namespace fhirehose::record {

/// What a reference's text says (http://hl7.org/fhir/R4/references.html#literal).
struct ReferenceTarget {
  ReferenceKind kind = ReferenceKind::kOther;
  core::ResourceType type{};  ///< kRelative, kAbsolute and kConditional only
  std::string_view id;        ///< kRelative and kAbsolute only; not checked to be a legal one
};

/// `text` holds no escapes.
ReferenceTarget read_reference(std::string_view text);

/// The id in the text, escapes undone, of a reference that parse has found to be kRelative or
/// kAbsolute: in most cases without reading it again.
std::string_view id_in(std::string_view text, const Reference& reference);

/// Whether two references have the same text. Of texts of some tens of bytes, which mostly are the
/// same: a call of memcmp takes twice as long.
inline bool is_same_text(std::string_view one, std::string_view other) {
  constexpr std::size_t kStep = sizeof(std::uint64_t);
  const auto word_at = [](std::string_view text, std::size_t at) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, kStep);
    return word;
  };
  const std::size_t size = one.size();
  if (size != other.size()) return false;
  if (size < kStep) return one == other;
  for (std::size_t i = 0; i + kStep < size; i += kStep) {
    if (word_at(one, i) != word_at(other, i)) return false;
  }
  return word_at(one, size - kStep) == word_at(other, size - kStep);
}

/// The resource type of that exact name; as core::find_resource_type, in a few nanoseconds.
std::optional<core::ResourceType> lookup_type(std::string_view name);

}  // namespace fhirehose::record
