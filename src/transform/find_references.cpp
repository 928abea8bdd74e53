#include "transform/find_references.hpp"

#include <string>

#include "record/json_string.hpp"
#include "record/json_walk.hpp"
#include "record/reference_text.hpp"

namespace fhirehose::transform {
namespace {

record::Reference reference_of(std::string_view text) {
  std::string scratch;
  const std::string_view plain = record::plain_text(text, scratch);
  const record::ReferenceTarget target = record::read_reference(plain);
  return {text, target.kind, plain.data() != text.data(), target.type};
}

/// The resource itself, at offset 0, is no Reference, whatever its members are called.
void find_below(std::string_view text, std::size_t at, std::vector<record::Reference>& found) {
  for (record::JsonChildren children(text, at); children.next();) {
    const char first = text[children.value()];
    if (first == '{' || first == '[') find_below(text, children.value(), found);
    if (first != '"' || at == 0 || !record::spells(children.key(), "reference")) continue;
    found.push_back(reference_of(record::string_at(text, children.value())));
  }
}

}  // namespace

void find_references(std::string_view body, std::vector<record::Reference>& references) {
  find_below(body, 0, references);
}

}  // namespace fhirehose::transform
