#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/instant.hpp"
#include "core/resource_type.hpp"
#include "fhir-target/body.hpp"
#include "fhir-target/refusal.hpp"

namespace fhirehose::target {

/// The value of a `reference` member.
struct SpelledReference {
  std::string_view spelled{};  ///< between its quotes, in ResourceScan::text
  std::string_view text{};     ///< without escapes
};

/// One element of the resource's own `identifier`, without escapes.
struct Identifier {
  std::string_view system{};
  std::string_view value{};
};

/// What one walk over a resource finds. Views live until the body changes or the thread scans
/// again.
struct ResourceScan {
  std::string_view text{};  ///< `{` to `}`
  std::optional<core::ResourceType> type{};
  std::string_view id{};  ///< between its quotes, in `text`; data() is null where it has none
  core::Microseconds last_updated = core::kNever;
  std::uint64_t version_id = 0;                ///< meta.versionId; 0: none, or no number
  std::vector<SpelledReference> references{};  ///< in the order of the text
  std::vector<Identifier> identifiers{};
  std::string problem{};  ///< why no server could read it (HAPI-0450); empty: fine
};

/// Reads the one resource that `body` is. Refuses what is no JSON object, has bytes behind it, or
/// has a problem.
Answered<ResourceScan> scan_resource(const Body& body);

/// What HAPI answers to a body that it can't parse.
tl::unexpected<Refusal> refuse_unparseable(std::string_view why);

}  // namespace fhirehose::target
