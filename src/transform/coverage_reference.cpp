#include "transform/coverage_reference.hpp"

namespace fhirehose::transform {
namespace {

constexpr std::string_view kCoverageName = "Coverage";

std::string_view last_segment(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string_view without_last_segment(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

}  // namespace

bool names_coverage(std::string_view reference) {
  const std::size_t path_end = reference.find_first_of("?#");
  const std::string_view path = reference.substr(0, path_end);
  const bool conditional = path_end != std::string_view::npos && reference[path_end] == '?';
  if (conditional) return last_segment(path) == kCoverageName;
  std::string_view parent = without_last_segment(path);
  if (last_segment(parent) == "_history") {
    parent = without_last_segment(without_last_segment(parent));
  }
  return last_segment(parent) == kCoverageName;
}

bool is_coverage_type(std::string_view type) {
  return type == kCoverageName || type == "http://hl7.org/fhir/StructureDefinition/Coverage";
}

}  // namespace fhirehose::transform
