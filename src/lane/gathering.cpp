#include "lane/gathering.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace fhirehose::lane {

std::optional<Bundle> Gathering::add(const AtomicPart& part) {
  const auto place = open_.try_emplace(part.name).first;
  Open& open = place->second;
  if (!part.rows.empty()) open.bundle.holds.push_back(part.batch);
  for (const std::uint32_t row : part.rows) {
    open.bundle.entries.push_back({part.batch.get(), row});
    open.bundle.bytes += record::edited_size(*part.batch, part.batch->records[row]);
  }
  open.entries += part.entries;
  if (open.entries < part.of) return std::nullopt;
  return close(std::move(open_.extract(place).mapped()));
}

std::vector<Bundle> Gathering::finish() {
  std::vector<Bundle> bundles;
  for (auto& [name, open] : open_) {
    if (auto bundle = close(std::move(open))) bundles.push_back(*std::move(bundle));
  }
  open_.clear();
  return bundles;
}

std::optional<Bundle> Gathering::close(Open open) {
  Bundle& bundle = open.bundle;
  if (bundle.entries.empty()) return std::nullopt;
  // Parts come in any order; what is sent must not depend on it.
  std::ranges::sort(bundle.entries, {}, [](const Entry& entry) {
    return std::tuple(entry.batch->chunk->origin.sequence, entry.row);
  });
  bundle.atomic = true;
  return std::move(bundle);
}

}  // namespace fhirehose::lane
