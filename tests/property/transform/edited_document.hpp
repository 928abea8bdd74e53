#pragma once

#include <functional>
#include <regex>
#include <set>
#include <string>

#include "core/instant.hpp"
#include "document.hpp"
#include "transform/urn_lookup.hpp"

namespace fhirehose::tests {

/// Parse-edit-print: what the transforms promise, on a document of another library, written to be
/// obvious and slow.
class EditedDocument {
 public:
  EditedDocument(Document& document, const transform::UrnLookup* urns)
      : document_(document), urns_(urns) {}

  void strip_coverage() {
    for (Value* contained : elements(document_, "contained")) {
      if (text_of(*contained, "resourceType") == "Coverage") {
        contained_.insert("#" + text_of(*contained, "id"));
      }
    }
    for (Value* contained : elements(document_, "contained")) strip_insurance(*contained);
    strip_insurance(document_);
    strip_below(document_);
  }

  /// The resource itself is no Reference, whatever its members are called. `base` ends in a slash.
  void rewrite_references(const std::string& base, const std::string& prefix) {
    for (auto& member : document_.GetObject()) rewrite_below(member.value, base, prefix);
  }

  void map_id(const std::string& prefix) {
    for (auto& member : document_.GetObject()) {
      if (view_of(member.name) != "id" || !member.value.IsString()) continue;
      member.value = string(prefix + std::string(view_of(member.value)));
    }
  }

  /// One that is no instant; of several the last counts, and all of them go.
  void drop_bad_last_updated() {
    Value* meta = nullptr;
    for (auto& member : document_.GetObject()) {
      if (view_of(member.name) == "meta" && member.value.IsObject()) meta = &member.value;
    }
    if (meta == nullptr) return;
    bool bad = false;
    for (const auto& member : meta->GetObject()) {
      if (view_of(member.name) != "lastUpdated") continue;
      bad = !member.value.IsString() || !core::parse_instant(view_of(member.value));
    }
    if (!bad) return;
    while (meta->HasMember("lastUpdated")) meta->EraseMember("lastUpdated");
    if (meta->MemberCount() == 0) document_.EraseMember("meta");
  }

  void label_tenant(std::string_view system, std::string_view tenant) {
    bool found = false;
    for (auto& member : document_.GetObject()) {
      if (view_of(member.name) != "meta") continue;
      found = true;
      label_meta(member.value, system, tenant);
    }
    if (found) return;
    Value meta(rapidjson::kObjectType);
    label_meta(meta, system, tenant);
    insert_behind_type(std::move(meta));
  }

 private:
  /// Marks what is to be removed; no document holds a string like it.
  static constexpr std::string_view kGone = "\x01gone";

  static bool is_gone(const Value& value) { return value.IsString() && view_of(value) == kGone; }
  void remove(Value& value) { value.SetString(kGone.data(), kGone.size()); }

  /// The objects in each member of that name: itself or an array's, however deep.
  static std::vector<Value*> elements(Value& object, std::string_view key) {
    std::vector<Value*> found;
    const std::function<void(Value&)> collect = [&](Value& value) {
      if (value.IsObject()) found.push_back(&value);
      if (!value.IsArray()) return;
      for (Value& element : value.GetArray()) collect(element);
    };
    for (auto& member : object.GetObject()) {
      if (view_of(member.name) == key) collect(member.value);
    }
    return found;
  }

  /// The last string member of that name.
  static std::string text_of(const Value& object, std::string_view key) {
    std::string text;
    for (const auto& member : object.GetObject()) {
      if (view_of(member.name) == key && member.value.IsString()) text = view_of(member.value);
    }
    return text;
  }

  void strip_insurance(Value& resource) {
    for (Value* insurance : elements(resource, "insurance")) {
      for (auto& member : insurance->GetObject()) {
        if (view_of(member.name) == "coverage") remove(member.value);
      }
    }
  }

  void strip_below(Value& value) {
    if (value.IsObject()) {
      bool any_gone = false;
      for (auto member = value.MemberBegin(); member != value.MemberEnd();) {
        if (!is_gone(member->value) && is_coverage(member->value)) remove(member->value);
        if (!is_gone(member->value)) strip_below(member->value);
        any_gone |= is_gone(member->value);
        member = is_gone(member->value) ? value.EraseMember(member) : member + 1;
      }
      if (any_gone && value.ObjectEmpty()) remove(value);
    } else if (value.IsArray()) {
      bool any_gone = false;
      for (auto element = value.Begin(); element != value.End();) {
        if (!is_gone(*element) && is_coverage(*element)) remove(*element);
        if (!is_gone(*element)) strip_below(*element);
        any_gone |= is_gone(*element);
        element = is_gone(*element) ? value.Erase(element) : element + 1;
      }
      if (any_gone && value.Empty()) remove(value);
    }
  }

  bool is_coverage(const Value& value) const {
    static const std::set<std::string_view> reference_members{"reference", "type", "identifier",
                                                              "display",   "id",   "extension"};
    if (!value.IsObject()) return false;
    bool typed = false;
    bool reference_only = true;
    for (const auto& member : value.GetObject()) {
      const std::string_view key = view_of(member.name);
      reference_only &= reference_members.contains(key);
      if (!member.value.IsString()) continue;
      const std::string text(view_of(member.value));
      if (key == "resourceType" && text == "Coverage") return true;
      if (key == "reference" && points_at_coverage(text)) return true;
      typed |= key == "type" && text == "Coverage";
    }
    return typed && reference_only;
  }

  bool points_at_coverage(const std::string& text) const {
    static const std::regex literal("([^?#]*/)?Coverage/[^/?#]*(/_history/[^/?#]*)?(#.*)?");
    static const std::regex conditional("([^?#]*/)?Coverage\\?.*");
    if (text.starts_with("#")) return text != "#" && contained_.contains(text);
    if (text.starts_with("urn:")) {
      const auto target = urns_ == nullptr ? std::nullopt : urns_->find(text, {});
      return target && target->type == core::kCoverage;
    }
    if (text.find("Coverage") == std::string::npos) return false;
    return std::regex_match(text, literal) || std::regex_match(text, conditional);
  }

  void rewrite_below(Value& value, const std::string& base, const std::string& prefix) {
    if (value.IsArray()) {
      for (Value& element : value.GetArray()) rewrite_below(element, base, prefix);
    }
    if (!value.IsObject()) return;
    for (auto& member : value.GetObject()) {
      rewrite_below(member.value, base, prefix);
      if (view_of(member.name) != "reference" || !member.value.IsString()) continue;
      member.value = string(rewritten(std::string(view_of(member.value)), base, prefix));
    }
  }

  std::string rewritten(std::string text, const std::string& base,
                        const std::string& prefix) const {
    static const std::regex relative(R"(([A-Za-z]+)/([^/?]+)(/_history/[\s\S]*)?)");
    static const std::regex conditional(R"(([A-Za-z]+)\?[\s\S]*)");
    static const std::regex legal("[-.A-Za-z0-9]{1,64}");
    if (const auto target = urns_->find(text, {})) {
      text = std::string(core::name_of(target->type)) + "/" + std::string(target->id);
    }
    std::smatch found;
    const auto is = [&found](const std::string& whole, const std::regex& form) {
      return std::regex_match(whole, found, form) &&
             core::find_resource_type(found.str(1)).has_value();
    };
    const std::string rest = text.starts_with(base) ? text.substr(base.size()) : text;
    if (is(rest, relative) || is(rest, conditional)) text = rest;
    if (!is(text, relative) || !std::regex_match(found.str(2), legal)) return text;
    return found.str(1) + "/" + prefix + found.str(2) + found.str(3);
  }

  void label_meta(Value& meta, std::string_view system, std::string_view tenant) {
    if (!meta.IsObject()) meta.SetObject();
    bool found = false;
    for (auto& member : meta.GetObject()) {
      if (view_of(member.name) != "security") continue;
      found = true;
      label_security(member.value, system, tenant);
    }
    if (found) return;
    Value security(rapidjson::kArrayType);
    label_security(security, system, tenant);
    meta.AddMember("security", security, document_.GetAllocator());
  }

  void label_security(Value& security, std::string_view system, std::string_view tenant) {
    const auto matches = [&](const Value& label, std::string_view key, std::string_view text) {
      return label.IsObject() && last_is(label, key, text);
    };
    if (matches(security, "system", system) && matches(security, "code", tenant)) return;
    Value labels(rapidjson::kArrayType);
    if (security.IsArray()) labels.Swap(security);
    if (security.IsObject()) labels.PushBack(security, document_.GetAllocator());
    security.SetArray();
    bool labelled = false;
    for (Value& label : labels.GetArray()) {
      const bool ours = matches(label, "system", system);
      if (ours && labelled) continue;
      if (ours && !matches(label, "code", tenant)) label = new_label(system, tenant);
      labelled |= ours;
      security.PushBack(label, document_.GetAllocator());
    }
    if (!labelled) security.PushBack(new_label(system, tenant), document_.GetAllocator());
  }

  static bool last_is(const Value& object, std::string_view key, std::string_view text) {
    bool is = false;
    for (const auto& member : object.GetObject()) {
      if (view_of(member.name) == key)
        is = member.value.IsString() && view_of(member.value) == text;
    }
    return is;
  }

  Value new_label(std::string_view system, std::string_view tenant) {
    Value label(rapidjson::kObjectType);
    label.AddMember("system", string(system), document_.GetAllocator());
    label.AddMember("code", string(tenant), document_.GetAllocator());
    return label;
  }

  void insert_behind_type(Value meta) {
    Value members(rapidjson::kObjectType);
    members.Swap(document_);
    bool inserted = false;
    for (auto& member : members.GetObject()) {
      const bool type = view_of(member.name) == "resourceType";
      document_.AddMember(member.name, member.value, document_.GetAllocator());
      if (type && !inserted) document_.AddMember("meta", meta, document_.GetAllocator());
      inserted |= type;
    }
  }

  Value string(std::string_view text) {
    return {text.data(), static_cast<rapidjson::SizeType>(text.size()), document_.GetAllocator()};
  }

  Document& document_;
  const transform::UrnLookup* urns_;
  std::set<std::string> contained_;
};

}  // namespace fhirehose::tests
