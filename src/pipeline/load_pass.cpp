#include "pipeline/load_pass.hpp"

#include <atomic>
#include <deque>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include <tbb/flow_graph.h>

#include "lane/dispatcher.hpp"
#include "pipeline/routing.hpp"

namespace fhirehose::pipeline {
namespace {

namespace flow = tbb::flow;

/// What gives bytes back goes before what takes more, or reading would fill the budget first.
constexpr flow::node_priority_t kBeforeReading = 1;

/// Runs where its message comes from: for bodies that are shorter than waking a thread, which then
/// spins for a while when it finds no more to do.
using AtOnce = flow::queueing_lightweight;

using DeliveryHandle = std::shared_ptr<sink::Delivery>;

std::vector<std::uint32_t> all_rows(const record::RecordBatch& batch) {
  std::vector<std::uint32_t> rows(batch.records.size());
  std::iota(rows.begin(), rows.end(), 0U);
  return rows;
}

}  // namespace

class LoadPass::Graph {
 public:
  explicit Graph(const LoadContext& context);
  ~Graph();
  void run(const Phase& phase);
  void finish();

 private:
  void read(const Phase& phase);
  void send_due();
  bool send_circles();
  void reject_the_rest();
  void send_all();
  void await_deliveries();
  template <class Value>
  std::optional<Value> checked(core::Result<Value> result);
  CutHandle split(const StreamHandle& stream);
  bool stop_where_broken(const MemberStream& stream);
  bool is_settled(const memory::Chunk& chunk) const;
  void route(const record::BatchHandle& batch);
  void dispatch(lane::Fill fill = lane::Fill::kFull);
  void deliver(lane::Bundle bundle);
  void delivered(sink::Delivery delivery);
  void settle(const DeliveryHandle& delivery);

  void starved();
  void exhausted();

  const LoadContext context_;
  lane::Dispatcher dispatcher_;
  const Routing routing_;
  const Phase* phase_ = nullptr;
  std::deque<Feeder> feeders_;  ///< one a phase; bytes may still come back to an ended one
  std::atomic<Feeder*> feeder_{nullptr};
  std::atomic<bool> supplied_{false};  ///< the sink, for some time

  flow::graph graph_;
  flow::function_node<Ticket, StreamHandle> source_;
  flow::function_node<StreamHandle, CutHandle> split_;
  flow::function_node<CutHandle, record::BatchHandle> parse_;
  flow::function_node<record::BatchHandle, record::BatchHandle> transform_;
  flow::function_node<record::BatchHandle> route_;
  flow::function_node<DeliveryHandle, flow::continue_msg, AtOnce> settle_;
};

/// One node a line. A window goes from source to route on one thread, task after task, while its
/// bytes are in the cache. (Not by `lightweight` nodes: oneTBB 2021.8 runs these inside a lock of
/// the edge.) What route leaves at the dispatcher is sent there and then, as far as the target
/// takes it. Delivering is the sink's own threads' work; they come back by `delivered`, and what
/// follows from it, up to the next bundle, is done at once. No edge leads back: the sink may come
/// back before `deliver` has returned.
LoadPass::Graph::Graph(const LoadContext& context)
    : context_(context),
      dispatcher_(context.traits.needs_patients_apart ? lane::kLanes : 0,
                  context.traits.bundle_bytes),
      routing_(context.plan, context.traits, context.settler, dispatcher_),
      source_(graph_, flow::unlimited,
              [this](const Ticket& ticket) noexcept {
                return read_window(context_.input.catalog, ticket);
              }),
      split_(graph_, flow::unlimited,
             [this](const StreamHandle& stream) noexcept { return split(stream); }),
      parse_(graph_, flow::unlimited,
             [this](const CutHandle& cut) noexcept { return recall_chunk(cut, context_.input); }),
      transform_(graph_, flow::unlimited,
                 [this](const record::BatchHandle& batch) noexcept {
                   return change_batch(batch, context_.chain, context_.identity,
                                       context_.input.budget);
                 }),
      route_(graph_, flow::unlimited,
             [this](const record::BatchHandle& batch) noexcept { route(batch); }),
      settle_(
          graph_, flow::serial,
          [this](const DeliveryHandle& delivery) noexcept { settle(delivery); }, kBeforeReading) {
  flow::make_edge(source_, split_);
  flow::make_edge(split_, parse_);
  flow::make_edge(parse_, transform_);
  flow::make_edge(transform_, route_);
  context_.sink.on_delivery([this](sink::Delivery delivery) { delivered(std::move(delivery)); });
  context_.sink.on_more([this] { dispatch(); });
  context_.input.budget.on_release([this] {
    if (Feeder* const feeder = feeder_) feeder->pump();
  });
}

LoadPass::Graph::~Graph() { context_.input.budget.on_release({}); }

void LoadPass::Graph::run(const Phase& phase) {
  context_.deferral.begin_step();
  read(phase);
  send_due();
}

void LoadPass::Graph::finish() {
  while (send_circles()) send_due();
  reject_the_rest();
}

void LoadPass::Graph::read(const Phase& phase) {
  const Input& input = context_.input;
  phase_ = &phase;
  Feeder& feeder = feeders_.emplace_back(
      input, unsettled_members(phase, context_.plan, context_.settler.earlier()));
  feeder.connect({[this](const Ticket& ticket) { source_.try_put(ticket); },
                  [this] { return supplied_.load(); }, [this] { starved(); },
                  [this] { exhausted(); }});
  feeder_ = &feeder;
  dispatcher_.expect_more();
  graph_.reserve_wait();
  feeder.pump();
  await_deliveries();
}

/// A bundle that another thread has just taken (`on_more`) is in flight before the graph waits for
/// it.
void LoadPass::Graph::await_deliveries() {
  do {
    graph_.wait_for_all();
  } while (dispatcher_.in_flight() > 0);
}

/// What comes back from where it was set aside; the run stops where that can't be read.
template <class Value>
std::optional<Value> LoadPass::Graph::checked(core::Result<Value> result) {
  if (!result) context_.settler.stop(result.error().message);
  if (context_.settler.stopped()) return std::nullopt;
  return *std::move(result);
}

/// Step by step, each within a share of the memory, until nothing more that waits has its target.
void LoadPass::Graph::send_due() {
  while (context_.deferral.waiting() > 0) {
    context_.deferral.begin_step();
    const auto batch = checked(context_.deferral.due());
    if (!batch || !*batch) return;
    dispatcher_.expect_more();
    dispatcher_.add(lane::route(*batch, all_rows(**batch), dispatcher_.lanes()));
    send_all();
  }
}

/// Each circle is one transaction; false: there is none.
bool LoadPass::Graph::send_circles() {
  context_.deferral.begin_step();
  const auto circles = checked(context_.deferral.due_circles());
  if (!circles || circles->empty()) return false;
  dispatcher_.expect_more();
  for (std::size_t i = 0; i < circles->size(); ++i) {
    const auto rows = all_rows(*(*circles)[i]);
    const auto entries = static_cast<std::uint32_t>(rows.size());
    dispatcher_.add(lane::AtomicPart{{0, i}, (*circles)[i], rows, entries, entries});
  }
  send_all();
  return true;
}

/// Nothing else is being read meanwhile.
void LoadPass::Graph::send_all() {
  dispatcher_.expect_no_more();
  dispatch();
  await_deliveries();
}

void LoadPass::Graph::reject_the_rest() {
  for (;;) {
    const auto rest = checked(context_.deferral.give_up(context_.lacks));
    if (!rest || !*rest) return;
    context_.settler.delivered(**rest);
  }
}

CutHandle LoadPass::Graph::split(const StreamHandle& stream) {
  CutHandle cut = stream->cut();
  const bool broken = stop_where_broken(*stream);
  feeder_.load()->give_back(stream);
  const bool usable = cut && !broken && !is_settled(*cut->chunk);
  return usable ? cut : nullptr;
}

/// What the look could read is to be read again: what is missing now would be missing in the end.
/// The window is cut as if the member ended there: nothing of it may be settled.
bool LoadPass::Graph::stop_where_broken(const MemberStream& stream) {
  const auto why = broken_anew(stream, context_.plan);
  if (!why) return false;
  context_.settler.stop(why->message);
  feeder_.load()->stop();
  return true;
}

/// By an earlier process of this run. Of a transaction in parts every part is needed for its count.
bool LoadPass::Graph::is_settled(const memory::Chunk& chunk) const {
  if (phase_->takes == Phase::Takes::kTransactions) return false;
  return context_.settler.earlier().has_all_of(
      {phase_->number, chunk.origin.member, chunk.origin.sequence});
}

void LoadPass::Graph::route(const record::BatchHandle& batch) {
  if (batch) {
    batch->phase = phase_->number;
    routing_.route(batch, *phase_);
    dispatch();
  }
  feeder_.load()->window_done();
}

void LoadPass::Graph::dispatch(lane::Fill fill) {
  for (;;) {
    const sink::Tempo tempo = context_.sink.tempo();
    context_.progress.in_flight_wanted = tempo.pace.in_flight;
    context_.progress.entries_wanted = tempo.pace.entries;
    lane::Pace pace = tempo.pace;
    pace.in_flight += tempo.resting;
    auto bundle = dispatcher_.next(pace, fill);
    if (!bundle) {
      supplied_ = dispatcher_.has_plenty(pace);
      return;
    }
    deliver(*std::move(bundle));
  }
}

void LoadPass::Graph::deliver(lane::Bundle bundle) {
  graph_.reserve_wait();
  ++context_.progress.in_flight;
  if (const auto why = context_.settler.stopped()) {
    return delivered({std::move(bundle), {}, core::Error{core::ErrorKind::kStop, *why}});
  }
  context_.sink.submit(std::move(bundle));
}

void LoadPass::Graph::delivered(sink::Delivery delivery) {
  settle_.try_put(std::make_shared<sink::Delivery>(std::move(delivery)));
  graph_.release_wait();
}

/// Bytes are given back while the bundle still counts as under way: nothing is starved then.
void LoadPass::Graph::settle(const DeliveryHandle& delivery) {
  const std::vector<std::uint32_t> waiting = context_.deferral.take(*delivery);
  context_.settler.delivered(*delivery, waiting);
  context_.progress.waiting = context_.deferral.waiting();
  if (context_.settler.stopped()) feeder_.load()->stop();
  const std::vector<std::uint32_t> lanes = std::move(delivery->bundle.lanes);
  delivery->bundle = {};
  --context_.progress.in_flight;
  dispatcher_.delivered(lanes);
  dispatch();
  feeder_.load()->pump();
}

/// The budget is spent and nothing is read: what is gathered must go, full or not. With a bundle
/// under way its delivery brings bytes back; with none, all that is left waits for transactions
/// that are not read to their end.
void LoadPass::Graph::starved() {
  dispatch(lane::Fill::kPartial);
  if (dispatcher_.in_flight() == 0) feeder_.load()->force();
}

void LoadPass::Graph::exhausted() {
  dispatcher_.expect_no_more();
  dispatch();
  graph_.release_wait();
}

LoadPass::LoadPass(const LoadContext& context) : graph_(std::make_unique<Graph>(context)) {}
LoadPass::~LoadPass() = default;

void LoadPass::run(const Phase& phase) { graph_->run(phase); }

void LoadPass::finish() { graph_->finish(); }

}  // namespace fhirehose::pipeline
