#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace fhirehose::http {

/// Where a secret is to be found: in a file or, where none is named, in a variable of the
/// environment. Never on the command line, which every process of the machine can read.
struct SecretSource {
  std::filesystem::path file = {};
  std::string variable = {};
};

/// Whether there is anything to read.
bool is_given(const SecretSource& source);

/// Reads it, without the line's end behind it. kUsage when it is not there, empty, longer than
/// 64 KiB, or has a control character, which would end the header that it is sent in. The message
/// says where it was looked for, never what was found.
core::Result<std::string> read_secret(const SecretSource& source);

/// Whether the group or all can read the file, by its mode. False where there is no such file.
bool is_open_to_others(const std::filesystem::path& file);

}  // namespace fhirehose::http
