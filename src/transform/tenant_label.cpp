#include "transform/tenant_label.hpp"

#include <fmt/format.h>

#include "core/json_text.hpp"
#include "record/json_string.hpp"
#include "record/json_walk.hpp"
#include "transform/sibling_cuts.hpp"

namespace fhirehose::transform {
namespace {

using record::JsonChildren;
using record::spells;

std::string json_string(std::string_view plain) {
  std::string json;
  core::append_json_string(json, plain);
  return json;
}

std::string_view without_comma(std::string_view text) { return text.substr(1); }
std::string_view value_of_member(std::string_view text) { return text.substr(text.find(':') + 1); }

/// Labels one record.
class Labelling {
 public:
  Labelling(record::RecordBatch& batch, std::string_view text, const TenantTexts& texts,
            std::vector<record::Edit>& edits)
      : batch_(batch), text_(text), texts_(texts), edits_(edits) {}

  void run() {
    std::size_t type_end = 0;
    for (JsonChildren root(text_, 0); root.next();) {
      if (spells(root.key(), "meta")) return meta(root.value());
      if (spells(root.key(), "resourceType")) type_end = root.value_end();
    }
    splice(type_end, 0, texts_.meta);
  }

 private:
  enum class Owner { kOther, kAnotherTenant, kThisTenant };

  void meta(std::size_t at) {
    if (text_[at] != '{') return replace(at, value_of_member(texts_.meta));
    bool has_security = false;
    std::size_t last_end = 0;
    for (JsonChildren members(text_, at); members.next(); last_end = members.value_end()) {
      if (!spells(members.key(), "security")) continue;
      has_security = true;
      security(members.value());
    }
    if (!has_security) append(at, last_end, texts_.security);
  }

  void security(std::size_t at) {
    if (text_[at] == '[') return labels(at);
    const Owner owner = owner_of(at);
    if (owner == Owner::kThisTenant) return;
    if (text_[at] != '{' || owner == Owner::kAnotherTenant) {
      return replace(at, value_of_member(texts_.security));
    }
    splice(at, 0, "[");
    splice(record::end_of_value(text_, at), 0, texts_.label + "]");
  }

  void labels(std::size_t at) {
    SiblingCuts cuts(edits_);
    bool labelled = false;
    std::size_t last_end = 0;
    for (JsonChildren list(text_, at); list.next(); last_end = list.value_end()) {
      const Owner owner = owner_of(list.value());
      if (owner != Owner::kOther && labelled) {
        cuts.remove(list.start(), list.value_end());
        continue;
      }
      labelled |= owner != Owner::kOther;
      if (owner == Owner::kAnotherTenant) replace(list.value(), without_comma(texts_.label));
      cuts.keep(list.start(), list.value_end());
    }
    if (!labelled) append(at, last_end, texts_.label);
  }

  [[nodiscard]] Owner owner_of(std::size_t at) const {
    if (text_[at] != '{') return Owner::kOther;
    Owner owner = Owner::kAnotherTenant;
    bool of_system = false;
    std::string scratch;
    for (JsonChildren members(text_, at); members.next();) {
      const std::string_view string = record::string_at(text_, members.value());
      const std::string_view plain = record::plain_text(string, scratch);
      if (spells(members.key(), "system")) of_system = plain == texts_.system;
      if (!spells(members.key(), "code")) continue;
      owner = plain == texts_.tenant ? Owner::kThisTenant : Owner::kAnotherTenant;
    }
    return of_system ? owner : Owner::kOther;
  }

  /// Adds a child, `json`, behind the last one of the container at `open`.
  void append(std::size_t open, std::size_t last_child_end, std::string_view json) {
    if (last_child_end == 0) return splice(open + 1, 0, without_comma(json));
    splice(last_child_end, 0, json);
  }

  void replace(std::size_t at, std::string_view json) {
    splice(at, record::end_of_value(text_, at) - at, json);
  }

  void splice(std::size_t offset, std::size_t remove, std::string_view insert) {
    edits_.push_back({.offset = offset, .remove = remove, .insert = keep(insert)});
  }

  /// The records of a batch mostly need the same text: it is kept once.
  std::string_view keep(std::string_view text) {
    const bool kept = !batch_.arena.empty() && batch_.arena.back() == text;
    return kept ? std::string_view(batch_.arena.back()) : batch_.keep(std::string(text));
  }

  record::RecordBatch& batch_;
  std::string_view text_;
  const TenantTexts& texts_;
  std::vector<record::Edit>& edits_;
};

}  // namespace

TenantTexts::TenantTexts(std::string_view tenant_code, std::string_view label_system)
    : tenant(tenant_code),
      system(label_system),
      label(fmt::format(R"(,{{"system":{},"code":{}}})", json_string(system), json_string(tenant))),
      security(fmt::format(R"(,"security":[{}])", without_comma(label))),
      meta(fmt::format(R"(,"meta":{{{}}})", without_comma(security))) {}

void TenantLabel::edit(record::RecordBatch& batch, const record::RecordView& record,
                       std::vector<record::Edit>& edits) const {
  Labelling(batch, record.body, texts_, edits).run();
}

}  // namespace fhirehose::transform
