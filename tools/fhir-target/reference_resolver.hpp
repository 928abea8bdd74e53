#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "fhir-target/reference.hpp"
#include "fhir-target/refusal.hpp"
#include "fhir-target/resource_scan.hpp"
#include "fhir-target/rules.hpp"
#include "fhir-target/splices.hpp"
#include "fhir-target/store.hpp"
#include "fhir-target/write.hpp"

namespace fhirehose::target {

/// By fullUrl: the `Type/id` that a transaction's entry ends as.
using FullUrls = std::unordered_map<std::string_view, std::string>;

/// Says for each reference of a resource what is to stand in its place, and what has to exist.
/// What the rules leave open stays as it is spelled.
class ReferenceResolver {
 public:
  ReferenceResolver(const Store& store, const Rules& rules, const FullUrls& full_urls)
      : store_(store), rules_(rules), full_urls_(full_urls) {}

  /// Adds replacements to `splices` and, where references are enforced, targets to `write` (with
  /// offsets before any splice). Refusals: HAPI-0541, 0506, 0507, 1091, 1092.
  Answered<void> resolve(const ResourceScan& resource, Write& write, Splices& splices) const;

 private:
  using Replacement = std::optional<std::string>;  ///< nullopt: it stays
  /// Where a reference stands, for messages.
  struct Place {
    const ResourceScan& resource;
    std::size_t offset;
  };

  [[nodiscard]] Answered<Replacement> replacement(std::string_view text, const Place& place) const;
  [[nodiscard]] Answered<Replacement> of_full_url(std::string_view text, const Place& place) const;
  [[nodiscard]] Answered<Replacement> of_condition(const Reference& parts,
                                                   std::string_view text) const;
  void require(std::string_view reference, std::size_t offset, Write& write) const;

  const Store& store_;
  const Rules& rules_;
  const FullUrls& full_urls_;
};

}  // namespace fhirehose::target
