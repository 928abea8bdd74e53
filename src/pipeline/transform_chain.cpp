#include "pipeline/transform_chain.hpp"

#include <memory>

#include "transform/drop_bad_last_updated.hpp"
#include "transform/map_id.hpp"
#include "transform/rewrite_references.hpp"
#include "transform/strip_coverage.hpp"
#include "transform/tenant_label.hpp"

namespace fhirehose::pipeline {

transform::Chain make_chain(const LoadOptions& options, const transform::Identity& identity,
                            bool dates_itself) {
  transform::Chain chain;
  if (!options.keep_coverage) {
    chain.push_back(std::make_unique<transform::StripCoverage>(&identity.urns));
  }
  chain.push_back(std::make_unique<transform::RewriteReferences>(identity));
  if (!identity.ids.keeps_all()) chain.push_back(std::make_unique<transform::MapId>(identity.ids));
  if (dates_itself) chain.push_back(std::make_unique<transform::DropBadLastUpdated>());
  if (!options.tenant.empty()) {
    chain.push_back(
        std::make_unique<transform::TenantLabel>(options.tenant, options.tenant_system));
  }
  return chain;
}

}  // namespace fhirehose::pipeline
