#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/resource_key.hpp"
#include "core/resource_type.hpp"
#include "record/record_batch.hpp"

namespace fhirehose::deferral {

/// What a literal reference points at: one resource of the target's.
struct Target {
  core::ResourceKey key;
  core::ResourceType type{};
  std::string id;
};

/// The targets of a resource's relative references, in the order of its text, each once.
/// None of a DELETE's, which has no body.
std::vector<Target> targets_of(std::string_view body);

/// A record's key at the target, where it may have another id than in the source.
inline core::ResourceKey key_at_target(const record::RecordView& record) {
  return core::key_of(record.type, record.id);
}

}  // namespace fhirehose::deferral
