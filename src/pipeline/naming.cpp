#include "pipeline/naming.hpp"

#include <string>
#include <vector>

#include <fmt/format.h>

#include "core/fhir_id.hpp"

namespace fhirehose::pipeline {
namespace {

tl::unexpected<core::Error> usage(std::string sentence) {
  return core::fail(core::ErrorKind::kUsage, std::move(sentence));
}

core::Result<core::IdMapping> prefixed(const Identity& identity) {
  const bool own = !identity.prefix.empty();
  if (own && !identity.source_system.empty()) {
    return usage(
        "--ids prefix=STR leaves no place for --source-system; --ids prefix puts its name and a "
        "hyphen before each id");
  }
  if (!own && identity.source_system.empty()) {
    return usage("--ids prefix is to be --ids prefix=STR, or comes with --source-system NAME");
  }
  const std::string prefix = own ? identity.prefix : identity.source_system + "-";
  if (!core::is_legal_id(prefix) || prefix.size() == core::kMaxIdLength) {
    return usage(
        fmt::format("{} can't begin a FHIR id: 1 to {} letters, digits, hyphens and dots can",
                    own ? "the prefix of --ids" : "the name of --source-system and a hyphen",
                    core::kMaxIdLength - 1));
  }
  return core::IdMapping::prefixed(prefix);
}

core::Result<core::IdMapping> mapping_of(const Identity& identity) {
  const Ids ids = identity.ids.value_or(Ids::kKeep);
  if (ids == Ids::kPrefix) return prefixed(identity);
  if (!identity.prefix.empty()) return usage("a prefix is for --ids prefix");
  if (ids == Ids::kUuid) return core::IdMapping::uuid(identity.source_system);
  if (!identity.source_system.empty()) {
    return usage(
        "--source-system needs --ids uuid or --ids prefix: other ids have no place for it");
  }
  return ids == Ids::kAuto ? core::IdMapping::lettered() : core::IdMapping();
}

}  // namespace

core::Result<record::ParseOptions> reading_of(const Identity& identity) {
  record::ParseOptions reading;
  auto ids = mapping_of(identity);
  if (!ids) return tl::unexpected(ids.error());
  reading.ids = *std::move(ids);
  for (const std::string& base : identity.source_bases) {
    if (const core::Status added = reading.bases.add(base); !added) {
      return usage("--source-base: " + added.error().message);
    }
  }
  return reading;
}

record::ParseOptions without_letters(const Identity& identity, record::ParseOptions reading) {
  if (identity.ids == Ids::kAuto) reading.ids = {};
  return reading;
}

void read_as(Session& session, const Identity& identity, const record::ParseOptions& reading) {
  using Kept = index::LayoutLog::References;
  session.read_as(
      reading, identity.urns_reach_everywhere ? index::UrnReach::kInput : index::UrnReach::kBundle);
  session.remember_layouts(reading.ids.keeps_all() ? Kept::kSilent : Kept::kAll);
}

transform::Identity identity_of(const record::ParseOptions& reading, const index::LoadPlan& plan,
                                const transform::UrnLookup& urns) {
  transform::Identity identity{urns, reading.bases, reading.ids};
  identity.bases.add(plan.bases);
  return identity;
}

core::Status ids_are_taken(const index::LoadPlan& plan, const Identity& identity,
                           const sink::Traits& traits) {
  if (identity.ids || !traits.refuses_numeric_ids) return {};
  std::uint64_t all = 0;
  std::vector<std::string> of_types;
  for (std::size_t type = 0; type < plan.types.size(); ++type) {
    const std::uint64_t numeric = plan.types[type].numeric_id;
    if (numeric == 0) continue;
    all += numeric;
    of_types.push_back(fmt::format("{} {}", numeric, core::kResourceTypeNames[type]));
  }
  if (all == 0) return {};
  return usage(fmt::format(
      "{} refuses ids of digits only, as {} of the records have ({}); nothing was sent. --ids auto "
      "puts n- before those; --ids prefix=STR and --ids uuid change all ids; --ids keep sends "
      "them, for a server that is set up to take them",
      traits.name, all, fmt::join(of_types, ", ")));
}

}  // namespace fhirehose::pipeline
