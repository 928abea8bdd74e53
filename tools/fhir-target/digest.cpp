#include "fhir-target/digest.hpp"

#include <iterator>
#include <vector>

#include <fmt/format.h>

#include "fhir-target/body.hpp"
#include "fhir-target/reference.hpp"
#include "fhir-target/resource_scan.hpp"

namespace fhirehose::target {
namespace {

/// No resource has this key but with a chance of 2^-128: what a `urn:` points at.
constexpr core::ResourceKey kNowhere{};

std::vector<core::ResourceKey> targets_of(const Stored& stored, Body& scratch) {
  scratch.clear();
  scratch.append(stored.text);
  std::vector<core::ResourceKey> keys;
  const auto scan = scan_resource(scratch);
  // Count what can be read: only scanned resources get here, so this does not happen.
  if (!scan) return keys;
  for (const SpelledReference& spelled : scan->references) {
    const Reference parts = read_reference(spelled.text);
    if (parts.kind == ReferenceKind::kUrn) keys.push_back(kNowhere);
    if (parts.kind == ReferenceKind::kRelative) keys.push_back(core::key_of(parts.type, parts.id));
  }
  return keys;
}

std::string types_json(const StoreTally& store) {
  std::string text;
  for (std::size_t i = 0; i < store.resources.size(); ++i) {
    if (store.resources[i] == 0) continue;
    if (!text.empty()) text += ',';
    fmt::format_to(std::back_inserter(text), R"("{}":{})", core::kResourceTypeNames[i],
                   store.resources[i]);
  }
  return text;
}

}  // namespace

std::uint64_t count_dangling(const Store& store) {
  Body scratch;
  return store.count_missing([&](const Stored& stored) { return targets_of(stored, scratch); });
}

std::string digest_json(const StoreTally& store, const RequestTally& requests,
                        std::uint64_t dangling) {
  const std::string state =
      fmt::format(R"("resources":{{{}}},"total":{},"hash":"{}","dangling":{})", types_json(store),
                  store.total, store.hash.text(), dangling);
  const std::string history =
      fmt::format(R"("versions_written":{},"unchanged":{},"deleted":{},"older_over_newer":{})",
                  store.versions_written, store.unchanged, store.deleted, store.older_over_newer);
  const std::string asked = fmt::format(
      R"("requests":{},"refused_requests":{},"bundles":{},"entries":{},"refused_entries":{})",
      requests.requests, requests.refused_requests, requests.bundles, requests.entries,
      requests.refused_entries);
  return fmt::format("{{{},{},{}}}\n", state, history, asked);
}

}  // namespace fhirehose::target
