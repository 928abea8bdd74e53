#pragma once

#include "transform/transform.hpp"
#include "transform/urn_lookup.hpp"

namespace fhirehose::transform {

/// Writes `Type/id` for each Reference.reference that is a `urn:` which the lookup knows; others
/// stay as they are (http://hl7.org/fhir/R4/http.html#trules).
class ResolveUrn final : public Transform {
 public:
  /// `urns` must outlive this.
  explicit ResolveUrn(const UrnLookup& urns) : urns_(urns) {}

  void edit(record::RecordBatch& batch, const record::RecordView& record,
            std::vector<record::Edit>& edits) const override;
  [[nodiscard]] bool edits_single_strings() const override { return true; }

 private:
  const UrnLookup& urns_;
};

/// Gives each record whose `patient` is a `urn:` that the lookup knows as a Patient that one's id.
/// Others keep theirs. Records are routed by what it leaves, so it comes before the lanes.
void resolve_patients(const UrnLookup& urns, record::RecordBatch& batch);

}  // namespace fhirehose::transform
