#include "pipeline/look_pass.hpp"

#include <numeric>

#include <tbb/flow_graph.h>
#include <tbb/parallel_for.h>

namespace fhirehose::pipeline {
namespace {

namespace flow = tbb::flow;

/// The nodes of the look. A window goes through all of them in one task after another on one
/// thread, while its bytes are in the cache. (Not by `lightweight` nodes: oneTBB 2021.8 runs these
/// inside a lock of the edge.) `noexcept`: the graph would wait for ever for what an exception,
/// such as one of too little memory, has kept from being done.
class LookGraph {
 public:
  LookGraph(const Input& input, index::Look& look, index::Survey* survey, Progress& progress)
      : input_(input),
        feeder_(input, all_members(input.catalog)),
        look_(look),
        survey_(survey),
        progress_(progress) {
    flow::make_edge(source_, split_);
    flow::make_edge(split_, parse_);
    flow::make_edge(parse_, index_);
    feeder_.connect({[this](const Ticket& ticket) { source_.try_put(ticket); },
                     {},
                     {},
                     [this] { graph_.release_wait(); }});
    input.budget.on_release([this] { feeder_.pump(); });
  }

  void run() {
    graph_.reserve_wait();
    feeder_.pump();
    graph_.wait_for_all();
  }

 private:
  static std::vector<std::uint32_t> all_members(const source::Catalog& catalog) {
    std::vector<std::uint32_t> members(catalog.members().size());
    std::iota(members.begin(), members.end(), 0U);
    return members;
  }

  CutHandle split(const StreamHandle& stream) {
    CutHandle cut = stream->cut();
    if (stream->broken()) look_.member_broken(stream->member(), stream->broken()->message);
    feeder_.give_back(stream);
    return cut;
  }

  void index(const record::BatchHandle& batch) {
    if (batch) {
      look_.add(*batch, input_.parsing);
      if (survey_ != nullptr) survey_->add(*batch, input_.parsing);
      if (input_.layouts != nullptr) input_.layouts->add(*batch);
      progress_.bytes_looked += batch->chunk->bytes.size();
      progress_.records_looked += batch->record_count;
    }
    feeder_.window_done();
  }

  const Input& input_;
  Feeder feeder_;
  index::Look& look_;
  index::Survey* const survey_;  ///< null: nobody asked for one
  Progress& progress_;
  flow::graph graph_;
  flow::function_node<Ticket, StreamHandle> source_{
      graph_, flow::unlimited,
      [this](const Ticket& ticket) noexcept { return read_window(input_.catalog, ticket); }};
  flow::function_node<StreamHandle, CutHandle> split_{
      graph_, flow::unlimited,
      [this](const StreamHandle& stream) noexcept { return split(stream); }};
  flow::function_node<CutHandle, record::BatchHandle> parse_{
      graph_, flow::unlimited,
      [this](const CutHandle& cut) noexcept { return parse_chunk(cut, input_.parsing); }};
  flow::function_node<record::BatchHandle> index_{
      graph_, flow::unlimited, [this](const record::BatchHandle& batch) noexcept { index(batch); }};
};

}  // namespace

std::unique_ptr<const index::LoadPlan> look_pass(const Input& input, const LookRules& rules,
                                                 Progress& progress, index::Survey* survey) {
  index::Look look(input.catalog.members().size(), rules.duplicates, rules.urns);
  LookGraph(input, look, survey, progress).run();
  input.budget.on_release({});
  if (input.layouts != nullptr) input.layouts->seal();
  tbb::parallel_for(std::size_t{0}, index::Look::kShards, [&](std::size_t shard) {
    if (survey != nullptr) survey->settle(shard, look);
    look.decide(shard);
  });
  return look.finish();
}

}  // namespace fhirehose::pipeline
