#include "deferral/targets.hpp"

#include <set>
#include <string>

#include "record/json_walk.hpp"
#include "record/reference_text.hpp"
#include "transform/find_references.hpp"

namespace fhirehose::deferral {

std::vector<Target> targets_of(std::string_view body) {
  if (body.empty()) return {};  // of a DELETE
  std::vector<record::Reference> references;
  transform::find_references(body, references);
  std::vector<Target> targets;
  std::set<core::ResourceKey> seen;
  std::string scratch;
  for (const record::Reference& reference : references) {
    if (reference.kind != record::ReferenceKind::kRelative) continue;
    const auto target = record::read_reference(record::plain_text(reference.text(), scratch));
    const core::ResourceKey key = core::key_of(target.type, target.id);
    if (seen.insert(key).second) targets.push_back({key, target.type, std::string(target.id)});
  }
  return targets;
}

}  // namespace fhirehose::deferral
