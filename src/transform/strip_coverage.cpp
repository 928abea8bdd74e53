#include "transform/strip_coverage.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <set>
#include <string>

#include "record/json_string.hpp"
#include "record/json_walk.hpp"
#include "transform/coverage_marks.hpp"
#include "transform/coverage_reference.hpp"
#include "transform/sibling_cuts.hpp"

namespace fhirehose::transform {
namespace {

using record::JsonChildren;
using record::plain_text;
using record::string_at;

/// Tells whether a Reference.reference points at a Coverage, in one record.
class CoverageTargets {
 public:
  CoverageTargets(const UrnLookup* urns, UrnScope scope) : urns_(urns), scope_(scope) {}

  void add_contained(std::string_view id) { contained_.emplace(id); }

  [[nodiscard]] bool has(std::string_view reference) const {
    if (reference.starts_with('#')) {
      return contained_.contains(reference.substr(1));
    }
    if (urns_ != nullptr && may_be_full_url(reference)) {
      if (const auto target = urns_->find(reference, scope_))
        return target->type == core::kCoverage;
    }
    // A URN has no path that could name a type (RFC 8141).
    return !reference.starts_with("urn:") && names_coverage(reference);
  }

 private:
  const UrnLookup* urns_;
  UrnScope scope_;
  std::set<std::string, std::less<>> contained_;  ///< ids of contained Coverages
};

/// What an object turns out to be, told its members one by one, in any order.
class ObjectNature {
 public:
  void add(std::string_view key, std::string_view string, const CoverageTargets& targets) {
    only_reference_members_ &= is_reference_member(key);
    if (string.empty()) return;
    const std::string_view value = plain_text(string, scratch_);
    if (key == "reference") points_at_coverage_ |= targets.has(value);
    if (key == "type") type_is_coverage_ |= is_coverage_type(value);
    if (key == "resourceType") coverage_resource_ |= value == name_of(core::kCoverage);
  }

  [[nodiscard]] bool is_coverage() const {
    return points_at_coverage_ || coverage_resource_ ||
           (type_is_coverage_ && only_reference_members_);
  }

 private:
  /// `type` means other things elsewhere: it tells of a target in a Reference only
  /// (http://hl7.org/fhir/R4/references.html#Reference).
  static bool is_reference_member(std::string_view key) {
    constexpr std::array<std::string_view, 6> kMembers = {"reference", "type", "identifier",
                                                          "display",   "id",   "extension"};
    if (key.starts_with('_')) key.remove_prefix(1);
    return std::ranges::find(kMembers, key) != kMembers.end();
  }

  std::string scratch_;
  bool points_at_coverage_ = false;
  bool type_is_coverage_ = false;
  bool coverage_resource_ = false;
  bool only_reference_members_ = true;
};

/// Adds the id of a contained resource to `targets` if it is a Coverage.
void note_contained(std::string_view text, std::size_t at, CoverageTargets& targets) {
  if (text[at] != '{') return;
  std::string key_scratch;
  std::string id;
  ObjectNature nature;
  for (JsonChildren members(text, at); members.next();) {
    const std::string_view key = plain_text(members.key(), key_scratch);
    if (key == "resourceType") nature.add(key, string_at(text, members.value()), targets);
    if (key == "id") id = record::unescape(string_at(text, members.value()));
  }
  if (nature.is_coverage() && !id.empty()) targets.add_contained(id);
}

/// A `#id` may stand before what it points at, so the contained resources are read first.
void note_all_contained(std::string_view text, CoverageTargets& targets) {
  for (JsonChildren root(text, 0); root.next();) {
    if (!record::spells(root.key(), "contained")) continue;
    if (text[root.value()] == '{') note_contained(text, root.value(), targets);
    if (text[root.value()] != '[') return;
    for (JsonChildren list(text, root.value()); list.next();) {
      note_contained(text, list.value(), targets);
    }
    return;
  }
}

/// One pass over a record, in which each object is judged when its end is reached.
class Walk {
 public:
  Walk(std::string_view text, const CoverageTargets& targets, CoverageMarks& marks,
       std::vector<record::Edit>& edits)
      : text_(text), targets_(targets), marks_(marks), edits_(edits) {}

  void run() { object(0, Place::kRoot); }

 private:
  /// What the objects here are, as far as it changes what happens to their members.
  enum class Place { kRoot, kContained, kInsurance, kElsewhere };

  struct Outcome {
    std::size_t end;  ///< just after the value
    bool gone;
  };

  static Place place_of(std::string_view key, Place parent) {
    const bool in_resource = parent == Place::kRoot || parent == Place::kContained;
    if (in_resource && key == "insurance") return Place::kInsurance;
    return parent == Place::kRoot && key == "contained" ? Place::kContained : Place::kElsewhere;
  }

  Outcome value(std::size_t at, Place place) {
    const bool container = text_[at] == '{' || text_[at] == '[';
    const std::size_t end = record::end_of_value(text_, at);
    if (!container || marks_.next(at) >= end) return {.end = end, .gone = false};
    return text_[at] == '{' ? object(at, place) : array(at, place);
  }

  Outcome array(std::size_t at, Place place) {
    SiblingCuts cuts(edits_);
    JsonChildren elements(text_, at);
    while (elements.next()) settle(elements, value(elements.value(), place), cuts);
    return close(elements, cuts, cuts.emptied());
  }

  Outcome object(std::size_t at, Place place) {
    SiblingCuts cuts(edits_);
    JsonChildren members(text_, at);
    ObjectNature nature;
    std::string scratch;
    while (members.next()) {
      const std::string_view key = plain_text(members.key(), scratch);
      nature.add(key, string_at(text_, members.value()), targets_);
      settle(members, member(members, key, place), cuts);
      if (place == Place::kRoot && finished(members, cuts)) return {.end = 0, .gone = false};
    }
    const bool gone = cuts.emptied() || nature.is_coverage();
    return close(members, cuts, gone && place != Place::kRoot);
  }

  Outcome member(JsonChildren& members, std::string_view key, Place place) {
    if (place == Place::kInsurance && key == "coverage") {
      return {.end = members.value_end(), .gone = true};
    }
    return value(members.value(), place_of(key, place));
  }

  static void settle(JsonChildren& child, const Outcome& outcome, SiblingCuts& cuts) {
    child.set_value_end(outcome.end);
    if (outcome.gone) {
      cuts.remove(child.start(), outcome.end);
    } else {
      cuts.keep(child.start(), outcome.end);
    }
  }

  static Outcome close(const JsonChildren& children, SiblingCuts& cuts, bool gone) {
    if (gone) cuts.discard();
    return {.end = children.end(), .gone = gone};
  }

  /// Nothing behind this member of the resource can matter any more.
  bool finished(JsonChildren& members, const SiblingCuts& cuts) {
    return cuts.any_kept() && marks_.next(members.value_end()) == CoverageMarks::kNowhere;
  }

  std::string_view text_;
  const CoverageTargets& targets_;
  CoverageMarks& marks_;
  std::vector<record::Edit>& edits_;
};

}  // namespace

void StripCoverage::edit(record::RecordBatch& batch, const record::RecordView& record,
                         std::vector<record::Edit>& edits) const {
  if (record.type != core::kExplanationOfBenefit) return;
  const std::string_view text = record.body;
  CoverageTargets targets(urns_, scope_of(batch, record));
  CoverageMarks marks(text);
  bool contained_noted = false;
  std::string scratch;
  for (std::uint32_t i = 0; i < record.references; ++i) {
    const record::Reference& reference = batch.references[record.first_reference + i];
    if (!reference.is_silent()) continue;
    if (!contained_noted) note_all_contained(text, targets);
    contained_noted = true;
    if (!targets.has(plain_text(reference.text(), scratch))) continue;
    marks.add(static_cast<std::size_t>(reference.text().data() - text.data()));
  }
  Walk(text, targets, marks, edits).run();
}

}  // namespace fhirehose::transform
