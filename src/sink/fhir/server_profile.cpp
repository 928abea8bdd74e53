#include "sink/fhir/server_profile.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace fhirehose::sink::fhir {

// Limits are those that a server has when nobody has set them. One that is stricter answers 413,
// and bundles are halved; `--batch` makes them smaller from the start.
constexpr std::array<ServerProfile, 6> kServerProfiles = {{
    // No limit of entries by default; 5,000 and 60 MB were seen to work. HAPI-0960 for ids of
    // digits only, HAPI-1094 for missing targets:
    // https://hapifhir.io/hapi-fhir/docs/server_jpa/configuration.html. Prints its answers for
    // people unless told not to, and that costs a third more bytes. Others are not asked: a server
    // may refuse parameters that it does not know.
    {.name = "hapi", .refuses_numeric_ids = true, .query = "?_pretty=false"},
    // Referential integrity is on by default, and nothing limits a transaction:
    // https://samply.github.io/blaze/deployment/environment-variables.html
    {.name = "blaze"},
    // maxBatchSize is 50 MB (packages/server/src/config/utils.ts), a transaction has 50 updates at
    // most, a batch any number (packages/fhir-router/src/batch.ts), ids are UUIDs:
    // https://github.com/medplum/medplum,
    // https://www.medplum.com/docs/fhir-datastore/fhir-batch-requests
    {.name = "medplum",
     .atomic_entries = 50,
     .loose = BundleKind::kBatch,
     .refuses_numeric_ids = true},
    // Bundle.EntryLimit is 500 (src/Microsoft.Health.Fhir.Shared.Web/appsettings.json of
    // https://github.com/microsoft/fhir-server;
    // https://learn.microsoft.com/azure/healthcare-apis/fhir/fhir-features-supported). On Cosmos DB
    // there are batches only. References are not checked, but a search needs its match, so that
    // types go in their order.
    {.name = "microsoft", .max_entries = 500, .atomic_entries = 500, .loose = BundleKind::kBatch},
    // SizeLimits: MaxBatchEntries 150, MaxBatchSize 5 MiB:
    // https://docs.fire.ly/projects/Firely-Server/en/latest/configuration/appsettings.html
    {.name = "firely", .max_entries = 150, .max_bytes = 5 * core::kMiB, .atomic_entries = 150},
    {.name = "generic"},
}};

namespace {

/// What gives a server away: a text at the front of something that it says of itself.
struct Sign {
  std::string record::Capabilities::*where;
  std::string_view front;
  std::string_view profile;
};

// fhir-target says which of HAPI's rules it was told to have, behind its rule of references.
constexpr std::array kSigns = {
    Sign{&record::Capabilities::software, "HAPI", "hapi"},
    Sign{&record::Capabilities::software, "Smile CDR", "hapi"},
    Sign{&record::Capabilities::implementation, "references enforced, numeric ids refused", "hapi"},
    Sign{&record::Capabilities::software, "Blaze", "blaze"},
    Sign{&record::Capabilities::software, "medplum", "medplum"},
    Sign{&record::Capabilities::publisher, "Medplum", "medplum"},
    Sign{&record::Capabilities::software, "Microsoft", "microsoft"},
    Sign{&record::Capabilities::software, "Azure", "microsoft"},
    Sign{&record::Capabilities::publisher, "Microsoft", "microsoft"},
    Sign{&record::Capabilities::software, "Firely", "firely"},
    Sign{&record::Capabilities::software, "Vonk", "firely"},
};

}  // namespace

const ServerProfile& recognize(const record::Capabilities& capabilities) {
  const auto* const sign = std::ranges::find_if(kSigns, [&](const Sign& candidate) {
    return (capabilities.*candidate.where).starts_with(candidate.front);
  });
  return sign == kSigns.end() ? kServerProfiles.back() : *find_profile(sign->profile);
}

const ServerProfile* find_profile(std::string_view name) {
  const auto* const found = std::ranges::find(kServerProfiles, name, &ServerProfile::name);
  return found == kServerProfiles.end() ? nullptr : found;
}

std::string profile_names() {
  std::vector<std::string_view> names;
  names.reserve(kServerProfiles.size());
  for (const ServerProfile& profile : kServerProfiles) names.push_back(profile.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace fhirehose::sink::fhir
