#include "pipeline/reading.hpp"

#include <utility>

#include "record/parse.hpp"

namespace fhirehose::pipeline {

StreamHandle read_window(const source::Catalog& catalog, const Ticket& ticket) {
  ticket.stream->fill(catalog, std::move(*ticket.lease));
  return ticket.stream;
}

record::BatchHandle parse_chunk(const CutHandle& cut, const record::ParseOptions& options) {
  if (!cut) return nullptr;
  return std::make_shared<record::RecordBatch>(
      record::parse(cut->chunk, std::shared_ptr<const record::Cut>(cut, &cut->cut), options));
}

record::BatchHandle recall_chunk(const CutHandle& cut, const Input& input) {
  if (cut && input.layouts != nullptr) {
    if (auto batch = input.layouts->restore(cut->chunk)) return batch;
  }
  return parse_chunk(cut, input.parsing);
}

std::optional<core::Error> broken_anew(const MemberStream& stream, const index::LoadPlan& plan) {
  const std::optional<core::Error>& why = stream.broken();
  if (!why || why->message == plan.members[stream.member()].problem) return std::nullopt;
  return core::Error{core::ErrorKind::kStop, why->message};
}

void account(record::RecordBatch& batch, memory::ByteBudget& budget) {
  const std::uint64_t bytes = record::footprint(batch);
  if (bytes > batch.lease.bytes()) batch.lease = budget.overdraw(bytes);
}

record::BatchHandle change_batch(record::BatchHandle batch, const transform::Chain& chain,
                                 const transform::Identity& identity, memory::ByteBudget& budget) {
  if (!batch) return batch;
  transform::apply(chain, *batch);
  transform::rename_records(identity, *batch);
  account(*batch, budget);
  return batch;
}

}  // namespace fhirehose::pipeline
