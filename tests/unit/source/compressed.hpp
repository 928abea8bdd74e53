#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fhirehose::source::testing {

/// A bare deflate stream.
std::string deflated(std::string_view content);

/// One gzip member.
std::string gzipped(std::string_view content);

/// One zstd frame with a checksum.
std::string zstd_frame(std::string_view content);

/// A zstd frame that says nothing.
std::string skippable_frame(std::string_view ignored);

std::uint32_t crc_of(std::string_view content);

/// `bytes` of NDJSON, always the same, that compress about as FHIR does.
std::string sample_text(std::size_t bytes);

}  // namespace fhirehose::source::testing
