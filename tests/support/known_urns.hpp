#pragma once

#include <map>
#include <string>
#include <string_view>

#include "transform/urn_lookup.hpp"

namespace fhirehose::tests {

/// A UrnLookup of what a test tells it.
class KnownUrns final : public transform::UrnLookup {
 public:
  KnownUrns& add(std::string urn, std::string_view type, std::string id,
                 const transform::UrnScope& scope = {}) {
    entries_[{std::move(urn), scope.member, scope.bundle}] = {
        core::find_resource_type(type).value(), std::move(id)};
    return *this;
  }

  [[nodiscard]] std::optional<Target> find(std::string_view urn,
                                           const transform::UrnScope& scope) const override {
    const auto found = entries_.find({std::string(urn), scope.member, scope.bundle});
    if (found == entries_.end()) return std::nullopt;
    return Target{found->second.first, found->second.second};
  }

 private:
  using Key = std::tuple<std::string, std::uint32_t, std::uint64_t>;
  std::map<Key, std::pair<core::ResourceType, std::string>> entries_;
};

}  // namespace fhirehose::tests
