#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/byte_size.hpp"
#include "record/capability_statement.hpp"
#include "sink/fhir/delivery.hpp"

namespace fhirehose::sink::fhir {

/// What there is to know of a kind of server before the first bundle is sent: all that differs
/// between servers, so that nothing else asks for their names.
struct ServerProfile {
  std::string_view name;                      ///< for `--profile` and the report: `hapi`
  std::uint32_t max_entries = 5'000;          ///< of any bundle
  std::uint64_t max_bytes = 32 * core::kMiB;  ///< of a bundle's body
  std::uint32_t atomic_entries = 5'000;  ///< of a source's transaction that is kept whole; 0: none
  BundleKind loose = BundleKind::kTransaction;  ///< how records go that stand for themselves
  bool checks_references = true;     ///< a reference needs its target, or a search its match
  bool refuses_numeric_ids = false;  ///< from clients
  std::string_view query = {};       ///< behind the address that bundles are posted to
};

/// In the order in which they are listed; the last is for a server that nothing is known of.
extern const std::array<ServerProfile, 6> kServerProfiles;

/// The profile of a server by what it says of itself.
const ServerProfile& recognize(const record::Capabilities& capabilities);

/// The profile of that exact name.
const ServerProfile* find_profile(std::string_view name);

/// `hapi, blaze, ...`: for people who asked for one that there isn't.
std::string profile_names();

}  // namespace fhirehose::sink::fhir
