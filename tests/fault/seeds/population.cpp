#include "population.hpp"

#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace fhirehose::fault {
namespace {

/// One patient's records refer to each other in this way.
enum class Spelling : std::uint8_t { kRelative, kUrn };

/// How a record may be spoiled so that the server, or the look, refuses it.
enum class Spoiled : std::uint8_t { kNot, kDate, kReference, kNumericId };

class Maker {
 public:
  Maker(Draw& draw, const Strictness& server) : draw_(draw), server_(server) {}

  Population make() {
    add_providers();
    const std::size_t patients = draw_.between(10, 80);
    for (std::size_t i = 0; i < patients; ++i) {
      if (draw_.chance(0.2)) {
        add_transaction();
      } else {
        add_patient();
      }
    }
    if (draw_.chance(0.3)) add_deletes();
    add_broken();
    return std::move(made_);
  }

 private:
  /// Where a patient's records go, and how they are spelled.
  struct Chart {
    std::vector<std::string>* texts;
    Spelling spelling;
    std::string patient;  ///< as it is referred to
  };

  void add_providers();
  void add_patient();
  void add_transaction();
  void add_chart(Chart& chart);
  void add_encounter(Chart& chart);
  void add_leaves(Chart& chart, const std::string& encounter);
  void add_leaf(Chart& chart, std::string_view type, const std::string& members);
  void add_ring(Chart& chart);
  void add_deletes();
  void add_broken();

  /// Adds a resource, with duplicates of it where it may have some; gives the reference to it.
  std::string add(Chart& chart, std::string_view type, const std::string& members) {
    return add(chart, type, new_id(), members);
  }
  std::string add(Chart& chart, std::string_view type, const std::string& id,
                  const std::string& members);
  void put(Chart& chart, const std::string& id, const std::string& resource) const;
  void add_copies(std::string_view type, const std::string& id, const std::string& members);
  std::string meta();
  std::string filler();
  std::string new_id() { return fmt::format("r{}-{:x}", ++count_, draw_.below(1 << 20)); }
  void count_loaded(std::string_view type) {
    ++made_.sums.read;
    ++made_.sums.loaded;
    ++made_.sums.loaded_of_type[std::string(type)];
  }
  void count_rejected() {
    ++made_.sums.read;
    ++made_.sums.rejected;
  }
  [[nodiscard]] bool refuses(Spoiled how) const;

  Draw& draw_;
  const Strictness server_;
  Population made_;
  std::vector<std::string> organizations_, practitioners_;
  std::size_t count_ = 0;
};

/// Now and then with a date that is none, which is left out.
std::string Maker::meta() {
  if (draw_.chance(0.02)) return R"("meta":{"lastUpdated":"2024-13-45"})";
  return fmt::format(R"("meta":{{"versionId":"{}","lastUpdated":"2024-{:02}-{:02}T10:00:00Z"}})",
                     draw_.between(1, 4), draw_.between(1, 12), draw_.between(1, 28));
}

/// Mostly little; now and then more than a window.
std::string Maker::filler() {
  const std::size_t size = draw_.chance(0.02) ? draw_.below(9'000) : draw_.below(300);
  return fmt::format(R"("language":"{}")", std::string(size, 'x'));
}

void Maker::put(Chart& chart, const std::string& id, const std::string& resource) const {
  if (chart.spelling == Spelling::kRelative) return chart.texts->push_back(resource);
  const std::string_view type(resource.data() + 17, resource.find('"', 17) - 17);
  chart.texts->push_back(fmt::format(
      R"({{"fullUrl":"urn:uuid:{}","resource":{},"request":{{"method":"POST","url":"{}"}}}})", id,
      resource, type));
}

std::string Maker::add(Chart& chart, std::string_view type, const std::string& id,
                       const std::string& members) {
  put(chart, id,
      fmt::format(R"({{"resourceType":"{}","id":"{}",{},{}}})", type, id, meta(), members));
  count_loaded(type);
  if (chart.spelling == Spelling::kUrn) return "urn:uuid:" + id;
  add_copies(type, id, members);
  return fmt::format("{}/{}", type, id);
}

void Maker::add_copies(std::string_view type, const std::string& id, const std::string& members) {
  while (draw_.chance(0.08)) {
    made_.loose.push_back(
        fmt::format(R"({{"resourceType":"{}","id":"{}",{},{}}})", type, id, meta(), members));
    ++made_.sums.read;
    ++made_.sums.duplicate;
  }
}

void Maker::add_providers() {
  Chart chart{&made_.loose, Spelling::kRelative, {}};
  for (std::size_t i = draw_.between(1, 5); i > 0; --i) {
    organizations_.push_back(add(chart, "Organization", filler()));
  }
  for (std::size_t i = draw_.between(1, 5); i > 0; --i) {
    const std::string identifier =
        fmt::format(R"("identifier":[{{"system":"urn:npi","value":"{}"}}],)", i);
    practitioners_.push_back(add(chart, "Practitioner", identifier + filler()));
  }
}

void Maker::add_patient() {
  Chart chart{&made_.loose, Spelling::kRelative, {}};
  add_chart(chart);
}

void Maker::add_transaction() {
  Chart chart{&made_.transactions.emplace_back(), Spelling::kUrn, {}};
  add_chart(chart);
}

void Maker::add_chart(Chart& chart) {
  chart.patient =
      add(chart, "Patient",
          fmt::format(R"("birthDate":"1970-01-01","managingOrganization":{{"reference":"{}"}},{})",
                      draw_.one_of<std::string>(organizations_), filler()));
  for (std::size_t i = draw_.between(0, 5); i > 0; --i) add_encounter(chart);
  if (chart.spelling == Spelling::kRelative && draw_.chance(0.15)) add_ring(chart);
}

/// Records each of which needs the next, and the last one the first.
void Maker::add_ring(Chart& chart) {
  constexpr std::array<std::string_view, 3> kTypes = {"Observation", "Condition", "Procedure"};
  std::vector<std::pair<std::string_view, std::string>> ring;
  for (std::size_t i = draw_.between(2, 4); i > 0; --i) {
    ring.emplace_back(draw_.one_of<std::string_view>(kTypes), new_id());
  }
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const auto& [next_type, next_id] = ring[(i + 1) % ring.size()];
    add(chart, ring[i].first, ring[i].second,
        fmt::format(R"("subject":{{"reference":"{}"}},"partOf":[{{"reference":"{}/{}"}}],{})",
                    chart.patient, next_type, next_id, filler()));
  }
}

void Maker::add_encounter(Chart& chart) {
  const bool by_identifier = chart.spelling == Spelling::kUrn && server_.references;
  const std::size_t who = draw_.below(practitioners_.size());
  const std::string practitioner = by_identifier
                                       ? fmt::format("Practitioner?identifier=urn:npi|{}", who + 1)
                                       : practitioners_[who];
  const std::string encounter =
      add(chart, "Encounter",
          fmt::format(R"("status":"finished","subject":{{"reference":"{}"}},)"
                      R"("participant":[{{"individual":{{"reference":"{}"}}}}],{})",
                      chart.patient, practitioner, filler()));
  add_leaves(chart, encounter);
}

void Maker::add_leaves(Chart& chart, const std::string& encounter) {
  constexpr std::array<std::string_view, 4> kTypes = {"Observation", "Condition", "Procedure",
                                                      "ExplanationOfBenefit"};
  for (std::size_t i = draw_.between(0, 6); i > 0; --i) {
    const std::string_view type = draw_.one_of<std::string_view>(kTypes);
    std::string members = filler();
    if (type == "ExplanationOfBenefit") {
      members += R"(,"contained":[{"resourceType":"Coverage","id":"coverage"}],)"
                 R"("insurance":[{"coverage":{"reference":"#coverage"}}])";
    }
    add_leaf(chart, type,
             fmt::format(R"("subject":{{"reference":"{}"}},"encounter":{{"reference":"{}"}},{})",
                         chart.patient, encounter, members));
  }
}

bool Maker::refuses(Spoiled how) const {
  if (how == Spoiled::kReference) return server_.references;
  if (how == Spoiled::kNumericId) return server_.numeric_ids;
  return how == Spoiled::kDate;
}

/// A record that none refers to, so it may be spoiled, have no id, or be there twice.
void Maker::add_leaf(Chart& chart, std::string_view type, const std::string& members) {
  if (!draw_.chance(0.06)) {
    add(chart, type, members);
    return;
  }
  const auto how = static_cast<Spoiled>(draw_.between(0, 3));
  const std::string id = how == Spoiled::kNumericId ? std::to_string(++count_) : new_id();
  std::string text = fmt::format(R"({{"resourceType":"{}",)", type);
  // A transaction's entry has its id from the fullUrl then; else it comes from the content.
  if (how != Spoiled::kNot) text += fmt::format(R"("id":"{}",)", id);
  if (how == Spoiled::kDate) text += R"("issued":"2024-13-45",)";
  if (how == Spoiled::kReference) text += R"("focus":{"reference":"Substance/nowhere"},)";
  text += fmt::format(R"("code":"{}",{}}})", id, members);
  put(chart, id, text);
  if (refuses(how)) return count_rejected();
  count_loaded(type);
}

/// Of what was never there: a server has to say yes to that as well.
void Maker::add_deletes() {
  std::vector<std::string>& entries = made_.transactions.emplace_back();
  for (std::size_t i = draw_.between(1, 6); i > 0; --i) {
    entries.push_back(
        fmt::format(R"({{"request":{{"method":"DELETE","url":"Observation/{}"}}}})", new_id()));
    ++made_.sums.read;
    ++made_.sums.loaded;
    ++made_.sums.deleted;
  }
}

void Maker::add_broken() {
  constexpr std::array<std::string_view, 6> kLines = {
      "no JSON",
      R"({"resourceType":"Patient","id":"cut)",
      R"({"resourceType":"Nonsense","id":"n"})",
      R"({"resourceType":"Patient","id":"not_legal"})",
      R"({"id":"untyped"})",
      "42"};
  for (std::size_t i = draw_.below(8); i > 0; --i) {
    made_.broken.emplace_back(draw_.one_of<std::string_view>(kLines));
    count_rejected();
  }
}

}  // namespace

Population draw_population(Draw& draw, const Strictness& server) {
  return Maker(draw, server).make();
}

}  // namespace fhirehose::fault
