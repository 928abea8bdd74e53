#include "source/peek.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace fhirehose::source {
namespace {

constexpr std::size_t kPeekBytes = 64 * core::kKiB;

bool ends_as(std::string_view name, std::string_view extension) {
  if (name.size() < extension.size()) return false;
  return std::ranges::equal(
      name.substr(name.size() - extension.size()), extension, {},
      [](unsigned char c) { return std::tolower(c); }, [](unsigned char c) { return int{c}; });
}

/// For Windows (https://learn.microsoft.com/windows/win32/debug/pe-format) or in ELF.
bool is_program(std::string_view text) {
  return text.starts_with("MZ") || text.starts_with("\x7F\x45LF");
}

}  // namespace

Sniffed peek(MemberReader& content) {
  std::string first(kSniffBytes, '\0');
  auto got = content.read(first);
  first.resize(got.value_or(0));
  const Sniffed sniffed = sniff(first);
  if (sniffed.format != Format::kPlain || may_hold_json(first)) return sniffed;
  // Nearly all is decided by now; only text of another kind costs the rest.
  const std::size_t seen = first.size();
  first.resize(kPeekBytes);
  got = content.read(std::span(first).subspan(seen));
  first.resize(seen + got.value_or(0));
  if (!got || may_hold_json(first)) return sniffed;
  return {is_program(first) ? Format::kProgram : Format::kNoJson, "no JSON"};
}

bool is_named_as_json(std::string_view name) {
  static constexpr std::array<std::string_view, 3> kExtensions = {".json", ".ndjson", ".jsonl"};
  return std::ranges::any_of(kExtensions,
                             [&](std::string_view extension) { return ends_as(name, extension); });
}

}  // namespace fhirehose::source
