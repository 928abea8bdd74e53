#pragma once

#include <string_view>

#include "source/catalog.hpp"
#include "source/sniff.hpp"

namespace fhirehose::source {

/// What `content` is, by its first bytes; kNoJson or kProgram where none of its first
/// 64 KiB could begin a record. kPlain where it can't be read: whoever reads it to the end says
/// why.
Sniffed peek(MemberReader& content);

/// Whether `name` says that there is JSON in it: `.json`, `.ndjson`, `.jsonl`. Then it is taken at
/// its word, and each bad line is a dead letter.
bool is_named_as_json(std::string_view name);

}  // namespace fhirehose::source
