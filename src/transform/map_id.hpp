#pragma once

#include "core/id_mapping.hpp"
#include "transform/transform.hpp"

namespace fhirehose::transform {

/// Gives a resource the id that its mapping makes of RecordView::id: in the place of its own `id`,
/// or as its first member where it has none. The ids of what it contains stay.
class MapId final : public Transform {
 public:
  explicit MapId(core::IdMapping ids) : ids_(std::move(ids)) {}

  void edit(record::RecordBatch& batch, const record::RecordView& record,
            std::vector<record::Edit>& edits) const override;

 private:
  const core::IdMapping ids_;
};

}  // namespace fhirehose::transform
