#include "record/walk.hpp"

#include "record/json_string.hpp"
#include "record/reference_text.hpp"

namespace fhirehose::record {
namespace {

constexpr const char* kTooDeep = "the record is nested too deep";
constexpr const char* kTwice = "a member's name comes twice";
constexpr const char* kTooManyMembers = "an object has more than 65,536 members";
static_assert(KeySet::kMost == 65'536);

const char* why_not(const KeySet& keys) { return keys.is_full() ? kTooManyMembers : kTwice; }

PatientElement patient_element(std::string_view name) {
  switch (name.size()) {
    case 3:
      return name == "for" ? PatientElement::kFor : PatientElement::kNone;
    case 6:
      return name == "target" ? PatientElement::kTarget : PatientElement::kNone;
    case 7:
      if (name == "patient") return PatientElement::kPatient;
      return name == "subject" ? PatientElement::kSubject : PatientElement::kNone;
    case 10:
      return name == "individual" ? PatientElement::kIndividual : PatientElement::kNone;
    case 11:
      return name == "beneficiary" ? PatientElement::kBeneficiary : PatientElement::kNone;
    default:
      return PatientElement::kNone;
  }
}

const char* at_end(std::string_view text) { return text.data() + text.size(); }

Reference read(const Spelled& spelled) {
  const ReferenceTarget target =
      spelled.escaped ? read_reference(unescape(spelled.text)) : read_reference(spelled.text);
  Reference reference(spelled.text, target.kind, spelled.escaped, target.type);
  reference.ends_with_id = target.kind == ReferenceKind::kRelative && !spelled.escaped &&
                           target.id.data() + target.id.size() == at_end(spelled.text);
  return reference;
}

/// A `target` names many things: only what is a Patient for certain tells.
bool names_patient(const Reference& reference, PatientElement element) {
  if (reference.kind == ReferenceKind::kUrn) return element != PatientElement::kTarget;
  const bool literal =
      reference.kind == ReferenceKind::kRelative || reference.kind == ReferenceKind::kAbsolute;
  return literal && reference.type == core::kPatient;
}

}  // namespace

bool Walk::resource_text(const Tokens& tokens, WalkedResource& out) {
  const Token behind = resource_at(tokens.first(), tokens, out);
  return behind != nullptr && is_last(behind);
}

Token Walk::resource_at(Token at, const Tokens& tokens, WalkedResource& out) {
  tokens_ = tokens;
  return resource(at, out);
}

bool Walk::entry_text(const Tokens& tokens, WalkedEntry& out) {
  tokens_ = tokens;
  entry_keys_.clear();
  const Token behind = members(tokens_.first(), [&](const Spelled& key, Token at) {
    const std::string_view name = key.escaped ? undo_escapes(key.text) : key.text;
    if (!entry_keys_.insert(name)) return tokens_.fail(why_not(entry_keys_), at - 2);
    return entry_member(name, at, out);
  });
  return behind != nullptr && is_last(behind);
}

bool Walk::is_last(Token at) {
  if (tokens_.is_exact_end(at)) return true;
  tokens_.fail("text follows the end of the record", at);
  return false;
}

/// Calls `each(key, value)` for every member of the object at `at`.
template <class Each>
inline Token Walk::members(Token at, Each each) {
  if (tokens_.is_end(at) || tokens_.front(at) != '{') {
    return tokens_.fail("a JSON object is expected", at);
  }
  if (tokens_.front(++at) == '}') return at + 1;
  for (;; ++at) {
    Spelled key;
    if (!tokens_.read_string(at, key)) return nullptr;
    if (tokens_.front(at + 1) != ':') return tokens_.fail("a colon is missing", at + 1);
    at = each(key, at + 2);
    if (at == nullptr) return nullptr;
    if (tokens_.is_end(at)) [[unlikely]] {
      at = tokens_.go_on(at, "the end comes before a closing brace");
      if (at == nullptr) return nullptr;
    }
    const char next = tokens_.front(at);
    if (next == '}') return at + 1;
    if (next != ',') return tokens_.fail("a comma or a closing brace is missing", at);
  }
}

std::string_view Walk::undo_escapes(std::string_view text) { return batch_.keep(unescape(text)); }

inline Token Walk::value(Token at, std::size_t room) {
  switch (tokens_.front(at)) {
    case '"': {
      Spelled ignored;
      return tokens_.read_string(at, ignored) ? at + 1 : nullptr;
    }
    case '{':
      return object(at, room);
    case '[':
      return array(at, room);
    default:
      return tokens_.skip_scalar(at);
  }
}

Token Walk::object(Token at, std::size_t room) {
  if (room == 0) return tokens_.fail(kTooDeep, at);
  return members(at, [this, room](const Spelled& key, Token member) {
    if (spells(key, "reference") && tokens_.front(member) == '"') return reference(member);
    return value(member, room - 1);
  });
}

Token Walk::array(Token at, std::size_t room) {
  if (room == 0 || tokens_.is_end(at)) return tokens_.fail(kTooDeep, at);
  if (tokens_.front(++at) == ']') return at + 1;
  for (;; ++at) {
    at = value(at, room - 1);
    if (at == nullptr) return nullptr;
    if (tokens_.is_end(at)) [[unlikely]] {
      at = tokens_.go_on(at, "the end comes before a closing bracket");
      if (at == nullptr) return nullptr;
    }
    const char next = tokens_.front(at);
    if (next == ']') return at + 1;
    if (next != ',') return tokens_.fail("a comma or a closing bracket is missing", at);
  }
}

Token Walk::reference(Token at) {
  Spelled spelled;
  if (!tokens_.read_string(at, spelled)) return nullptr;
  // The resource before mostly has the same Patient at the same place: no need to read it again.
  Reference& before = before_[(batch_.references.size() - first_reference_) % kBefore];
  if (!is_same_text(before.text(), spelled.text)) before = read(spelled);
  batch_.references.push_back(before);
  // Not in `before` first: what was just written in parts is slow to read as a whole.
  batch_.references.back().move_to(spelled.text.data());
  return at + 1;
}

// Flattened: what a resource's own members take is compiled into one function, calls of object()
// and array() apart. (These flattened as well: slower.)
[[gnu::flatten]] Token Walk::resource(Token at, WalkedResource& out) {
  if (room_ == 0) return tokens_.fail(kTooDeep, at);
  const std::size_t start = *at;
  first_reference_ = batch_.references.size();
  out.first_reference = static_cast<std::uint32_t>(first_reference_);
  resource_keys_.clear();
  const Token behind = members(at, [&](const Spelled& key, Token member) {
    const std::string_view name = key.escaped ? undo_escapes(key.text) : key.text;
    if (!resource_keys_.insert(name)) return tokens_.fail(why_not(resource_keys_), member - 2);
    return resource_member(name, member, out);
  });
  if (behind == nullptr) return nullptr;
  out.body = tokens_.text().substr(start, behind[-1] + 1 - start);
  out.behind_references = static_cast<std::uint32_t>(batch_.references.size());
  return behind;
}

Token Walk::resource_member(std::string_view name, Token at, WalkedResource& out) {
  if (name == "resourceType") return must_be_string(at, "resourceType is not a string", out.type);
  if (name == "id") return must_be_string(at, "the id is not a string", out.id);
  if (name == "meta" && tokens_.front(at) == '{') return meta(at, out);
  if (name == "entry") out.entry_before_type = !out.type;
  const PatientElement element = patient_element(name);
  if (element < out.patient_element) return patient_member(element, at, out);
  return value(at, room_ - 1);
}

Token Walk::patient_member(PatientElement element, Token at, WalkedResource& out) {
  const std::size_t first = batch_.references.size();
  const Token behind = value(at, room_ - 1);
  for (std::size_t i = first; i < batch_.references.size(); ++i) {
    if (!names_patient(batch_.references[i], element)) continue;
    out.patient_element = element;
    out.patient_reference = static_cast<std::uint32_t>(i);
    break;
  }
  return behind;
}

Token Walk::meta(Token at, WalkedResource& out) {
  if (room_ < 2) return tokens_.fail(kTooDeep, at);
  return members(at, [&](const Spelled& key, Token member) {
    if (spells(key, "versionId")) return string_or_other(member, out.version_id);
    if (spells(key, "lastUpdated")) {
      out.odd_last_updated = tokens_.front(member) != '"';
      return string_or_other(member, out.last_updated);
    }
    return value(member, room_ - 2);
  });
}

Token Walk::entry_member(std::string_view name, Token at, WalkedEntry& out) {
  if (name == "fullUrl") return string_or_other(at, out.full_url);
  if (name == "resource") {
    out.has_resource = true;
    return resource(at, out.resource);
  }
  const bool part = name == "request" || name == "response" || name == "search";
  if (!part || tokens_.front(at) != '{') return value(at, room_);
  return members(at, [&](const Spelled& key, Token member) {
    return entry_part_member(name, key, member, out);
  });
}

/// What an entry says of its resource beside it: how it is asked for, found, or answered.
Token Walk::entry_part_member(std::string_view name, const Spelled& key, Token at,
                              WalkedEntry& out) {
  const auto is = [&](std::string_view part, std::string_view member) {
    return name == part && spells(key, member);
  };
  if (is("request", "method")) return string_or_other(at, out.method);
  if (is("request", "url")) return string_or_other(at, out.url);
  if (is("search", "mode")) return string_or_other(at, out.search_mode);
  if (is("response", "lastModified")) return string_or_other(at, out.last_modified);
  if (is("response", "etag")) return string_or_other(at, out.etag);
  return value(at, room_);
}

Token Walk::string_or_other(Token at, std::optional<Spelled>& out) {
  if (tokens_.front(at) != '"') return value(at, room_);
  return tokens_.read_string(at, out.emplace()) ? at + 1 : nullptr;
}

Token Walk::must_be_string(Token at, const char* fault, std::optional<Spelled>& out) {
  if (tokens_.front(at) != '"') return tokens_.fail(fault, at);
  return tokens_.read_string(at, out.emplace()) ? at + 1 : nullptr;
}

}  // namespace fhirehose::record
