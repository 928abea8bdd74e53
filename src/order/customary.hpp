#pragma once

#include <cstdint>

#include "core/resource_type.hpp"

namespace fhirehose::order {

/// R4's customary order of loading. A lower number goes earlier; types of the same number don't
/// refer to one another as a rule.
int customary_rank(core::ResourceType type);

/// The sections of that order.
enum class Section : std::uint8_t {
  kProviders,
  kPatients,
  kVisits,
  kClinical,
  kFinancial,
  kProvenance,
};
Section customary_section(core::ResourceType type);

}  // namespace fhirehose::order
