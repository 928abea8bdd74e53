#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "core/resource_type.hpp"
#include "record/record_batch.hpp"

namespace fhirehose::transform {

/// The Bundle whose fullUrls a reference is looked up in.
struct UrnScope {
  static constexpr std::uint64_t kNoBundle = std::numeric_limits<std::uint64_t>::max();

  std::uint32_t member = 0;          ///< place in the catalog
  std::uint64_t bundle = kNoBundle;  ///< offset of its `{` in the member's decompressed bytes
  bool operator==(const UrnScope&) const = default;
};

/// The scope of what a record says.
inline UrnScope scope_of(const record::RecordBatch& batch, const record::RecordView& record) {
  UrnScope scope{.member = batch.chunk->origin.member};
  if (record.bundle != 0) scope.bundle = batch.bundles[record.bundle - 1].offset;
  return scope;
}

/// Whether a reference may be the fullUrl of a Bundle's entry.
inline bool may_be_full_url(std::string_view reference) {
  return reference.starts_with("urn:") || reference.starts_with("http");
}

/// What the entries of Bundles are called before they are on a server
/// (http://hl7.org/fhir/R4/bundle.html#references). Filled by the look. Thread-safe when const.
class UrnLookup {
 public:
  struct Target {
    core::ResourceType type{};
    std::string_view id;  ///< legal (core::is_legal_id); lives as long as the lookup
  };

  UrnLookup() = default;
  UrnLookup(const UrnLookup&) = delete;
  UrnLookup& operator=(const UrnLookup&) = delete;
  virtual ~UrnLookup() = default;

  /// The resource whose fullUrl is `urn`, a reference's text without escapes. Knows each `urn:`,
  /// and of other fullUrls those that do not say themselves which resource they are.
  [[nodiscard]] virtual std::optional<Target> find(std::string_view urn,
                                                   const UrnScope& scope) const = 0;
};

}  // namespace fhirehose::transform
