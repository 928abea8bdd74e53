#include "transform/drop_bad_last_updated.hpp"

#include <string>
#include <string_view>

#include "core/instant.hpp"
#include "record/json_string.hpp"
#include "record/json_walk.hpp"
#include "transform/sibling_cuts.hpp"

namespace fhirehose::transform {
namespace {

using record::JsonChildren;
using record::spells;

bool is_instant(std::string_view text, std::size_t at) {
  std::string scratch;
  const std::string_view plain = record::plain_text(record::string_at(text, at), scratch);
  return core::parse_instant(plain).has_value();
}

/// Whether what counts of the `meta` at `at`, the last one, is no instant: another transform may
/// have changed what parse has seen.
bool is_bad(std::string_view text, std::size_t at) {
  bool bad = false;
  for (JsonChildren members(text, at); members.next();) {
    if (spells(members.key(), "lastUpdated")) bad = !is_instant(text, members.value());
  }
  return bad;
}

/// Cuts it out of the `meta` at `at`; false, and nothing is cut, where nothing would be left.
bool cut_from_meta(std::string_view text, std::size_t at, std::vector<record::Edit>& edits) {
  if (!is_bad(text, at)) return true;
  SiblingCuts cuts(edits);
  for (JsonChildren members(text, at); members.next();) {
    if (spells(members.key(), "lastUpdated")) {
      cuts.remove(members.start(), members.value_end());
    } else {
      cuts.keep(members.start(), members.value_end());
    }
  }
  if (!cuts.emptied()) return true;
  cuts.discard();
  return false;
}

}  // namespace

void DropBadLastUpdated::edit(record::RecordBatch& /*batch*/, const record::RecordView& record,
                              std::vector<record::Edit>& edits) const {
  if (!record.bad_last_updated) return;
  const std::string_view text = record.body;
  SiblingCuts cuts(edits);
  for (JsonChildren root(text, 0); root.next();) {
    const bool meta = spells(root.key(), "meta") && text[root.value()] == '{';
    if (!meta || cut_from_meta(text, root.value(), edits)) {
      cuts.keep(root.start(), root.value_end());
    } else {
      cuts.remove(root.start(), root.value_end());
    }
  }
}

}  // namespace fhirehose::transform
