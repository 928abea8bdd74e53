#pragma once

#include <cstdint>
#include <filesystem>

#include "core/result.hpp"
#include "sqlite/database.hpp"

namespace fhirehose::ledger {

/// The version of the tables below, in the file's user_version.
inline constexpr int kFormat = 3;

/// Checks that `database` is a ledger, sound as far as the small tables go; makes the tables where
/// it is empty, and brings an older format to this one. kUsage, with what to do, where it is
/// something else, or newer.
core::Status prepare_for_writing(sqlite::Database& database, const std::filesystem::path& file);

enum class Readable : std::uint8_t { kYes, kOnceUpgraded };

/// The same without changing anything: an empty file is no ledger.
core::Result<Readable> check_for_reading(sqlite::Database& database,
                                         const std::filesystem::path& file);

}  // namespace fhirehose::ledger
