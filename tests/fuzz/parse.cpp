#include <algorithm>
#include <string>

#include <rapidjson/document.h>

#include "core/fhir_id.hpp"
#include "core/resource_type.hpp"
#include "fuzz/other_library.hpp"
#include "fuzz/target.hpp"
#include "unit/record/walking.hpp"

namespace fhirehose::fuzz {
namespace {

using record::RecordBatch;
using record::RecordView;

constexpr unsigned kStrict = rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag;

rapidjson::Document read_by_another(std::string_view text) {
  rapidjson::Document document;
  document.Parse<kStrict>(text.data(), text.size());
  return document;
}

/// Where the other library draws the line elsewhere than RFC 8259, or reads on differently.
bool differs_by_design(std::string_view text, const rapidjson::Document& document) {
  return document.GetParseError() == rapidjson::kParseErrorNumberTooBig ||
         text.find('\0') != std::string_view::npos || may_skip_front(text);
}

void require_within(std::string_view view, std::string_view bytes, const char* what) {
  require(view.data() >= bytes.data(), what);
  require(view.data() + view.size() <= bytes.data() + bytes.size(), what);
}

void require_kept(const RecordBatch& batch, std::string_view view, const char* what) {
  if (view.empty()) return;
  const std::string_view chunk = batch.chunk->bytes;
  const auto holds = [&](std::string_view text) {
    return view.data() >= text.data() && view.data() + view.size() <= text.data() + text.size();
  };
  require(holds(chunk) || std::any_of(batch.arena.begin(), batch.arena.end(), holds), what);
}

void require_sound_edits(const RecordBatch& batch, const RecordView& record) {
  std::size_t at = 0;
  for (std::uint32_t i = 0; i < record.edits; ++i) {
    const record::Edit& edit = batch.edits.at(record.first_edit + i);
    require(edit.offset >= at, "edits are in order and disjoint");
    at = edit.offset + edit.remove;
    require(at <= record.body.size(), "an edit lies within its record");
  }
}

void require_sound_views(const RecordBatch& batch, const RecordView& record) {
  require_within(record.raw, batch.chunk->bytes, "raw lies within the chunk");
  require_within(record.body, record.raw, "body lies within raw");
  require_kept(batch, record.id, "the batch keeps the id");
  require_kept(batch, record.patient, "the batch keeps the patient");
  require_kept(batch, record.version_id, "the batch keeps the version");
  require_kept(batch, record.full_url, "the batch keeps the fullUrl");
  require(core::is_legal_id(record.id), "an accepted id is legal");
  for (std::uint32_t i = 0; i < record.references; ++i) {
    require_within(batch.references.at(record.first_reference + i).text(), record.body,
                   "a reference lies within its record");
  }
}

/// The resource, with the id that it was given, reads elsewhere as what it was taken for.
void require_read_elsewhere(const RecordBatch& batch, const RecordView& record) {
  if (record.is_delete()) return require(record.body.empty(), "a DELETE has no body");
  const std::string text = record::edited_text(batch, record);
  const rapidjson::Document document = read_by_another(text);
  if (differs_by_design(text, document)) return;
  require(!document.HasParseError(), "what is accepted is JSON");
  require(document.IsObject(), "what is accepted is an object");
  const auto type = document.FindMember("resourceType");
  const auto id = document.FindMember("id");
  require(type != document.MemberEnd() && id != document.MemberEnd(), "it has a type and an id");
  require(type->value == rapidjson::Value(rapidjson::StringRef(core::name_of(record.type).data(),
                                                               core::name_of(record.type).size())),
          "it has the type that was seen");
  require(record.id == id->value.GetString(), "it has the id that was seen");
}

void check(const RecordBatch& batch) {
  require(batch.record_count == batch.records.size() + batch.rejections.size(),
          "each record is accepted or rejected");
  for (const RecordView& record : batch.records) {
    require_sound_views(batch, record);
    require_sound_edits(batch, record);
    require_read_elsewhere(batch, record);
  }
  for (const record::Rejection& rejection : batch.rejections) {
    require_within(rejection.raw, batch.chunk->bytes, "what is rejected lies within the chunk");
    require(rejection.raw.size() <= rejection.length, "what is rejected is as long as said");
    require(!rejection.reason.sentence().empty(), "a rejection has a reason");
  }
}

/// The other library takes the second half of a surrogate pair without the first.
bool may_hold_half_a_pair(std::string_view text) {
  for (std::size_t at = 0; (at = text.find("\\u", at)) != std::string_view::npos; at += 2) {
    const std::string_view digits = text.substr(at + 2, 2);
    if (digits.size() == 2 && (digits[0] | 0x20) == 'd' && (digits[1] | 0x20) >= 'c') return true;
  }
  return false;
}

bool names_are_unique(const rapidjson::Document& document) {
  for (auto one = document.MemberBegin(); one != document.MemberEnd(); ++one) {
    for (auto other = document.MemberBegin(); other != one; ++other) {
      if (one->name == other->name) return false;
    }
  }
  return true;
}

/// How deep well-formed `text` nests; brackets in strings do not count.
std::size_t deepest(std::string_view text) {
  std::size_t depth = 0, most = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string && c == '\\') ++i;
    if (c == '"') in_string = !in_string;
    if (in_string) continue;
    if (c == '{' || c == '[') most = std::max(most, ++depth);
    if (c == '}' || c == ']') --depth;
  }
  return most;
}

/// A resource that parse has to accept.
bool is_resource(std::string_view text) {
  const rapidjson::Document document = read_by_another(text);
  if (differs_by_design(text, document) || document.HasParseError()) return false;
  if (may_hold_half_a_pair(text)) return false;
  if (!document.IsObject() || !names_are_unique(document) || deepest(text) > 200) return false;
  const auto type = document.FindMember("resourceType");
  if (type == document.MemberEnd() || !type->value.IsString()) return false;
  const std::string_view name(type->value.GetString(), type->value.GetStringLength());
  if (!core::find_resource_type(name) || name == "Bundle") return false;
  const auto id = document.FindMember("id");
  return id == document.MemberEnd() ||
         (id->value.IsString() &&
          core::is_legal_id({id->value.GetString(), id->value.GetStringLength()}));
}

RecordBatch parse_as(record::Framing framing, std::string_view text) {
  const auto chunk = record::test::chunk_of(text);
  record::Cut cut;
  cut.consumed = text.size();
  cut.framing = framing;
  if (framing == record::Framing::kValues) cut.values = {{.bytes = chunk->bytes}};
  return record::parse(chunk, cut);
}

void require_same_in_pieces(std::string_view text) {
  using record::test::walk_in_pieces;
  const auto whole = walk_in_pieces(text, text.size());
  for (const std::size_t piece : {1U, 7U, 64U, 300U}) {
    require(walk_in_pieces(text, piece) == whole, "pieces are read as the whole");
  }
}

}  // namespace

void run_one(std::string_view input) {
  if (input.size() > 20'000) return;
  check(parse_as(record::Framing::kLines, input));
  const std::size_t first = input.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return;
  const std::size_t last = input.find_last_not_of(" \t\r\n");
  const std::string_view value = input.substr(first, last + 1 - first);
  const RecordBatch batch = parse_as(record::Framing::kValues, value);
  check(batch);
  require_same_in_pieces(value);
  if (!is_resource(value)) return;
  require(batch.records.size() == 1, "a well-formed resource is accepted");
  require(batch.records[0].body == value, "a resource is its bytes");
}

}  // namespace fhirehose::fuzz
