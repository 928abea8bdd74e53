#pragma once

#include <cstdint>
#include <memory>

#include <zip.h>

#include "core/result.hpp"
#include "source/file.hpp"

namespace fhirehose::source {

/// An archive as libzip sees it, over a file that is already open, or a part of it. libzip does not
/// tell where a member's bytes lie, but it has to come and read them here: that place is what
/// `locate` gives.
class ZipView {
 public:
  /// `archive` from its first byte to its last. kReject: libzip finds no sound directory.
  static core::Result<std::unique_ptr<ZipView>> open(FileRange archive);
  ZipView(const ZipView&) = delete;
  ZipView& operator=(const ZipView&) = delete;
  ~ZipView();

  [[nodiscard]] zip_t* archive() const { return archive_; }

  /// Where in the archive the raw bytes of entry `index` begin; it must have at least one. kReject:
  /// its local header is broken.
  core::Result<std::uint64_t> locate(zip_uint64_t index);

 private:
  explicit ZipView(FileRange archive);
  /// What libzip calls for each command (zip_source_function(5)); `self` is the view.
  static zip_int64_t serve(void* self, void* data, zip_uint64_t length, zip_source_cmd_t command);
  zip_int64_t read(void* data, zip_uint64_t length);
  zip_int64_t seek(void* data, zip_uint64_t length);
  zip_int64_t describe(void* data) const;

  const FileRange range_;
  zip_error_t error_{};
  zip_uint64_t position_ = 0;
  zip_uint64_t last_read_ = 0;  ///< where libzip last read
  zip_t* archive_ = nullptr;
};

}  // namespace fhirehose::source
