#pragma once

#include "source/decoder.hpp"
#include "source/inflater.hpp"

namespace fhirehose::source {

/// gzip members in a row (RFC 1952), each checked. Zeros behind the last one are padding, as
/// gzip takes them (tapes, block devices); anything else there is an error, behind all that is
/// good.
class GzipReader final : public Decoder {
 public:
  explicit GzipReader(BlockInput input) : inflater_(Inflater::Frame::kGzip, std::move(input)) {}

 protected:
  core::Status fill(std::span<char> into, std::size_t& done) override;

 private:
  /// Behind the last member: that there are zeros only.
  core::Status skip_padding();

  Inflater inflater_;
};

}  // namespace fhirehose::source
