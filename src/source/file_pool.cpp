#include "source/file_pool.hpp"

#include <utility>

#include <fmt/format.h>

#include "source/printable.hpp"

namespace fhirehose::source {

std::uint32_t FilePool::add(std::filesystem::path path, FileHandle file) {
  const auto index = static_cast<std::uint32_t>(known_.size());
  known_.push_back({std::move(path), file->state(), nullptr});
  keep({index, std::move(file)});
  return index;
}

std::uint32_t FilePool::pin(FileHandle file) {
  const auto index = static_cast<std::uint32_t>(known_.size());
  const FileState state = file->state();
  known_.push_back({{}, state, std::move(file)});
  return index;
}

core::Result<FileHandle> FilePool::get(std::uint32_t index) {
  const auto& [path, state, pinned] = known_[index];
  if (pinned) return pinned;
  if (auto file = find(index)) return file;
  // Opened outside of the lock: two threads may both do so, and both handles are good.
  auto file = open_file(path);
  if (file && (*file)->state() != state) {
    file = core::fail(core::ErrorKind::kReject, "has changed since it was looked at");
  }
  if (!file) {
    return core::fail(core::ErrorKind::kReject,
                      fmt::format("{}: {}", printable(path.native()), file.error().message));
  }
  keep({index, *file});
  return file;
}

FileHandle FilePool::find(std::uint32_t index) {
  const std::lock_guard lock(mutex_);
  for (const Open& open : open_) {
    if (open.index == index) return open.file;
  }
  return nullptr;
}

void FilePool::keep(Open open) {
  const std::lock_guard lock(mutex_);
  if (open_.size() < kMostOpen) {
    open_.push_back(std::move(open));
    return;
  }
  // A reader that still uses the one that goes holds it open itself.
  open_[oldest_] = std::move(open);
  oldest_ = (oldest_ + 1) % kMostOpen;
}

}  // namespace fhirehose::source
