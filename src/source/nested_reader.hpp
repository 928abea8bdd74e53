#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "source/decoder.hpp"
#include "source/sniff.hpp"

namespace fhirehose::source {

/// What a NestedReader's content was taken from.
enum class Wrapper : std::uint8_t {
  kArchive,     ///< it may be a gzip or zstd file of its own, which is decoded too
  kCompressed,  ///< it must be records
};

/// The content of an archive's member or of a compressed file. Its first bytes tell at the first
/// read what it is; what can't be records fails there, such as a tar archive in a gzip file.
class NestedReader final : public Decoder {
 public:
  /// `bytes`: the size of the content, as far as known, still compressed if it is.
  NestedReader(std::unique_ptr<MemberReader> content, std::uint64_t bytes, Wrapper wrapper)
      : content_(std::move(content)), bytes_(bytes), wrapper_(wrapper) {}

 protected:
  core::Status fill(std::span<char> into, std::size_t& done) override;

 private:
  /// The first read.
  core::Status choose(std::span<char> into, std::size_t& done);
  [[nodiscard]] bool is_decoded(Format format) const;
  /// Stacks what `format` needs on the content, of which `first` was taken already.
  void decode_behind(std::string first, Format format);

  std::unique_ptr<MemberReader> content_;
  const std::uint64_t bytes_;
  const Wrapper wrapper_;
  bool chosen_ = false;
};

}  // namespace fhirehose::source
