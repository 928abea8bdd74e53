#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "record/reference_text.hpp"

namespace fhirehose::record {

/// The addresses under which the source keeps its resources: `https://ehr.example/fhir` of
/// `https://ehr.example/fhir/Patient/1`. What refers to one of these means what is loaded as
/// `Patient/1`. Thread-safe when const.
class SourceBases {
 public:
  static constexpr std::size_t kMost = 100;
  static constexpr std::size_t kLongest = 2'000;

  /// Takes a base as people write it, with or without a slash at its end. kUsage: it is no http or
  /// https URL, or too long, or one too many.
  core::Status add(std::string_view base);
  /// Adds all of `others`, as far as there is room.
  void add(const SourceBases& others);

  /// Whether `base` could be one: an http or https URL without a query, a user or a blank, not too
  /// long.
  static bool is_base(std::string_view base);

  [[nodiscard]] bool empty() const { return bases_.empty(); }
  /// Sorted, none twice.
  [[nodiscard]] const std::vector<std::string>& list() const { return bases_; }
  [[nodiscard]] bool has(std::string_view base) const;
  [[nodiscard]] bool full() const { return bases_.size() == kMost; }

  /// What is left of `url` without its base: `Patient/1`, `Patient/1/_history/2` or
  /// `Practitioner?identifier=...`; nullopt where it has another base, or refers to nothing there.
  [[nodiscard]] std::optional<std::string_view> below(std::string_view url) const;

 private:
  std::vector<std::string> bases_;
};

/// The base of a URL that is `BASE/Type/id`, its version apart; empty where it is not.
std::string_view base_of(std::string_view url);

}  // namespace fhirehose::record
