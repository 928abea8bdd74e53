#include "sink/fhir/missing_target.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "core/fhir_id.hpp"
#include "record/reference_text.hpp"

namespace fhirehose::sink::fhir {
namespace {

/// A server's way to say it: all of `words`, in this order.
struct Sentence {
  std::string_view words;
  std::string_view and_then;
};

// HAPI's texts are translated on request, its codes are not. Blaze says the first half of its
// sentence of deletions as well.
constexpr std::array<Sentence, 5> kSentences = {{
    {"HAPI-1094", ""},                                    // Resource Patient/x not found
    {"HAPI-1096", ""},                                    // ... is deleted; or is just being made
    {"HAPI-1091", ""},                                    // no match for `Practitioner?...`
    {"Referential integrity violated", "doesn't exist"},  // Blaze, with 409
    {"Invalid reference (Not found)", ""},                // Medplum's checkReferencesOnWrite
}};

bool says(std::string_view spoken, const Sentence& sentence) {
  const std::size_t at = spoken.find(sentence.words);
  return at != std::string_view::npos &&
         spoken.find(sentence.and_then, at + sentence.words.size()) != std::string_view::npos;
}

constexpr std::array<Sentence, 3> kStillReferenced = {{
    {"HAPI-0515", ""},
    {"Unable to delete", "has a reference to this resource"},  // HAPI, to a DELETE that comes alone
    {"Referential integrity violated", "should be deleted"},   // Blaze
}};

bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

bool is_in_id(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.'; }

std::string_view letters_before(std::string_view text, std::size_t at) {
  std::size_t begin = at;
  while (begin > 0 && is_letter(text[begin - 1])) --begin;
  return text.substr(begin, at - begin);
}

std::string_view id_after(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at + 1);
  const auto* const end = std::find_if_not(rest.begin(), rest.end(), is_in_id);
  std::string_view id = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
  while (id.ends_with('.')) id.remove_suffix(1);  // of the sentence
  return id;
}

/// The first `Type/id`, or of `Type?...` the type: a search's value may be a person's number.
std::string first_reference(std::string_view text) {
  for (std::size_t at = text.find_first_of("/?"); at != std::string_view::npos;
       at = text.find_first_of("/?", at + 1)) {
    const std::string_view type = letters_before(text, at);
    if (!record::lookup_type(type)) continue;
    if (text[at] == '?') return std::string(type);
    const std::string_view id = id_after(text, at);
    if (core::is_legal_id(id)) return std::string(type) + "/" + std::string(id);
  }
  return {};
}

}  // namespace

std::optional<MissingTarget> find_missing_target(std::string_view spoken) {
  const auto* const found = std::ranges::find_if(
      kSentences, [spoken](const Sentence& sentence) { return says(spoken, sentence); });
  if (found == kSentences.end()) return std::nullopt;
  return MissingTarget{first_reference(spoken.substr(spoken.find(found->words)))};
}

bool says_still_referenced(std::string_view spoken) {
  return std::ranges::any_of(kStillReferenced,
                             [spoken](const Sentence& sentence) { return says(spoken, sentence); });
}

}  // namespace fhirehose::sink::fhir
