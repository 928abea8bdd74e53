#pragma once

#include "source/decoder.hpp"
#include "source/inflater.hpp"

namespace fhirehose::source {

/// A bare deflate stream, as zip has it. What it holds is not checked here: zip keeps the CRC
/// elsewhere.
class DeflateReader final : public Decoder {
 public:
  explicit DeflateReader(BlockInput input) : inflater_(Inflater::Frame::kNone, std::move(input)) {}

 protected:
  core::Status fill(std::span<char> into, std::size_t& done) override {
    return inflater_.inflate(into, done);
  }

 private:
  Inflater inflater_;
};

}  // namespace fhirehose::source
