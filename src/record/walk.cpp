#include "record/walk.hpp"

#include "record/json_string.hpp"
#include "record/reference_text.hpp"

namespace fhirehose::record {
namespace {

constexpr const char* kTooDeep = "the record is nested too deep";
constexpr const char* kTwice = "a member's name comes twice";

PatientElement patient_element(std::string_view name) {
  if (name == "patient") return PatientElement::kPatient;
  if (name == "subject") return PatientElement::kSubject;
  if (name == "beneficiary") return PatientElement::kBeneficiary;
  if (name == "for") return PatientElement::kFor;
  if (name == "individual") return PatientElement::kIndividual;
  if (name == "target") return PatientElement::kTarget;
  return PatientElement::kNone;
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
  tokens_ = tokens;
  return resource(out) && end_of_text();
}

bool Walk::entry_text(const Tokens& tokens, WalkedEntry& out) {
  tokens_ = tokens;
  entry_keys_.clear();
  if (tokens_.peek() != '{') return fail("the entry is not a JSON object");
  const bool whole = members([&](const Spelled& key) {
    const std::string_view name = name_of(key);
    if (!entry_keys_.insert(name)) return fail(kTwice);
    return entry_member(name, out);
  });
  return whole && end_of_text();
}

/// Calls `each(key)` with the value next, for every member of the object that comes next.
template <class Each>
inline bool Walk::members(Each each) {
  tokens_.skip();
  if (tokens_.peek() == '}') {
    tokens_.skip();
    return true;
  }
  for (;;) {
    Spelled key;
    if (!take_key(key) || !each(key)) return false;
    const char next = tokens_.peek();
    if (next != ',' && next != '}') return fail("a comma or a closing brace is missing");
    tokens_.skip();
    if (next == '}') return true;
  }
}

inline bool Walk::take_key(Spelled& key) {
  if (!tokens_.take_string(key)) return false;
  if (tokens_.peek() != ':') return fail("a colon is missing");
  tokens_.skip();
  return true;
}

std::string_view Walk::name_of(const Spelled& key) {
  return key.escaped ? batch_.keep(unescape(key.text)) : key.text;
}

bool Walk::end_of_text() { return tokens_.done() || fail("text follows the end of the record"); }

inline bool Walk::value(std::size_t room) {
  switch (tokens_.peek()) {
    case '"': {
      Spelled ignored;
      return tokens_.take_string(ignored);
    }
    case '{':
      return object(room);
    case '[':
      return array(room);
    default:
      return tokens_.take_scalar();
  }
}

bool Walk::object(std::size_t room) {
  if (room == 0) return fail(kTooDeep);
  return members([this, room](const Spelled& key) {
    const bool is_reference =
        key.text == "reference" || (key.escaped && spells(key.text, "reference"));
    if (is_reference && tokens_.peek() == '"') return reference();
    return value(room - 1);
  });
}

bool Walk::array(std::size_t room) {
  if (room == 0) return fail(kTooDeep);
  tokens_.skip();
  if (tokens_.peek() == ']') {
    tokens_.skip();
    return true;
  }
  for (;;) {
    if (!value(room - 1)) return false;
    const char next = tokens_.peek();
    if (next != ',' && next != ']') return fail("a comma or a closing bracket is missing");
    tokens_.skip();
    if (next == ']') return true;
  }
}

bool Walk::reference() {
  Spelled spelled;
  if (!tokens_.take_string(spelled)) return false;
  const ReferenceTarget target =
      spelled.escaped ? read_reference(unescape(spelled.text)) : read_reference(spelled.text);
  batch_.references.push_back({spelled.text, target.kind, spelled.escaped, target.type});
  return true;
}

bool Walk::resource(WalkedResource& out) {
  if (tokens_.peek() != '{') return fail("the record is not a JSON object");
  if (room_ == 0) return fail(kTooDeep);
  const std::size_t start = tokens_.place();
  out.first_reference = static_cast<std::uint32_t>(batch_.references.size());
  resource_keys_.clear();
  const bool whole = members([&](const Spelled& key) {
    const std::string_view name = name_of(key);
    if (!resource_keys_.insert(name)) return fail(kTwice);
    return resource_member(name, out);
  });
  if (!whole) return false;
  out.body = tokens_.text().substr(start, tokens_.taken() + 1 - start);
  out.behind_references = static_cast<std::uint32_t>(batch_.references.size());
  return true;
}

bool Walk::resource_member(std::string_view name, WalkedResource& out) {
  if (name == "resourceType") return must_be_string(out.type, "resourceType is not a string");
  if (name == "id") return must_be_string(out.id, "the id is not a string");
  if (name == "meta" && tokens_.peek() == '{') return meta(out);
  const PatientElement element = patient_element(name);
  if (element < out.patient_element) return patient_member(element, out);
  return value(room_ - 1);
}

bool Walk::patient_member(PatientElement element, WalkedResource& out) {
  const std::size_t first = batch_.references.size();
  if (!value(room_ - 1)) return false;
  for (std::size_t i = first; i < batch_.references.size(); ++i) {
    if (!names_patient(batch_.references[i], element)) continue;
    out.patient_element = element;
    out.patient_reference = static_cast<std::uint32_t>(i);
    return true;
  }
  return true;
}

bool Walk::meta(WalkedResource& out) {
  if (room_ < 2) return fail(kTooDeep);
  return members([&](const Spelled& key) {
    if (spells(key.text, "versionId")) return string_or_other(out.version_id);
    if (spells(key.text, "lastUpdated")) return string_or_other(out.last_updated);
    return value(room_ - 2);
  });
}

bool Walk::entry_member(std::string_view name, WalkedEntry& out) {
  if (name == "fullUrl") return string_or_other(out.full_url);
  if (name == "request" && tokens_.peek() == '{') return request(out);
  if (name != "resource") return value(room_);
  out.has_resource = true;
  return resource(out.resource);
}

bool Walk::request(WalkedEntry& out) {
  return members([&](const Spelled& key) {
    return spells(key.text, "method") ? string_or_other(out.method) : value(room_);
  });
}

bool Walk::string_or_other(std::optional<Spelled>& out) {
  if (tokens_.peek() != '"') return value(room_);
  return tokens_.take_string(out.emplace());
}

bool Walk::must_be_string(std::optional<Spelled>& out, const char* fault) {
  if (tokens_.peek() != '"') return fail(fault);
  return tokens_.take_string(out.emplace());
}

}  // namespace fhirehose::record
