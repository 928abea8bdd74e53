#include "record/source_bases.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace fhirehose::record {

bool SourceBases::is_base(std::string_view base) {
  const bool web = base.starts_with("http://") || base.starts_with("https://");
  return web && base.find_first_of("?#@ ") == std::string_view::npos && base.size() <= kLongest;
}

core::Status SourceBases::add(std::string_view base) {
  while (base.ends_with('/')) base.remove_suffix(1);
  if (!is_base(base)) {
    return core::fail(core::ErrorKind::kUsage,
                      "the base of a source is an http or https URL without a query or a user");
  }
  if (has(base)) return {};
  if (full()) {
    return core::fail(core::ErrorKind::kUsage, fmt::format("more than {} source bases", kMost));
  }
  bases_.insert(std::ranges::lower_bound(bases_, base), std::string(base));
  return {};
}

void SourceBases::add(const SourceBases& others) {
  for (const std::string& base : others.bases_) {
    if (!add(base)) return;
  }
}

bool SourceBases::has(std::string_view base) const {
  return std::ranges::binary_search(bases_, base);
}

std::optional<std::string_view> SourceBases::below(std::string_view url) const {
  for (const std::string_view base : bases_) {
    if (!url.starts_with(base) || !url.substr(base.size()).starts_with('/')) continue;
    // At most one base leaves a type in front, also where one lies below another.
    const std::string_view rest = url.substr(base.size() + 1);
    const ReferenceKind kind = read_reference(rest).kind;
    if (kind == ReferenceKind::kRelative || kind == ReferenceKind::kConditional) return rest;
  }
  return std::nullopt;
}

std::string_view base_of(std::string_view url) {
  const ReferenceTarget target = read_reference(url);
  if (target.kind != ReferenceKind::kAbsolute) return {};
  const auto id = static_cast<std::size_t>(target.id.data() - url.data());
  return url.substr(0, id - core::name_of(target.type).size() - 2);
}

}  // namespace fhirehose::record
