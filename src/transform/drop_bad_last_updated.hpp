#pragma once

#include "transform/transform.hpp"

namespace fhirehose::transform {

/// Leaves out a `meta.lastUpdated` that is no instant
/// (http://hl7.org/fhir/R4/datatypes.html#instant), and a `meta` that has nothing else. A server
/// ignores what a client says there and sets its own (http://hl7.org/fhir/R4/http.html#update), but
/// may refuse the whole resource where it can't read it.
class DropBadLastUpdated final : public Transform {
 public:
  void edit(record::RecordBatch& batch, const record::RecordView& record,
            std::vector<record::Edit>& edits) const override;
};

}  // namespace fhirehose::transform
