#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace fhirehose {

/// Which of several records with the same type and id is loaded.
enum class Duplicates : std::uint8_t {
  kNewest,  ///< greatest (meta.lastUpdated, meta.versionId, position in the input)
  kFirst,   ///< first in the input
  kLast,    ///< last in the input
  kError,   ///< none: a load with duplicates ends before anything is sent
};

/// How the input is read; for every command that reads one.
struct InputOptions {
  std::vector<std::filesystem::path> sources;  ///< files, archives, directories
  Duplicates duplicates = Duplicates::kNewest;
  std::uint64_t memory = 256ULL << 20;      ///< bytes of input in memory at most
  std::uint64_t max_record = 256ULL << 20;  ///< bytes; a larger record is a dead letter
  std::uint64_t window = 1ULL << 20;        ///< bytes inflated and cut at a time
  std::uint32_t threads = 0;                ///< that compute; 0: one a core
};

/// What a load does with it.
struct LoadOptions {
  InputOptions input;
  std::string target = "sqlite:fhirehose.db";
  std::filesystem::path state = ".fhirehose";  ///< where the ledger lives
  bool keep_coverage = false;                  ///< leave the Coverage in ExplanationOfBenefits
  std::string tenant;  ///< code of the tenant label in meta.security; empty: none is set
  std::string tenant_system = "http://thirdopinion.io/identity/claims/tenant";
  std::optional<std::uint32_t> concurrency;  ///< bundles in flight; unset: what suits the target
  std::optional<std::uint32_t> batch;        ///< entries in a bundle; unset: what suits the target
};

}  // namespace fhirehose
