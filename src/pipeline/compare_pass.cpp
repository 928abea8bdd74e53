#include "pipeline/compare_pass.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include <tbb/flow_graph.h>

#include "pipeline/feeder.hpp"
#include "pipeline/reading.hpp"

namespace fhirehose::pipeline {
namespace {

namespace flow = tbb::flow;

std::vector<std::uint32_t> all_members(const source::Catalog& catalog) {
  std::vector<std::uint32_t> members(catalog.members().size());
  std::iota(members.begin(), members.end(), 0U);
  return members;
}

/// Cuts a batch's rows into bundles that are asked for at once.
std::vector<lane::Bundle> cut_into_bundles(const record::BatchHandle& batch,
                                           const std::vector<std::uint32_t>& rows,
                                           const sink::ReaderTraits& traits) {
  std::vector<lane::Bundle> bundles;
  for (const std::uint32_t row : rows) {
    const std::uint64_t bytes = batch->records[row].body.size();
    const bool full = bundles.empty() || bundles.back().entries.size() >= traits.bundle_entries ||
                      bundles.back().bytes + bytes > traits.bundle_bytes;
    if (full) bundles.emplace_back().holds.push_back(batch);
    bundles.back().entries.push_back({batch.get(), row});
    bundles.back().bytes += bytes;
  }
  return bundles;
}

/// The nodes of the pass. A window goes through all of them on one thread, as in the look. A reader
/// with threads of its own comes back there; then what was read is compared there, too.
class CompareGraph {
 public:
  explicit CompareGraph(const CompareContext& context)
      : context_(context), feeder_(context.input, all_members(context.input.catalog)) {
    flow::make_edge(source_, split_);
    flow::make_edge(split_, parse_);
    flow::make_edge(parse_, transform_);
    flow::make_edge(transform_, ask_);
    feeder_.connect({[this](const Ticket& ticket) { source_.try_put(ticket); },
                     {},
                     {},
                     [this] { graph_.release_wait(); }});
    context_.input.budget.on_release([this] { feeder_.pump(); });
    context_.reader.on_reading([this](sink::Reading& reading) { compare(reading); });
  }

  core::Status run() {
    graph_.reserve_wait();
    feeder_.pump();
    graph_.wait_for_all();
    context_.input.budget.on_release({});
    const std::lock_guard lock(mutex_);
    if (stopped_) return tl::unexpected(*stopped_);
    return {};
  }

 private:
  CutHandle split(const StreamHandle& stream) {
    CutHandle cut = stream->cut();
    const auto why = broken_anew(*stream, context_.plan);
    if (why) stop(*why);
    feeder_.give_back(stream);
    return why ? nullptr : cut;
  }

  void ask(const record::BatchHandle& batch) {
    if (batch) {
      for (lane::Bundle& bundle : cut_into_bundles(batch, chosen(*batch), context_.traits)) {
        if (over_) break;
        graph_.reserve_wait();
        ++in_flight_;
        context_.reader.read(std::move(bundle));
      }
    }
    feeder_.window_done();
  }

  [[nodiscard]] std::vector<std::uint32_t> chosen(const record::RecordBatch& batch) const {
    const auto losers =
        context_.plan.losers(batch.chunk->origin.member, batch.chunk->origin.sequence);
    std::vector<std::uint32_t> rows;
    for (std::uint32_t row = 0; row < batch.records.size(); ++row) {
      const bool wins = !std::ranges::binary_search(losers, row);
      if (wins && context_.sample.takes(batch.records[row].key)) rows.push_back(row);
    }
    return rows;
  }

  void compare(sink::Reading& reading) {
    if (reading.stopped) {
      stop(*reading.stopped);
    } else {
      for (std::size_t place = 0; place < reading.stored.size(); ++place) {
        context_.compare(reading.bundle.entries[place], reading.stored[place]);
      }
      context_.progress.loaded += reading.stored.size();
    }
    // Its bytes come back while the graph still waits.
    reading.bundle = {};
    context_.progress.in_flight = --in_flight_;
    graph_.release_wait();
  }

  void stop(const core::Error& error) {
    {
      const std::lock_guard lock(mutex_);
      if (!stopped_) stopped_ = error;
    }
    over_ = true;
    feeder_.stop();
  }

  const CompareContext& context_;
  Feeder feeder_;
  std::atomic<bool> over_ = false;
  std::atomic<std::uint32_t> in_flight_ = 0;
  std::mutex mutex_;
  std::optional<core::Error> stopped_;

  flow::graph graph_;
  flow::function_node<Ticket, StreamHandle> source_{
      graph_, flow::unlimited, [this](const Ticket& ticket) noexcept {
        return read_window(context_.input.catalog, ticket);
      }};
  flow::function_node<StreamHandle, CutHandle> split_{
      graph_, flow::unlimited,
      [this](const StreamHandle& stream) noexcept { return split(stream); }};
  flow::function_node<CutHandle, record::BatchHandle> parse_{
      graph_, flow::unlimited,
      [this](const CutHandle& cut) noexcept { return recall_chunk(cut, context_.input); }};
  flow::function_node<record::BatchHandle, record::BatchHandle> transform_{
      graph_, flow::unlimited, [this](const record::BatchHandle& batch) noexcept {
        return change_batch(batch, context_.chain, context_.identity, context_.input.budget);
      }};
  flow::function_node<record::BatchHandle> ask_{
      graph_, flow::unlimited, [this](const record::BatchHandle& batch) noexcept { ask(batch); }};
};

}  // namespace

core::Status compare_pass(const CompareContext& context) { return CompareGraph(context).run(); }

}  // namespace fhirehose::pipeline
