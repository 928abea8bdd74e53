#include "pipeline/reading.hpp"

#include <utility>

#include "record/parse.hpp"

namespace fhirehose::pipeline {

StreamHandle read_window(const source::Catalog& catalog, const Ticket& ticket) {
  ticket.stream->fill(catalog, std::move(*ticket.lease));
  return ticket.stream;
}

record::BatchHandle parse_chunk(const CutHandle& cut) {
  if (!cut) return nullptr;
  return std::make_shared<record::RecordBatch>(record::parse(cut->chunk, cut->cut));
}

}  // namespace fhirehose::pipeline
