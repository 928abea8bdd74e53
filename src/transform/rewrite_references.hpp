#pragma once

#include "transform/identity.hpp"
#include "transform/transform.hpp"

namespace fhirehose::transform {

/// Writes each Reference.reference, contained resources' ones too, as Identity says: what points at
/// a resource of the load points at it still (http://hl7.org/fhir/R4/http.html#trules). Others, and
/// all that is no Reference.reference, keep their bytes.
class RewriteReferences final : public Transform {
 public:
  /// `identity` must outlive this.
  explicit RewriteReferences(const Identity& identity) : identity_(identity) {}

  void edit(record::RecordBatch& batch, const record::RecordView& record,
            std::vector<record::Edit>& edits) const override;
  [[nodiscard]] bool edits_single_strings() const override { return true; }

 private:
  const Identity& identity_;
};

}  // namespace fhirehose::transform
