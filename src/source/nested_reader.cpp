#include "source/nested_reader.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "source/gzip_reader.hpp"
#include "source/sniff.hpp"
#include "source/zstd_reader.hpp"

namespace fhirehose::source {
namespace {

/// Gives back what was read to look at, then the rest.
class PrefixedReader final : public Decoder {
 public:
  PrefixedReader(std::string first, std::unique_ptr<MemberReader> rest)
      : first_(std::move(first)), rest_(std::move(rest)) {}

 protected:
  core::Status fill(std::span<char> into, std::size_t& done) override {
    done = first_.copy(into.data(), into.size(), given_);
    given_ += done;
    if (done == into.size()) return {};
    const auto got = rest_->read(into.subspan(done));
    if (!got) return tl::unexpected<core::Error>(got.error());
    done += *got;
    return {};
  }

 private:
  const std::string first_;
  std::size_t given_ = 0;
  const std::unique_ptr<MemberReader> rest_;
};

std::string_view place(Wrapper wrapper) {
  return wrapper == Wrapper::kArchive ? "under that name" : "inside a compressed file";
}

}  // namespace

bool NestedReader::is_decoded(Format format) const {
  return wrapper_ == Wrapper::kArchive && (format == Format::kGzip || format == Format::kZstd);
}

core::Status NestedReader::fill(std::span<char> into, std::size_t& done) {
  if (!std::exchange(chosen_, true)) return choose(into, done);
  const auto got = content_->read(into);
  if (!got) return tl::unexpected<core::Error>(got.error());
  done = *got;
  return {};
}

core::Status NestedReader::choose(std::span<char> into, std::size_t& done) {
  // A window too small for the look is rare (tests, mostly) and pays with a copy.
  // The caller's own buffer serves for the look, so that records, the usual content, are not
  // copied.
  std::string small(into.size() < kSniffBytes ? kSniffBytes : 0, '\0');
  const std::span<char> first = small.empty() ? into : std::span<char>(small);
  const auto got = content_->read(first);
  if (!got) return tl::unexpected<core::Error>(got.error());
  const auto [format, name] = sniff(first.first(*got));
  if (format != Format::kPlain && !is_decoded(format)) {
    return core::fail(core::ErrorKind::kReject,
                      fmt::format("it holds {}, which is not read {}", name, place(wrapper_)));
  }
  done = *got;
  if (format == Format::kPlain && small.empty()) return {};
  decode_behind(std::string(first.data(), *got), format);
  done = 0;
  return fill(into, done);
}

void NestedReader::decode_behind(std::string first, Format format) {
  content_ = std::make_unique<PrefixedReader>(std::move(first), std::move(content_));
  if (format == Format::kPlain) return;
  BlockInput input(std::move(content_), bytes_);
  if (format == Format::kGzip) {
    content_ = std::make_unique<GzipReader>(std::move(input));
  } else {
    content_ = std::make_unique<ZstdReader>(std::move(input));
  }
  content_ = std::make_unique<NestedReader>(std::move(content_), bytes_, Wrapper::kCompressed);
}

}  // namespace fhirehose::source
