#include "transform/identity.hpp"

#include "core/fhir_id.hpp"
#include "record/reference_text.hpp"

namespace fhirehose::transform {
namespace {

using record::ReferenceKind;

void append_resource(const UrnLookup::Target& target, const core::IdMapping& ids,
                     std::string& out) {
  out.append(core::name_of(target.type)).append("/");
  ids.append(target.type, target.id, out);
}

/// `Type/id` and what follows it, with another id.
bool append_mapped(std::string_view relative, const core::IdMapping& ids, std::string& out) {
  const record::ReferenceTarget target = record::read_reference(relative);
  if (target.kind != ReferenceKind::kRelative || !core::is_legal_id(target.id)) return false;
  append_resource({target.type, target.id}, ids, out);
  const auto behind =
      static_cast<std::size_t>(target.id.data() + target.id.size() - relative.data());
  out.append(relative.substr(behind));
  return true;
}

/// A `urn:` of the scope that is a Patient, or what it is already.
std::string_view patient_of(const Identity& identity, const record::RecordBatch& batch,
                            const record::RecordView& record) {
  if (!record.patient.starts_with("urn:")) return record.patient;
  const auto target = identity.urns.find(record.patient, scope_of(batch, record));
  return target && target->type == core::kPatient ? target->id : record.patient;
}

std::string_view mapped(const core::IdMapping& ids, core::ResourceType type, std::string_view id,
                        record::RecordBatch& batch) {
  if (ids.keeps_all() || id.empty()) return id;
  std::string text;
  ids.append(type, id, text);
  return text == id ? id : batch.keep(std::move(text));
}

}  // namespace

bool Identity::rewrite(std::string_view reference, const UrnScope& scope, std::string& out) const {
  if (reference.empty() || reference.front() == '#') return false;
  const std::size_t before = out.size();
  const ReferenceKind kind = record::read_reference(reference).kind;
  if (!concerns(kind)) return false;
  if (kind == ReferenceKind::kRelative) {
    if (!append_mapped(reference, ids, out)) return false;
    return std::string_view(out).substr(before) != reference;
  }
  if (!may_be_full_url(reference)) return false;
  if (const auto target = urns.find(reference, scope)) {
    append_resource(*target, ids, out);
    return true;
  }
  const auto relative = bases.below(reference);
  if (!relative) return false;
  if (ids.keeps_all() || !append_mapped(*relative, ids, out)) out.append(*relative);
  return true;
}

void rename_records(const Identity& identity, record::RecordBatch& batch) {
  if (batch.chunk->origin.renamed) return;
  if (batch.bundles.empty() && identity.ids.keeps_all()) return;
  for (record::RecordView& record : batch.records) {
    const std::string_view patient = patient_of(identity, batch, record);
    record.patient = mapped(identity.ids, core::kPatient, patient, batch);
    record.id = mapped(identity.ids, record.type, record.id, batch);
  }
}

}  // namespace fhirehose::transform
