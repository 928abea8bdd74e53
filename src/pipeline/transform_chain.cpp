#include "pipeline/transform_chain.hpp"

#include <memory>

#include "transform/resolve_urn.hpp"
#include "transform/strip_coverage.hpp"
#include "transform/tenant_label.hpp"

namespace fhirehose::pipeline {

transform::Chain make_chain(const LoadOptions& options, const transform::UrnLookup& urns) {
  transform::Chain chain;
  if (!options.keep_coverage) chain.push_back(std::make_unique<transform::StripCoverage>(&urns));
  chain.push_back(std::make_unique<transform::ResolveUrn>(urns));
  if (!options.tenant.empty()) {
    chain.push_back(
        std::make_unique<transform::TenantLabel>(options.tenant, options.tenant_system));
  }
  return chain;
}

}  // namespace fhirehose::pipeline
