#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <zip.h>

#include "core/result.hpp"
#include "source/file.hpp"

namespace fhirehose::source {

/// An archive as libzip sees it, over a file that is already open, or a part of it. libzip does not
/// tell where a member's bytes lie, but it has to come and read them here: that place is what
/// `locate` gives.
class ZipView {
 public:
  /// `archive` from its first byte to its last. kReject: libzip finds no sound directory. A name
  /// that is no UTF-8, though its flag says so, is none of its directory's soundness.
  static core::Result<std::unique_ptr<ZipView>> open(const FileRange& archive);
  ZipView(const ZipView&) = delete;
  ZipView& operator=(const ZipView&) = delete;
  ~ZipView();

  [[nodiscard]] zip_t* archive() const { return archive_; }

  /// Where in the archive the raw bytes of entry `index` begin; it must have at least one. kReject:
  /// its local header is broken.
  core::Result<std::uint64_t> locate(zip_uint64_t index);

 private:
  enum class Names { kAsFlagged, kGuessed };
  explicit ZipView(FileRange archive);
  static core::Result<std::unique_ptr<ZipView>> open(const FileRange& archive, Names names);
  void hide_utf8_flags(std::uint64_t from, std::span<char> bytes) const;
  /// What libzip calls for each command (zip_source_function(5)); `self` is the view.
  static zip_int64_t serve(void* self, void* data, zip_uint64_t length, zip_source_cmd_t command);
  zip_int64_t read(void* data, zip_uint64_t length);
  zip_int64_t seek(void* data, zip_uint64_t length);
  zip_int64_t describe(void* data) const;

  const FileRange range_;
  zip_error_t error_{};
  zip_uint64_t position_ = 0;
  zip_uint64_t last_read_ = 0;             ///< where libzip last read
  std::vector<std::uint64_t> utf8_flags_;  ///< the bytes that libzip is not to believe, ascending
  zip_t* archive_ = nullptr;
};

}  // namespace fhirehose::source
