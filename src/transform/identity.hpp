#pragma once

#include <string>
#include <string_view>

#include "core/id_mapping.hpp"
#include "record/record_batch.hpp"
#include "record/source_bases.hpp"
#include "transform/urn_lookup.hpp"

namespace fhirehose::transform {

/// What the source's resources are called at the target. Thread-safe when const.
struct Identity {
  const UrnLookup& urns;  ///< outlives this
  record::SourceBases bases = {};
  core::IdMapping ids = {};

  /// Whether a reference of that kind may have to be rewritten.
  [[nodiscard]] bool concerns(record::ReferenceKind kind) const {
    if (kind == record::ReferenceKind::kRelative) return !ids.keeps_all();
    return kind != record::ReferenceKind::kContained && kind != record::ReferenceKind::kConditional;
  }

  /// Appends what `reference`, without escapes, is at the target:
  /// - a fullUrl of the scope, `urn:` or not: `Type/id` of that entry's resource
  /// - below one of `bases`: without the base
  /// - `Type/id`, and what has become that: with the id that `ids` makes of it; a version behind it
  ///   (`/_history/3`) stays
  /// False, and nothing appended, where it stays as it is.
  bool rewrite(std::string_view reference, const UrnScope& scope, std::string& out) const;
};

/// Gives each record's id and patient as they are at the target: a patient that is a `urn:` of a
/// known Patient becomes that one's id, and then all ids are mapped. Keys and lanes stay those of
/// the source. After the transforms, which look for the source's ids in the text; before the lanes,
/// which part patients. What has been renamed before (memory::ChunkOrigin) stays.
void rename_records(const Identity& identity, record::RecordBatch& batch);

}  // namespace fhirehose::transform
