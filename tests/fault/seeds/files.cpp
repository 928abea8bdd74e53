#include "files.hpp"

#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "unit/source/compressed.hpp"
#include "unit/source/zip_builder.hpp"

namespace fhirehose::fault {
namespace {

using source::testing::ZipMember;

template <class T>
void shuffle(Draw& draw, std::vector<T>& list) {
  for (std::size_t i = list.size(); i > 1; --i) std::swap(list[i - 1], list[draw.below(i)]);
}

std::string bundle_of(std::string_view type, const std::vector<std::string>& entries) {
  return fmt::format(R"({{"resourceType":"Bundle","type":"{}","entry":[{}]}})", type,
                     fmt::join(entries, ","));
}

std::string collection_of(const std::vector<std::string>& resources) {
  std::vector<std::string> entries;
  entries.reserve(resources.size());
  for (const std::string& text : resources) entries.push_back("{\"resource\":" + text + "}");
  return bundle_of("collection", entries);
}

std::vector<std::string> take(Draw& draw, std::vector<std::string>& from, std::size_t most) {
  const auto count = static_cast<std::ptrdiff_t>(std::min(from.size(), draw.between(1, most)));
  std::vector<std::string> taken(std::make_move_iterator(from.end() - count),
                                 std::make_move_iterator(from.end()));
  from.erase(from.end() - count, from.end());
  return taken;
}

/// A member of lines: `lines` and some of what is broken, each ended in one way or another.
std::string lines_of(Draw& draw, std::vector<std::string> lines) {
  shuffle(draw, lines);
  std::string text;
  for (const std::string& line : lines) {
    text += line + (draw.chance(0.05) ? "\r\n" : "\n");
    if (draw.chance(0.02)) text += '\n';
  }
  if (draw.chance(0.5)) text.pop_back();
  return text;
}

std::string member_of(Draw& draw, const std::vector<std::string>& resources) {
  if (draw.chance(0.2)) return collection_of(resources);
  if (draw.chance(0.1)) return fmt::format("[{}]", fmt::join(resources, ",\n"));
  return lines_of(draw, resources);
}

std::vector<std::string> draw_members(Draw& draw, Population population) {
  shuffle(draw, population.loose);
  std::vector<std::string> members;
  while (!population.loose.empty()) {
    members.push_back(member_of(draw, take(draw, population.loose, 300)));
  }
  std::vector<std::string> lines = std::move(population.broken);
  for (const auto& entries : population.transactions) {
    std::string bundle = bundle_of("transaction", entries);
    if (draw.chance(0.5)) {
      members.push_back(std::move(bundle));
    } else {
      lines.push_back(std::move(bundle));
    }
  }
  if (!lines.empty()) members.push_back(lines_of(draw, std::move(lines)));
  shuffle(draw, members);
  return members;
}

}  // namespace

std::vector<File> draw_files(Draw& draw, Population population) {
  std::vector<File> files;
  std::vector<ZipMember> zipped;
  std::size_t count = 0;
  for (std::string& member : draw_members(draw, std::move(population))) {
    const std::string name = fmt::format("m{}.ndjson", ++count);
    switch (draw.below(4)) {
      case 0:
        files.push_back({name + ".gz", source::testing::gzipped(member)});
        break;
      case 1:
        files.push_back({name + ".zst", source::testing::zstd_frame(member)});
        break;
      case 2:
        files.push_back({name, std::move(member)});
        break;
      default:
        zipped.push_back({.name = name,
                          .content = std::move(member),
                          .method = draw.chance(0.3) ? std::uint16_t{0} : std::uint16_t{8}});
    }
  }
  if (!zipped.empty()) files.push_back({"members.zip", source::testing::build_zip(zipped)});
  return files;
}

}  // namespace fhirehose::fault
