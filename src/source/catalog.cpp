#include "source/catalog.hpp"

#include <utility>

#include "source/guarded_reader.hpp"
#include "source/inventory.hpp"
#include "source/total_allowance.hpp"

namespace fhirehose::source {

struct Catalog::Files {
  std::unique_ptr<FilePool> pool;
  std::vector<Location> locations;
  Limits limits;
  TotalAllowance total;
};

Catalog::Catalog() = default;
Catalog::Catalog(Catalog&&) noexcept = default;
Catalog& Catalog::operator=(Catalog&&) noexcept = default;
Catalog::~Catalog() = default;

core::Result<Catalog> Catalog::open(std::span<const std::filesystem::path> paths,
                                    const Limits& limits, std::stop_token stop) {
  Inventory inventory(limits, std::move(stop));
  std::uint32_t source = 0;
  for (const std::filesystem::path& path : paths) {
    // Whatever is wrong with what the caller named, the caller can put right.
    if (core::Status status = inventory.add_source(path, source++); !status) {
      return core::fail(core::ErrorKind::kUsage, std::move(status.error().message));
    }
  }
  Catalog catalog;
  catalog.members_ = std::move(inventory.members);
  catalog.problems_ = std::move(inventory.problems);
  catalog.files_ = std::unique_ptr<Files>(
      new Files{std::move(inventory.files), std::move(inventory.locations), limits,
                TotalAllowance(limits.total_bytes, catalog.members_.size())});
  return catalog;
}

Catalog Catalog::of_file(std::vector<Member> members, std::vector<Problem> problems,
                         FileHandle file, const Limits& limits) {
  Catalog catalog;
  catalog.problems_ = std::move(problems);
  auto pool = std::make_unique<FilePool>();
  const std::uint32_t index = pool->pin(std::move(file));
  std::vector<Location> locations;
  std::uint64_t offset = 0;
  for (const Member& member : members) {
    locations.push_back({.file = index, .offset = offset, .stored_bytes = member.stored_bytes});
    offset += member.stored_bytes;
  }
  catalog.members_ = std::move(members);
  catalog.files_ = std::unique_ptr<Files>(
      new Files{std::move(pool), std::move(locations), limits,
                TotalAllowance(limits.total_bytes, catalog.members_.size())});
  return catalog;
}

core::Result<std::unique_ptr<MemberReader>> Catalog::open_member(std::size_t index) const {
  const Location& location = files_->locations[index];
  auto file = files_->pool->get(location.file);
  if (!file) return tl::unexpected<core::Error>(std::move(file.error()));
  return std::make_unique<GuardedReader>(
      Guarded{.name = members_[index].name,
              .allowance = allowance_for(location.stored_bytes, files_->limits),
              .total = &files_->total,
              .member = index},
      open_location(location, *std::move(file)));
}

core::Status Catalog::check_total() const {
  if (!files_->total.is_exceeded()) return {};
  return core::fail(core::ErrorKind::kUsage, beyond(files_->total));
}

}  // namespace fhirehose::source
