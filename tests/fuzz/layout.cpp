#include <memory>
#include <tuple>
#include <vector>

#include "fuzz/target.hpp"
#include "index/layout_log.hpp"
#include "unit/record/reading.hpp"

namespace fhirehose::fuzz {
namespace {

using index::LayoutLog;
using record::RecordBatch;
using record::RecordView;

/// A member's batches as the look makes them, of windows so small that inputs have several.
std::vector<RecordBatch> batches_of(std::string_view text) {
  constexpr std::size_t kWindow = 400;
  std::vector<RecordBatch> batches;
  record::Splitter splitter;
  std::size_t at = 0, size = kWindow;
  for (bool end = false; !end;) {
    const std::string_view bytes = text.substr(at, size);
    end = at + bytes.size() == text.size();
    const auto chunk = record::test::chunk_of(bytes, at);
    const record::Cut cut =
        splitter.cut(chunk->bytes, end ? record::More::kEnd : record::More::kFollows);
    size = cut.consumed == 0 ? size * 2 : kWindow;
    if (cut.consumed == 0 && !end) continue;
    chunk->bytes = chunk->bytes.substr(0, cut.consumed);
    chunk->origin.sequence = static_cast<std::uint32_t>(batches.size());
    at += cut.consumed;
    batches.push_back(record::parse(chunk, cut));
  }
  return batches;
}

auto facts(const RecordView& record) {
  return std::tuple(record.raw, record.raw.data(), record.body, record.body.data(), record.type,
                    record.id, record.patient, record.version_id, record.last_updated,
                    record.key.high, record.key.low, record.ordinal, record.line, record.bundle,
                    record.method, record.bad_last_updated);
}

using ReferenceFacts = std::tuple<std::string_view, const char*, record::ReferenceKind, bool>;

/// The references that a load has to look at: all, or those whose target's type their text does not
/// tell.
std::vector<ReferenceFacts> references_of(const RecordBatch& batch, const RecordView& record,
                                          LayoutLog::References wanted) {
  std::vector<ReferenceFacts> found;
  for (std::uint32_t i = 0; i < record.references; ++i) {
    const record::Reference& reference = batch.references.at(record.first_reference + i);
    if (wanted == LayoutLog::References::kSilent && !reference.is_silent()) continue;
    const std::string_view text = reference.text();
    found.emplace_back(text, text.data(), reference.kind, reference.escaped);
  }
  return found;
}

void require_same(const RecordBatch& restored, const RecordBatch& parsed,
                  LayoutLog::References wanted) {
  require(parsed.rejections.empty(), "a chunk with rejections is parsed again");
  require(parsed.edits.empty(), "what has edits is parsed again");
  require(restored.rejections.empty(), "nothing is rejected anew");
  require(restored.record_count == parsed.record_count, "the records are as many");
  require(restored.records.size() == parsed.records.size(), "the records are as many");
  for (std::size_t i = 0; i < parsed.records.size(); ++i) {
    require(facts(restored.records[i]) == facts(parsed.records[i]), "a record is what it was");
    require(references_of(restored, restored.records[i], LayoutLog::References::kAll) ==
                references_of(parsed, parsed.records[i], wanted),
            "its references are what they were");
  }
  require(restored.bundles.size() == parsed.bundles.size(), "the Bundles are as many");
  for (std::size_t i = 0; i < parsed.bundles.size(); ++i) {
    const record::BundlePart &one = restored.bundles[i], &other = parsed.bundles[i];
    require(one.offset == other.offset && one.type == other.type && one.entries == other.entries &&
                one.bytes == other.bytes && one.complete == other.complete,
            "a Bundle is what it was");
  }
}

void restore_all(const std::vector<RecordBatch>& batches, LayoutLog::References wanted) {
  LayoutLog log(wanted);
  // The last one first: the look's threads come as they are ready.
  for (auto batch = batches.rbegin(); batch != batches.rend(); ++batch) log.add(*batch);
  log.seal();
  for (const RecordBatch& batch : batches) {
    if (const auto restored = log.restore(batch.chunk)) require_same(*restored, batch, wanted);
  }
}

}  // namespace

/// Of each chunk of a member the load restores what its own walk would find.
void run_one(std::string_view input) {
  if (input.size() > 20'000) return;
  const std::vector<RecordBatch> batches = batches_of(input);
  restore_all(batches, LayoutLog::References::kSilent);
  restore_all(batches, LayoutLog::References::kAll);
}

}  // namespace fhirehose::fuzz
