#pragma once

#include "transform/transform.hpp"
#include "transform/urn_lookup.hpp"

namespace fhirehose::transform {

/// Removes from an ExplanationOfBenefit every trace of a Coverage:
/// - `coverage` of each `insurance` (http://hl7.org/fhir/R4/explanationofbenefit.html), whatever it
///   is; of contained resources (a Claim) as well; `insurance` may be an object instead of an array
/// - each resource inside whose resourceType is Coverage
/// - each Reference to a Coverage: literal (see names_coverage), `#id` of a contained one, a
/// fullUrl
///   that the lookup knows as one's, or of `type` Coverage
/// - what becomes an empty object or array by that, upwards; not the resource itself
/// Everything else keeps its bytes and its order. Escapes in keys and values are understood. Other
/// types are left alone. Recursive as deep as the record nests, which parse limits.
class StripCoverage final : public Transform {
 public:
  /// `urns`, which must outlive this, tells which fullUrl is a Coverage's; null: none is known.
  explicit StripCoverage(const UrnLookup* urns = nullptr) : urns_(urns) {}

  void edit(record::RecordBatch& batch, const record::RecordView& record,
            std::vector<record::Edit>& edits) const override;

 private:
  const UrnLookup* urns_;
};

}  // namespace fhirehose::transform
