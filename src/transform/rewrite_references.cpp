#include "transform/rewrite_references.hpp"

#include <string>

#include "core/json_text.hpp"
#include "record/json_walk.hpp"

namespace fhirehose::transform {
namespace {

/// Gives the edits their texts, which stand one after the other in `joined`: one string a record,
/// not one a reference.
void hand_out(std::string_view joined, std::vector<record::Edit>& edits, std::size_t first,
              const std::vector<std::size_t>& ends) {
  std::size_t start = 0;
  for (const std::size_t end : ends) {
    edits[first++].insert = joined.substr(start, end - start);
    start = end;
  }
}

/// As JSON spells it, without its quotes.
void append_spelled(std::string_view plain, std::string& out) {
  std::string json;
  core::append_json_string(json, plain);
  out.append(json, 1, json.size() - 2);
}

}  // namespace

void RewriteReferences::edit(record::RecordBatch& batch, const record::RecordView& record,
                             std::vector<record::Edit>& edits) const {
  if (batch.chunk->origin.renamed) return;
  const UrnScope scope = scope_of(batch, record);
  const std::size_t first = edits.size();
  std::string joined;
  std::string scratch;
  std::string rewritten;
  std::vector<std::size_t> ends;
  for (std::uint32_t i = 0; i < record.references; ++i) {
    const record::Reference& reference = batch.references[record.first_reference + i];
    if (!identity_.concerns(reference.kind)) continue;
    const std::string_view text = record::plain_text(reference.text(), scratch);
    rewritten.clear();
    if (!identity_.rewrite(text, scope, rewritten)) continue;
    // What had no escapes needs none.
    if (reference.escaped) {
      append_spelled(rewritten, joined);
    } else {
      joined += rewritten;
    }
    ends.push_back(joined.size());
    const auto offset = static_cast<std::size_t>(reference.text().data() - record.body.data());
    edits.push_back({.offset = offset, .remove = reference.text().size(), .insert = {}});
  }
  if (!ends.empty()) hand_out(batch.keep(std::move(joined)), edits, first, ends);
}

}  // namespace fhirehose::transform
