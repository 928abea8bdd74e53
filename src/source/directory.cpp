#include "source/directory.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <sys/stat.h>

#include "source/member_name.hpp"
#include "source/printable.hpp"

namespace fhirehose::source {
namespace {

namespace fs = std::filesystem;

/// Names first: a look at the file system for each of very many files would take long.
bool is_among(const std::vector<fs::path>& paths, const fs::path& path) {
  return std::ranges::any_of(paths, [&](const fs::path& each) {
    std::error_code error;
    return each.filename() == path.filename() && fs::equivalent(each, path, error);
  });
}

core::Result<std::vector<fs::path>> sorted_content(const fs::path& folder,
                                                   const std::vector<fs::path>& left_out) {
  std::vector<fs::path> content;
  std::error_code error;
  fs::directory_iterator at(folder, error);
  for (; !error && at != fs::directory_iterator(); at.increment(error)) {
    const fs::path name = at->path().filename();
    if (name == kFinderFolder || name == kFinderFile || is_among(left_out, at->path())) continue;
    content.push_back(at->path());
  }
  if (error) {
    return core::fail(core::ErrorKind::kReject,
                      fmt::format("can't be listed: {}", error.message()));
  }
  std::ranges::sort(content, {}, &fs::path::native);
  return content;
}

/// One walk from one root.
class Walk {
 public:
  explicit Walk(const DirectoryVisitor& visitor) : visitor_(visitor) {}

  core::Status into(const fs::path& folder, std::size_t depth_left) {
    auto content = sorted_content(folder, visitor_.left_out);
    if (!content) return tl::unexpected<core::Error>(std::move(content.error()));
    // The root counts as seen; of the others `below` has asked before.
    is_new(folder);
    for (const fs::path& path : *content) {
      std::error_code error;
      core::Status status =
          fs::is_directory(path, error) ? below(path, depth_left) : visitor_.file(path);
      if (!status) return status;
    }
    return {};
  }

 private:
  /// A folder in a folder: what is wrong with it is a problem, and its neighbours are read.
  core::Status below(const fs::path& folder, std::size_t depth_left) {
    const std::string where = printable(folder.native());
    if (depth_left == 0) {
      visitor_.problem({where, "is nested deeper than the limit for folders: left out"});
    } else if (!is_new(folder)) {
      visitor_.problem({where, "links to a folder that was read already: left out"});
    } else if (core::Status status = into(folder, depth_left - 1); !status) {
      if (status.error().kind != core::ErrorKind::kReject) return status;
      visitor_.problem({where, std::move(status.error().message)});
    }
    return {};
  }

  /// The first time that this folder is met, by whatever name.
  bool is_new(const fs::path& folder) {
    struct stat status {};
    if (::stat(folder.c_str(), &status) != 0) return true;
    return seen_.emplace(status.st_dev, status.st_ino).second;
  }

  // Not only the folders above: links between neighbours could double the way at each level.
  const DirectoryVisitor& visitor_;
  std::set<std::pair<dev_t, ino_t>> seen_;
};

}  // namespace

core::Status walk_directory(const fs::path& root, std::size_t depth,
                            const DirectoryVisitor& visitor) {
  return Walk(visitor).into(root, depth);
}

}  // namespace fhirehose::source
