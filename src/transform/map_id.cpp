#include "transform/map_id.hpp"

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "record/json_string.hpp"
#include "record/json_walk.hpp"

namespace fhirehose::transform {
namespace {

/// Where the text of the resource's own id stands, between its quotes.
struct Place {
  std::size_t offset = 0, size = 0;
};

std::optional<Place> place_of_id(const record::RecordView& record) {
  const std::string_view body = record.body;
  const std::less<> before;
  // Nearly always: the id has no escapes, and its text is the resource's own.
  if (!before(record.id.data(), body.data()) &&
      before(record.id.data(), body.data() + body.size())) {
    return Place{static_cast<std::size_t>(record.id.data() - body.data()), record.id.size()};
  }
  for (record::JsonChildren root(body, 0); root.next();) {
    if (!record::spells(root.key(), "id")) continue;
    return Place{root.value() + 1, record::string_at(body, root.value()).size()};
  }
  return std::nullopt;
}

}  // namespace

void MapId::edit(record::RecordBatch& batch, const record::RecordView& record,
                 std::vector<record::Edit>& edits) const {
  if (batch.chunk->origin.renamed) return;
  std::string id;
  ids_.append(record.type, record.id, id);
  if (id == record.id) return;
  if (const auto place = place_of_id(record)) {
    edits.push_back({place->offset, place->size, batch.keep(std::move(id))});
  } else {
    // Where parse has put an id in, this meets it: EditedRecord reads the text again, and the id is
    // found there.
    edits.push_back({1, 0, batch.keep(R"("id":")" + id + R"(",)")});
  }
}

}  // namespace fhirehose::transform
