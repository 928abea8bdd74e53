#include <algorithm>
#include <memory>
#include <string>

#include "fuzz/target.hpp"
#include "property/transform/edited_document.hpp"
#include "support/known_urns.hpp"
#include "transform/drop_bad_last_updated.hpp"
#include "transform/map_id.hpp"
#include "transform/rewrite_references.hpp"
#include "transform/strip_coverage.hpp"
#include "transform/tenant_label.hpp"
#include "unit/record/reading.hpp"

namespace fhirehose::fuzz {
namespace {

using tests::compact;
using tests::Document;

enum class Kind { kStrip, kLabel, kDate, kResolve, kMap, kId };

const transform::UrnLookup& urns() {
  static const auto known = [] {
    auto filled = std::make_unique<tests::KnownUrns>();
    filled->add("urn:uuid:1", "Coverage", "c").add("urn:uuid:2", "Patient", "p");
    return filled;
  }();
  return *known;
}

const transform::Identity& identity(const char* prefix) {
  static const auto bases = [] {
    record::SourceBases list;
    require(list.add("http://a.example/fhir").has_value(), "it is a base");
    return list;
  }();
  static const transform::Identity kept{urns(), bases};
  static const transform::Identity prefixed{urns(), bases, core::IdMapping::prefixed("x-")};
  return *prefix == '\0' ? kept : prefixed;
}

std::unique_ptr<const transform::Transform> make(Kind kind) {
  if (kind == Kind::kStrip) return std::make_unique<transform::StripCoverage>(&urns());
  if (kind == Kind::kLabel) return std::make_unique<transform::TenantLabel>("T", "S");
  if (kind == Kind::kDate) return std::make_unique<transform::DropBadLastUpdated>();
  if (kind == Kind::kId) return std::make_unique<transform::MapId>(identity("x-").ids);
  return std::make_unique<transform::RewriteReferences>(
      identity(kind == Kind::kResolve ? "" : "x-"));
}

/// What is printed is no file: where its lines happen to break, a reader of files may take them
/// apart. Outside of strings a newline is a blank.
std::string on_one_line(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  return text;
}

std::string spliced(std::initializer_list<Kind> kinds, const std::string& text) {
  auto batch = record::test::read_whole(text);
  require(batch.records.size() == 1, "what a transform prints is one record");
  transform::Chain chain;
  for (const Kind kind : kinds) chain.push_back(make(kind));
  transform::apply(chain, batch);
  return record::edited_text(batch, batch.records[0]);
}

/// Numbers outside of strings become `"@spelling@"`, so that the other library keeps their spelling
/// and does not take them for text.
std::string marked_numbers(std::string_view text) {
  std::string out;
  bool in_string = false, in_number = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool starts = c == '-' || (c >= '0' && c <= '9');
    const bool goes_on = in_number && (starts || c == '.' || c == 'e' || c == 'E' || c == '+');
    if (!in_string && starts && !in_number) out += "\"@";
    if (in_number && !goes_on) out += "@\"";
    in_number = !in_string && (starts || goes_on);
    out += c;
    if (in_string && c == '\\') out += text[++i];
    if (c == '"') in_string = !in_string;
  }
  return out;
}

Document document_of(std::string_view text) { return tests::parsed(marked_numbers(text)); }

void edit(Kind kind, core::ResourceType type, Document& document) {
  tests::EditedDocument edited(document, &urns());
  if (kind == Kind::kStrip && core::name_of(type) == "ExplanationOfBenefit")
    edited.strip_coverage();
  if (kind == Kind::kLabel) edited.label_tenant("S", "T");
  if (kind == Kind::kDate) edited.drop_bad_last_updated();
  if (kind == Kind::kResolve) edited.rewrite_references("http://a.example/fhir/", "");
  if (kind == Kind::kMap) edited.rewrite_references("http://a.example/fhir/", "x-");
  if (kind == Kind::kId) edited.map_id("x-");
}

void check(Kind kind, core::ResourceType type, const std::string& text) {
  Document expected = document_of(text);
  require(!expected.HasParseError(), "what is accepted is JSON");
  edit(kind, type, expected);
  const std::string once = spliced({kind}, text);
  const Document printed = document_of(once);
  require(!printed.HasParseError(), "what is printed is JSON");
  require_same(compact(printed), compact(expected), "a splice is parse, edit, print");
  if (kind == Kind::kMap || kind == Kind::kId) return;
  const std::string line = on_one_line(once);
  require_same(spliced({kind}, line), line, "twice is the same as once");
}

}  // namespace

/// One resource in whatever spelling; other inputs are passed over.
void run_one(std::string_view input) {
  if (input.size() > 20'000) return;
  const record::RecordBatch batch = record::test::read_whole(input);
  if (batch.records.size() != 1 || batch.records[0].bundle != 0) return;
  const core::ResourceType type = batch.records[0].type;
  const std::string text = record::edited_text(batch, batch.records[0]);
  // An array's element may be spelled over lines that are not read as one record without the array.
  if (record::test::read_whole(text).records.size() != 1) return;
  const std::string one_line = spliced({}, text);
  require(one_line == text, "without transforms a record is its bytes");
  // A mapped id may be too long, which parse tells beforehand.
  if (!identity("x-").ids.fits(batch.records[0].id)) return;
  for (const Kind kind :
       {Kind::kStrip, Kind::kLabel, Kind::kDate, Kind::kResolve, Kind::kMap, Kind::kId}) {
    check(kind, type, text);
  }
  std::string chained = text;
  for (const Kind kind : {Kind::kStrip, Kind::kMap, Kind::kId, Kind::kDate, Kind::kLabel}) {
    chained = on_one_line(spliced({kind}, chained));
  }
  const std::string at_once =
      spliced({Kind::kStrip, Kind::kMap, Kind::kId, Kind::kDate, Kind::kLabel}, text);
  require_same(on_one_line(at_once), chained, "a chain is one after the other");
}

}  // namespace fhirehose::fuzz
