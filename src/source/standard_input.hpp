#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string_view>
#include <utility>

#include "source/catalog.hpp"
#include "source/file.hpp"

namespace fhirehose::source {

/// Stands for standard input where a path is asked for.
constexpr std::string_view kStandardInput = "-";

/// What a descriptor gives that can be read once: a pipe, a socket. Looks for a stop while it
/// waits (kStop).
class StreamReader final : public MemberReader {
 public:
  /// Does not own `descriptor`.
  StreamReader(int descriptor, std::stop_token stop)
      : descriptor_(descriptor), stop_(std::move(stop)) {}

  core::Result<std::size_t> read(std::span<char> into) override;

  /// Of all that was read, as long as it was read in pieces of one size.
  [[nodiscard]] std::uint64_t fingerprint() const { return fingerprint_; }

 private:
  core::Status await() const;

  const int descriptor_;
  const std::stop_token stop_;
  std::uint64_t fingerprint_ = 0;
};

/// The rest of a file that `descriptor` stands for, which can be read at any place as it is.
/// Nothing: it is no file. kReject: it is a terminal.
core::Result<std::optional<FileRange>> file_behind(int descriptor);

}  // namespace fhirehose::source
