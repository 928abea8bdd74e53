#pragma once

#include <string_view>

#include "core/result.hpp"

struct sqlite3;

namespace fhirehose::sqlite {

/// The connection's latest failure as a sentence that names the file. kUsage where the file is
/// no database or can't be opened, kStop for all else: the disk is full, another process writes,
/// the file is damaged or can't be written.
core::Error failure(sqlite3* database);
/// Of a connection that never opened `file`, and so does not know its name.
core::Error failure(sqlite3* database, std::string_view file);

}  // namespace fhirehose::sqlite
