#include "transform/resolve_urn.hpp"

#include <string>

#include "record/json_walk.hpp"

namespace fhirehose::transform {
namespace {

/// Gives the edits their texts, which stand one after the other in `joined`: one string a record,
/// not one a reference.
void hand_out(std::string_view joined, std::vector<record::Edit>& edits, std::size_t first,
              const std::vector<std::size_t>& ends) {
  std::size_t start = 0;
  for (const std::size_t end : ends) {
    edits[first++].insert = joined.substr(start, end - start);
    start = end;
  }
}

}  // namespace

void ResolveUrn::edit(record::RecordBatch& batch, const record::RecordView& record,
                      std::vector<record::Edit>& edits) const {
  const UrnScope scope = scope_of(batch, record);
  const std::size_t first = edits.size();
  std::string joined;
  std::string scratch;
  std::vector<std::size_t> ends;
  for (std::uint32_t i = 0; i < record.references; ++i) {
    const record::Reference& reference = batch.references[record.first_reference + i];
    if (reference.kind != record::ReferenceKind::kUrn) continue;
    const auto target = urns_.find(record::plain_text(reference.text(), scratch), scope);
    if (!target) continue;
    joined.append(core::name_of(target->type)).append("/").append(target->id);
    ends.push_back(joined.size());
    const auto offset = static_cast<std::size_t>(reference.text().data() - record.body.data());
    edits.push_back({.offset = offset, .remove = reference.text().size(), .insert = {}});
  }
  if (!ends.empty()) hand_out(batch.keep(std::move(joined)), edits, first, ends);
}

void resolve_patients(const UrnLookup& urns, record::RecordBatch& batch) {
  for (record::RecordView& record : batch.records) {
    if (!record.patient.starts_with("urn:")) continue;
    const auto target = urns.find(record.patient, scope_of(batch, record));
    if (!target || target->type != core::kPatient) continue;
    record.patient = batch.keep(std::string(target->id));
  }
}

}  // namespace fhirehose::transform
