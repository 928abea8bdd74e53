#pragma once

#include <filesystem>

#include "core/result.hpp"
#include "sqlite/database.hpp"

namespace fhirehose::ledger {

/// The version of the tables below, in the file's user_version.
inline constexpr int kFormat = 1;

/// Checks that `database` is a ledger of this format, sound as far as the small tables go; makes
/// the tables where it is empty. kUsage, with what to do, where it is something else, or newer.
core::Status prepare_for_writing(sqlite::Database& database, const std::filesystem::path& file);

/// The same without changing anything: an empty file is no ledger.
core::Status check_for_reading(sqlite::Database& database, const std::filesystem::path& file);

}  // namespace fhirehose::ledger
