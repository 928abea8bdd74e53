#include "compare/difference.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "compare/decimal.hpp"
#include "core/byte_size.hpp"
#include "memory/region.hpp"
#include "record/blank.hpp"
#include "record/json_string.hpp"
#include "record/json_walk.hpp"
#include "record/reference_text.hpp"
#include "record/well_formed.hpp"

namespace fhirehose::compare {
namespace {

using record::JsonChildren;

/// A value: where it starts in its text.
struct Value {
  std::string_view text;
  std::size_t at = 0;
  [[nodiscard]] char front() const { return text[at]; }
  [[nodiscard]] std::string_view whole() const {
    return text.substr(at, record::end_of_value(text, at) - at);
  }
};

/// Which object is compared, as far as the rules ask.
enum class Place : std::uint8_t { kResource, kMeta, kElsewhere };

constexpr Value kEmptyObject{"{}", 0};

bool is_servers(Place place, std::string_view key) {
  constexpr std::array<std::string_view, 3> kServersMeta = {"versionId", "lastUpdated", "source"};
  return place == Place::kMeta && std::ranges::find(kServersMeta, key) != kServersMeta.end();
}

/// What a server keeps as a set, and adds to: it remembers the labels of earlier versions
/// (http://hl7.org/fhir/R4/resource.html#tag-updates).
bool is_set(Place place, std::string_view key) {
  constexpr std::array<std::string_view, 3> kSets = {"profile", "security", "tag"};
  return place == Place::kMeta && std::ranges::find(kSets, key) != kSets.end();
}

/// The members of an object that are compared, one after the other.
class Members {
 public:
  Members(const Value& object, Place place, Tolerance tolerance)
      : text_(object.text),
        children_(object.text, object.at),
        place_(tolerance == Tolerance::kServer ? place : Place::kElsewhere) {}

  bool next() {
    while (children_.next()) {
      key_ = record::plain_text(children_.key(), scratch_);
      if (!is_servers(place_, key_)) return true;
    }
    return false;
  }
  /// Without escapes; until the next call of next().
  [[nodiscard]] std::string_view key() const { return key_; }
  [[nodiscard]] Value value() const { return {text_, children_.value()}; }

 private:
  std::string_view text_;
  JsonChildren children_;
  const Place place_;
  std::string scratch_;
  std::string_view key_;
};

struct Member {
  std::string key;
  Value value;
  std::size_t met = 0;  ///< on the first of its key: so many of these have been compared
};

std::vector<Member> rest_of(Members& members, bool more) {
  std::vector<Member> rest;
  for (; more; more = members.next()) rest.push_back({std::string(members.key()), members.value()});
  return rest;
}

bool same_string(const Value& a, const Value& b) {
  const std::string_view first = record::string_at(a.text, a.at);
  const std::string_view second = record::string_at(b.text, b.at);
  if (first == second) return true;
  std::string scratch_a;
  std::string scratch_b;
  return record::plain_text(first, scratch_a) == record::plain_text(second, scratch_b);
}

/// A server puts `Type/id` where a reference by search stood
/// (http://hl7.org/fhir/R4/http.html#trules).
bool is_resolved(const Value& source, const Value& target) {
  std::string scratch_a;
  std::string scratch_b;
  const auto read = [](const Value& value, std::string& scratch) {
    return record::read_reference(
        record::plain_text(record::string_at(value.text, value.at), scratch));
  };
  const record::ReferenceTarget asked = read(source, scratch_a);
  const record::ReferenceTarget found = read(target, scratch_b);
  return asked.kind == record::ReferenceKind::kConditional &&
         found.kind == record::ReferenceKind::kRelative && asked.type == found.type;
}

std::string printable(std::string_view key) {
  const auto legal = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  const bool shown = !key.empty() && key.size() <= 64 && std::ranges::all_of(key, legal);
  return shown ? std::string(key) : "?";
}

/// Compares value by value; where it finds a difference, every level puts its own step in front of
/// the path. As deep as the walk that has checked both texts allows.
class Comparison {
 public:
  explicit Comparison(Tolerance tolerance) : tolerance_(tolerance) {}

  bool objects(const Value& source, const Value& target, Place place) {
    Members mine(source, place, tolerance_);
    Members theirs(target, place, tolerance_);
    bool more_mine = mine.next();
    bool more_theirs = theirs.next();
    while (more_mine && more_theirs && mine.key() == theirs.key()) {
      if (!members(mine.key(), mine.value(), theirs.value(), place)) return false;
      more_mine = mine.next();
      more_theirs = theirs.next();
    }
    if (!more_mine && !more_theirs) return true;
    const std::vector<Member> rest = rest_of(mine, more_mine);
    return in_any_order(rest, rest_of(theirs, more_theirs), place);
  }

  [[nodiscard]] std::string path() const {
    return path_.starts_with('.') ? path_.substr(1) : path_;
  }

 private:
  bool members(std::string_view key, const Value& source, const Value& target, Place place) {
    const bool server = tolerance_ == Tolerance::kServer;
    if (server && key == "reference" && source.front() == '"' && target.front() == '"' &&
        is_resolved(source, target)) {
      return true;
    }
    const bool set = server && is_set(place, key) && source.front() == '[' && target.front() == '[';
    const bool meta = place == Place::kResource && key == "meta";
    const bool same = set ? includes(source, target)
                          : values(source, target, meta ? Place::kMeta : Place::kElsewhere);
    if (!same) path_.insert(0, "." + printable(key));
    return same;
  }

  bool values(const Value& source, const Value& target, Place place) {
    if (source.front() == '{' && target.front() == '{') return objects(source, target, place);
    if (source.front() == '[' && target.front() == '[') return arrays(source, target);
    if (source.front() == '"' && target.front() == '"') return same_string(source, target);
    constexpr std::string_view kNumbers = "-0123456789";
    const bool number = kNumbers.find(source.front()) != std::string_view::npos &&
                        kNumbers.find(target.front()) != std::string_view::npos;
    if (number) return same_decimal(source.whole(), target.whole());
    // true, false, null; or they are of two kinds.
    return source.front() == target.front();
  }

  bool arrays(const Value& source, const Value& target) {
    JsonChildren mine(source.text, source.at);
    JsonChildren theirs(target.text, target.at);
    for (std::size_t i = 0;; ++i) {
      const bool more = mine.next();
      const bool same = more == theirs.next() &&
                        (!more || values({source.text, mine.value()}, {target.text, theirs.value()},
                                         Place::kElsewhere));
      if (!same) path_.insert(0, fmt::format("[{}]", i));
      if (!same || !more) return same;
    }
  }

  /// Whether each element of `source` has one of its own in `target`.
  bool includes(const Value& source, const Value& target) {
    std::vector<Value> theirs;
    for (JsonChildren each(target.text, target.at); each.next();)
      theirs.push_back({target.text, each.value()});
    // Beyond any real number of labels the pairs would be too many.
    if (theirs.size() > kLabels) return arrays(source, target);
    std::size_t i = 0;
    for (JsonChildren mine(source.text, source.at); mine.next(); ++i) {
      const auto found = std::ranges::find_if(theirs, [&](const Value& their) {
        return values({source.text, mine.value()}, their, Place::kElsewhere);
      });
      path_.clear();
      if (found == theirs.end()) {
        path_ = fmt::format("[{}]", i);
        return false;
      }
      theirs.erase(found);
    }
    return true;
  }

  bool in_any_order(const std::vector<Member>& mine, std::vector<Member> theirs, Place place) {
    std::ranges::stable_sort(theirs, {}, &Member::key);
    for (const Member& member : mine) {
      const auto first = std::ranges::lower_bound(theirs, member.key, {}, &Member::key);
      const bool known = first != theirs.end() && first->key == member.key;
      const auto found = known ? first + static_cast<std::ptrdiff_t>(first->met) : first;
      const bool there = known && found != theirs.end() && found->key == member.key;
      if (there) ++first->met;
      const bool same = there ? members(member.key, member.value, found->value, place)
                              : stands_alone(member, place);
      if (!same) return false;
    }
    return no_more(theirs, place);
  }

  /// Whether those of `theirs`, by key, that have not been compared are the server's.
  bool no_more(const std::vector<Member>& theirs, Place place) {
    auto first = theirs.begin();
    for (auto member = theirs.begin(); member != theirs.end(); ++member) {
      if (member->key != first->key) first = member;
      if (static_cast<std::size_t>(member - first) < first->met) continue;
      const bool added = tolerance_ == Tolerance::kServer && is_set(place, member->key);
      if (!added && !stands_alone(*member, place)) return false;
    }
    return true;
  }

  /// A member that the other side lacks: no difference where it is a meta that is the server's.
  bool stands_alone(const Member& member, Place place) {
    const bool meta = tolerance_ == Tolerance::kServer && place == Place::kResource &&
                      member.key == "meta" && member.value.front() == '{';
    if (meta) return members(member.key, member.value, kEmptyObject, place);
    path_.insert(0, "." + printable(member.key));
    return false;
  }

  static constexpr std::size_t kLabels = 1'000;

  const Tolerance tolerance_;
  std::string path_;
};

/// The text with padding behind it, so that it can be checked. A giant one's copy is not kept.
std::string_view padded(std::string_view text) {
  constexpr std::size_t kKept = 4 * core::kMiB;
  thread_local std::string copy;
  if (copy.capacity() > kKept) copy = {};
  copy.assign(text);
  copy.append(memory::kPadding, '\0');
  return std::string_view(copy).substr(0, text.size());
}

}  // namespace

std::optional<std::string> find_difference(std::string_view source, std::string_view target,
                                           Tolerance tolerance) {
  if (source == target) return std::nullopt;
  const std::string_view text = padded(record::trim(target));
  if (text.empty() || text.front() != '{' || !record::is_well_formed(text))
    return std::string(kNotJson);
  Comparison comparison(tolerance);
  const Value mine{source, source.find('{')};
  if (comparison.objects(mine, {text, 0}, Place::kResource)) return std::nullopt;
  return comparison.path();
}

}  // namespace fhirehose::compare
