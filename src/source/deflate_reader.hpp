#pragma once

#include "source/decoder.hpp"
#include "source/inflater.hpp"

namespace fhirehose::source {

/// A bare deflate stream, as zip has it, that ends where its bytes do. What it holds is not checked
/// here: zip keeps the CRC elsewhere.
class DeflateReader final : public Decoder {
 public:
  explicit DeflateReader(BlockInput input) : inflater_(Inflater::Frame::kNone, std::move(input)) {}

 protected:
  core::Status fill(std::span<char> into, std::size_t& done) override {
    if (core::Status status = inflater_.inflate(into, done); !status) return status;
    if (!inflater_.finished()) return {};
    const auto next = inflater_.byte_behind();
    if (!next) return tl::unexpected<core::Error>(next.error());
    return *next < 0 ? core::Status{}
                     : core::fail(core::ErrorKind::kReject,
                                  "something follows the end of its compressed content");
  }

 private:
  Inflater inflater_;
};

}  // namespace fhirehose::source
