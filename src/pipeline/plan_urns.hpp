#pragma once

#include "index/load_plan.hpp"
#include "transform/urn_lookup.hpp"

namespace fhirehose::pipeline {

/// The look's fullUrls, as transforms ask for them.
class PlanUrns final : public transform::UrnLookup {
 public:
  explicit PlanUrns(const index::LoadPlan& plan) : plan_(plan) {}

  [[nodiscard]] std::optional<Target> find(std::string_view urn,
                                           const transform::UrnScope& scope) const override {
    const auto target = plan_.urns.find({scope.member, scope.bundle}, urn);
    if (!target) return std::nullopt;
    return Target{target->type, target->id};
  }

 private:
  const index::LoadPlan& plan_;
};

}  // namespace fhirehose::pipeline
