#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "source/decoder.hpp"
#include "source/sniff.hpp"

namespace fhirehose::source {

/// The content of an archive's member, which may be a gzip or zstd file of its own: its first bytes
/// tell at the first read, and it is decoded too. An archive in an archive fails.
class NestedReader final : public Decoder {
 public:
  /// `bytes`: the size of the content, still compressed if it is.
  NestedReader(std::unique_ptr<MemberReader> content, std::uint64_t bytes)
      : content_(std::move(content)), bytes_(bytes) {}

 protected:
  core::Status fill(std::span<char> into, std::size_t& done) override;

 private:
  /// The first read.
  core::Status choose(std::span<char> into, std::size_t& done);
  /// Stacks what `format` needs on the content, of which `first` was taken already.
  void decode_behind(std::string first, Format format);

  std::unique_ptr<MemberReader> content_;
  const std::uint64_t bytes_;
  bool chosen_ = false;
};

}  // namespace fhirehose::source
