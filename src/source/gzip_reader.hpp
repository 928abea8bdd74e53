#pragma once

#include "source/decoder.hpp"
#include "source/inflater.hpp"

namespace fhirehose::source {

/// gzip members in a row (RFC 1952), each checked. Bytes behind the last one that are no gzip
/// member are an error, behind all that is good.
class GzipReader final : public Decoder {
 public:
  explicit GzipReader(BlockInput input) : inflater_(Inflater::Frame::kGzip, std::move(input)) {}

 protected:
  core::Status fill(std::span<char> into, std::size_t& done) override;

 private:
  Inflater inflater_;
};

}  // namespace fhirehose::source
