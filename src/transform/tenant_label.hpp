#pragma once

#include <string>
#include <string_view>

#include "transform/transform.hpp"

namespace fhirehose::transform {

inline constexpr std::string_view kTenantSystem = "http://thirdopinion.io/identity/claims/tenant";

/// A label and the JSON that puts it into a resource. Each text starts with the comma that parts it
/// from what stands before; where nothing does, it is used without.
struct TenantTexts {
  TenantTexts(std::string_view tenant_code, std::string_view label_system);

  std::string tenant;
  std::string system;
  std::string label;     ///< `,{"system":SYSTEM,"code":TENANT}`
  std::string security;  ///< `,"security":[LABEL]`
  std::string meta;      ///< `,"meta":{"security":[LABEL]}`
};

/// Labels a resource of any type as its tenant's: `{"system":SYSTEM,"code":TENANT}` in
/// `meta.security` (http://hl7.org/fhir/R4/resource.html#Meta). Afterwards exactly one label of the
/// system is there:
/// - the first of that system is replaced in place unless its code is the tenant's already; further
///   ones are removed; labels of other systems stay as they are
/// - where there is none, it comes last in `security`; a missing `security` comes last in `meta`; a
///   missing `meta` comes right behind `resourceType`
/// - a `security` that is a single object becomes an array; a `security` or `meta` of another wrong
///   kind is replaced
/// A `security` that is there twice is labelled twice: whichever one a server takes has the label.
/// (`meta` is there once: parse sees to it.)
class TenantLabel final : public Transform {
 public:
  explicit TenantLabel(std::string_view tenant, std::string_view system = kTenantSystem)
      : texts_(tenant, system) {}

  void edit(record::RecordBatch& batch, const record::RecordView& record,
            std::vector<record::Edit>& edits) const override;

 private:
  const TenantTexts texts_;
};

}  // namespace fhirehose::transform
