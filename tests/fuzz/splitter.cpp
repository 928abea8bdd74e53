#include <algorithm>
#include <map>
#include <vector>

#include <rapidjson/document.h>

#include "fuzz/drawn_member.hpp"
#include "fuzz/other_library.hpp"
#include "fuzz/target.hpp"
#include "unit/record/reading.hpp"

namespace fhirehose::fuzz {
namespace {

using record::test::EndKnown;
using record::test::Reading;
using record::test::Seen;

using Bundles = std::map<std::uint64_t, record::BundlePart>;

void require_same(const Bundles& one, const Bundles& other) {
  require(one.size() == other.size(), "the Bundles are as many");
  for (const auto& [offset, sum] : one) {
    const auto found = other.find(offset);
    require(found != other.end(), "a Bundle stands where it stands");
    const record::BundlePart& part = found->second;
    require(part.type == sum.type && part.entries == sum.entries, "a Bundle is what it is");
    require(part.bytes == sum.bytes && part.complete == sum.complete, "a Bundle is as long");
  }
}

void require_same(const Reading& one, const Reading& other) {
  require(one.consumed == other.consumed, "every byte is consumed");
  require(one.records == other.records, "any window gives the same records");
  require(one.rejections == other.rejections, "any window gives the same rejections");
  require(one.newlines == other.newlines, "any window gives the same lines");
  require_same(one.bundles, other.bundles);
}

/// What windows of several sizes give alike.
Reading try_windows(std::string_view text, std::uint64_t max_record) {
  const Reading whole = record::test::read_in_windows(text, text.size() + 1, max_record);
  require(whole.consumed == text.size(), "a whole window is consumed");
  const std::size_t narrow = text.size() < 200 ? 1 : 11;
  for (const std::size_t window : {narrow, std::size_t{64}, std::size_t{300}}) {
    const EndKnown end = window % 2 == 0 ? EndKnown::kAfterThem : EndKnown::kWithTheLastBytes;
    require_same(record::test::read_in_windows(text, window, max_record, end), whole);
  }
  return whole;
}

/// What was put into a member is found, and nothing else.
void try_drawn(const DrawnMember& member) {
  const Reading found = try_windows(member.text, record::kMaxRecord);
  require(found.rejections.size() == member.broken, "nothing is rejected but what lacks its end");
  require(found.records.size() == member.records.size(), "as many records as were drawn");
  for (std::size_t i = 0; i < member.records.size(); ++i) {
    const Seen& seen = found.records[i];
    const DrawnMember::Record& drawn = member.records[i];
    require(seen.where == drawn.where, "a record starts where it was put");
    require(seen.length == drawn.length, "a record is as long as it was drawn");
    require(seen.line == drawn.line, "a record is on its line");
    require(seen.bundle == drawn.bundle, "a record is its Bundle's entry");
  }
  require_same(found.bundles, member.bundles);
  const auto newlines = std::count(member.text.begin(), member.text.end(), '\n');
  require(found.newlines == static_cast<std::uint64_t>(newlines), "every newline is counted");
  try_windows(member.text, 60);
}

/// A line without blanks and byte order marks around it, and where it stands.
struct Line {
  std::size_t where = 0;
  std::string_view text;
};

std::vector<Line> naive_lines(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r";
  std::vector<Line> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::size_t next = end + 1;
    while (at < end && (kBlanks.find(text[at]) != std::string_view::npos ||
                        text.substr(at).starts_with("\xEF\xBB\xBF"))) {
      at += text[at] == '\xEF' ? 3 : 1;
    }
    const std::string_view line = text.substr(at, end - at);
    if (!line.empty()) lines.push_back({at, line.substr(0, line.find_last_not_of(kBlanks) + 1)});
    at = next;
  }
  return lines;
}

/// An object that is no Bundle and can't be taken for one, as another library sees it.
bool is_plain_object(std::string_view line) {
  if (may_skip_front(line)) return false;
  rapidjson::Document document;
  document.Parse<rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseIterativeFlag>(
      line.data(), line.size());
  if (document.HasParseError() || !document.IsObject()) return false;
  return std::none_of(document.MemberBegin(), document.MemberEnd(), [](const auto& member) {
    return member.name == "entry" || (member.value.IsString() && member.value == "Bundle");
  });
}

/// Of NDJSON, each line is one record or one rejection, and nothing else is.
void try_naive(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return;
  const std::vector<Line> lines = naive_lines(text);
  const auto plain = [](const Line& line) { return is_plain_object(line.text); };
  if (lines.empty() || !std::all_of(lines.begin(), lines.end(), plain)) return;
  const Reading whole = record::test::read_in_windows(text, text.size() + 1);
  std::vector<std::pair<std::uint64_t, std::uint64_t>> found;
  for (const Seen& seen : whole.records) found.emplace_back(seen.where, seen.length);
  for (const Seen& seen : whole.rejections) found.emplace_back(seen.where, seen.length);
  std::sort(found.begin(), found.end());
  require(found.size() == lines.size(), "as many records as lines");
  for (std::size_t i = 0; i < lines.size(); ++i) {
    require(found[i].first == lines[i].where, "a record starts where its line does");
    require(found[i].second == lines[i].text.size(), "a record is its line");
  }
}

/// One value a line or none: a Bundle's entries are those that another library counts.
void try_bundle(std::string_view text) {
  if (text.find('\0') != std::string_view::npos || may_skip_front(text)) return;
  rapidjson::Document document;
  document.Parse<rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseIterativeFlag>(
      text.data(), text.size());
  if (document.HasParseError() || !document.IsObject() || document.MemberCount() != 2) return;
  const auto type = document.MemberBegin();
  const auto entry = type + 1;
  if (type->name != "resourceType" || !type->value.IsString() || type->value != "Bundle") return;
  if (entry->name != "entry" || !entry->value.IsArray()) return;
  const Reading whole = record::test::read_in_windows(text, text.size() + 1);
  require(whole.records.size() + whole.rejections.size() == entry->value.Size(),
          "as many records as entries");
}

}  // namespace

/// Inputs that start with `~`, as no JSON does, are choices of which a member is drawn; all others
/// are one.
void run_one(std::string_view input) {
  if (input.starts_with('~')) return try_drawn(draw_member(input.substr(1)));
  if (input.size() > 20'000) return;
  try_windows(input, record::kMaxRecord);
  try_windows(input, 60);
  try_naive(input);
  try_bundle(input);
}

}  // namespace fhirehose::fuzz
