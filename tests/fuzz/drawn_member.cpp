#include "fuzz/drawn_member.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace fhirehose::fuzz {
namespace {

using record::BundlePart;
using record::BundleType;

constexpr std::size_t kLongest = 20'000;

constexpr std::string_view kLongPiece =
    "{[longer than the 64 bytes that are looked at at once, with brackets]}";

/// What a string may hold, and be; any of it behind any other.
constexpr std::array<std::string_view, 17> kPieces = {
    "a",      "{",     "}",       "[",         "]",         ",",        ":",
    R"(\")",  R"(\\)", R"(\n)",   R"(\u0022)", R"(\u005C)", "\xC3\xA9", "resourceType",
    "Bundle", "entry", kLongPiece};

class MemberDrawer {
 public:
  explicit MemberDrawer(std::string_view choices) : choices_(choices) {}

  DrawnMember drawn() {
    pretty_ = below(2) == 1;
    put(one_of<5>({"", "\n", " \r\n", "\xEF\xBB\xBF", "\n\xEF\xBB\xBF\t"}));
    value();
    while (more()) {
      if (pretty_) {
        gap();
      } else {
        put(one_of<4>({"\n", "\r\n", "\n\n \t", " \n\xEF\xBB\xBF "}));
      }
      value();
    }
    put(one_of<4>({"", "\n", "\r\n", " \n\n\t"}));
    if (below(4) == 3) truncate();
    return std::move(member_);
  }

 private:
  /// What a gap stands before, as a reader of the line before it sees it.
  enum class Next : std::uint8_t {
    kGoesOn,  ///< it can only go on with the value
    kUnclear  ///< it could be a line of its own
  };
  enum class Part : std::uint8_t { kResourceType, kEntry, kType, kOther };

  std::size_t below(std::size_t limit) {
    if (choices_.empty() || member_.text.size() > kLongest) return 0;
    const auto choice = static_cast<unsigned char>(choices_.front());
    choices_.remove_prefix(1);
    return choice % limit;
  }
  bool more() { return below(4) != 0; }

  template <std::size_t kCount>
  std::string_view one_of(const std::array<std::string_view, kCount>& texts) {
    return texts.at(below(kCount));
  }

  void put(std::string_view text) { member_.text += text; }

  /// Blanks between two tokens. The first newline within a value of documents decides what the
  /// member is: behind it stands what goes on with the value, or a blank.
  void gap(Next next = Next::kGoesOn) {
    if (!pretty_) return put(one_of<3>({"", " ", "\t\r"}));
    const std::string_view blanks = one_of<6>({"", "\n", "\n  ", " ", "\r\n\t", " \n\n"});
    put(blanks);
    if (blanks.find('\n') == std::string_view::npos) return;
    if (!decided_ && next == Next::kUnclear) put(" ");
    decided_ = true;
  }

  /// Takes the last bracket away; not that of a Bundle that only its end tells to be one.
  void truncate() {
    const bool bundle = member_.bundles.contains(value_at_);
    if (bundle && entry_first_) return;
    member_.text.resize(member_.text.find_last_of("}]"));
    member_.broken = 1;
    if (bundle) member_.bundles.at(value_at_).complete = false;
    if (!member_.records.empty() && member_.records.back().where == value_at_) {
      member_.records.pop_back();
    }
  }

  void open(std::string_view bracket) {
    put(bracket);
    ++depth_;
    is_first_ = true;
  }

  void close(std::string_view bracket) {
    gap();
    if (pretty_ && !decided_ && depth_ == 1) {
      put("\n");
      decided_ = true;
    }
    put(bracket);
    --depth_;
    is_first_ = false;
  }

  /// The way to the next part of an object or array.
  void part(Next next = Next::kGoesOn) {
    if (!is_first_) {
      gap();
      put(",");
    }
    is_first_ = false;
    gap(next);
  }

  /// `key` is in quotes.
  void key(std::string_view key) {
    part();
    put(key);
    gap();
    put(":");
    gap(Next::kUnclear);
  }

  void value() {
    value_at_ = member_.text.size();
    switch (below(3)) {
      case 0:
        return record({});
      case 1:
        return array();
      default:
        return bundle();
    }
  }

  void array() {
    open("[");
    while (more()) {
      part();
      if (below(4) == 3) {
        bundle();
      } else {
        record({});
      }
    }
    close("]");
  }

  void bundle() {
    const auto [at, added] = member_.bundles.try_emplace(member_.text.size());
    BundlePart& bundle = at->second;
    bundle.offset = at->first;
    bundle.complete = true;
    std::vector<Part> left = {Part::kResourceType, Part::kEntry, Part::kType, Part::kOther,
                              Part::kOther};
    is_known_ = entry_first_ = false;
    open("{");
    while (!left.empty()) {
      const auto chosen = left.begin() + static_cast<std::ptrdiff_t>(below(left.size()));
      const Part part = *chosen;
      left.erase(chosen);
      if (part != Part::kResourceType && !more()) continue;
      bundle_part(part, bundle);
    }
    close("}");
  }

  void bundle_part(Part part, BundlePart& bundle) {
    switch (part) {
      case Part::kResourceType:
        key(R"("resourceType")");
        is_known_ = true;
        return put(R"("Bundle")");
      case Part::kEntry:
        key(R"("entry")");
        return entries(bundle);
      case Part::kType:
        key(R"("type")");
        return type(bundle);
      case Part::kOther:
        return other_member();
    }
  }

  /// Of a Bundle that is known for one, and stands in no array, entries may start a line.
  void entries(BundlePart& bundle) {
    entry_first_ = !is_known_;
    open("[");
    while (more()) {
      part(is_known_ && depth_ == 2 ? Next::kGoesOn : Next::kUnclear);
      record(bundle.offset);
      bundle.entries += 1;
      bundle.bytes += member_.records.back().length;
    }
    close("]");
  }

  void type(BundlePart& bundle) {
    constexpr std::array<std::pair<std::string_view, BundleType>, 9> kTypes = {{
        {R"("transaction")", BundleType::kTransaction},
        {R"("batch")", BundleType::kBatch},
        {R"("collection")", BundleType::kCollection},
        {R"("searchset")", BundleType::kSearchset},
        {R"("history")", BundleType::kHistory},
        {R"("document")", BundleType::kDocument},
        {R"("\u006Dessage")", BundleType::kMessage},
        {R"("batch-response")", BundleType::kOther},
        {R"("")", BundleType::kOther},
    }};
    const auto& [spelled, type] = kTypes.at(below(kTypes.size()));
    put(spelled);
    bundle.type = type;
  }

  /// A resource, or the entry of a Bundle that has one.
  void record(std::optional<std::uint64_t> bundle) {
    const std::uint64_t where = member_.text.size();
    const auto line = std::count(member_.text.begin(), member_.text.end(), '\n');
    if (bundle) {
      entry();
    } else {
      resource();
    }
    member_.records.push_back(
        {where, member_.text.size() - where, static_cast<std::uint64_t>(line), bundle});
  }

  void entry() {
    open("{");
    if (more()) other_member();
    key(R"("resource")");
    resource();
    if (more()) other_member();
    close("}");
  }

  void resource() {
    open("{");
    if (more()) other_member();
    key(R"("resourceType")");
    put(R"("Basic")");
    while (more()) other_member();
    close("}");
  }

  /// A member whose name means nothing, and comes once.
  void other_member() {
    key(string(std::to_string(others_++)));
    json(4);
  }

  /// A JSON value, so deep at most.
  void json(std::size_t deepest) {
    switch (below(deepest == 0 ? 2 : 4)) {
      case 0:
        return put(one_of<4>({"0", "-1.50E+3", "true", "null"}));
      case 1:
        return put(string());
      case 2:
        open("[");
        for (; more(); json(deepest - 1)) part(Next::kUnclear);
        return close("]");
      default:
        open("{");
        for (; more(); json(deepest - 1)) key(string());
        return close("}");
    }
  }

  std::string string(std::string_view front = "") {
    std::string text = "\"" + std::string(front);
    while (more()) text += one_of(kPieces);
    return text + "\"";
  }

  std::string_view choices_;
  DrawnMember member_;
  bool pretty_ = false;       ///< documents, else lines
  bool decided_ = false;      ///< a line has ended within a value
  bool is_known_ = false;     ///< the Bundle's resourceType was put
  bool entry_first_ = false;  ///< before that its entry
  std::size_t value_at_ = 0;  ///< the last value of the member
  bool is_first_ = false;     ///< what comes next, in its object or array
  std::size_t depth_ = 0;
  std::size_t others_ = 0;
};

}  // namespace

DrawnMember draw_member(std::string_view choices) { return MemberDrawer(choices).drawn(); }

}  // namespace fhirehose::fuzz
