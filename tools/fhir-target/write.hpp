#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/instant.hpp"
#include "core/resource_key.hpp"
#include "core/resource_type.hpp"
#include "fhir-target/content_hash.hpp"

namespace fhirehose::target {

/// What has to exist when a write is done: what the reference at `offset` of its text points at.
struct Target {
  core::ResourceKey key{};
  std::size_t offset = 0;
};

/// One change of the store, made ready without its lock.
struct Write {
  enum class Kind : std::uint8_t {
    kCreate,  ///< of an id that the server has chosen
    kUpdate,  ///< of an id that the client has chosen; creates where there is none
    kDelete,
    kExisting,  ///< a conditional create that has found its match: changes nothing
  };
  Kind kind = Kind::kUpdate;
  core::ResourceType type{};
  core::ResourceKey key;
  std::string id;
  std::string text;
  core::Microseconds last_updated = core::kNever;
  std::uint64_t version_id = 0;  ///< as in ResourceScan
  ContentHash hash;
  std::vector<core::ResourceKey> identifiers;       ///< what it is found by
  std::vector<Target> targets;                      ///< where references are enforced
  std::optional<core::ResourceKey> if_none_exists;  ///< kCreate: refused where this finds one
};

/// What became of it.
struct Written {
  enum class Effect : std::uint8_t {
    kCreated,    ///< version 1
    kUpdated,    ///< a new version
    kUnchanged,  ///< the same bytes were there, or a condition found its match
    kDeleted,
  };
  Effect effect = Effect::kCreated;
  core::ResourceType type{};
  std::string id{};
  std::uint32_t version = 1;
};

}  // namespace fhirehose::target
