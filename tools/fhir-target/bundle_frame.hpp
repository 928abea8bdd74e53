#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fhir-target/body.hpp"
#include "fhir-target/refusal.hpp"
#include "fhir-target/resource_scan.hpp"

namespace fhirehose::target {

enum class Method : std::uint8_t { kNone, kGet, kPost, kPut, kDelete, kOther };

Method read_method(std::string_view text);

/// One thing asked of the server: an entry of a bundle, or a request that is no bundle. Views live
/// as long as those of a ResourceScan.
struct Entry {
  Method method = Method::kNone;
  std::string_view url{};  ///< below the base: `Patient/1`, `Patient`, `Patient?identifier=...`
  std::string_view full_url{};
  std::string_view if_none_exist{};
  std::optional<ResourceScan> resource{};
};

enum class BundleKind : std::uint8_t { kTransaction, kBatch };

struct Frame {
  BundleKind kind = BundleKind::kTransaction;
  std::vector<Entry> entries{};
};

enum class Resources : std::uint8_t { kScan, kSkip };

/// Takes apart the transaction or batch that `body` is. Refuses all of it where one of its
/// resources can't be parsed, as HAPI does.
Answered<Frame> frame_bundle(const Body& body, Resources resources);

}  // namespace fhirehose::target
