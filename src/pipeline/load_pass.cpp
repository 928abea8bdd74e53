#include "pipeline/load_pass.hpp"

#include <atomic>
#include <deque>
#include <tuple>
#include <utility>
#include <vector>

#include <tbb/flow_graph.h>

#include "lane/lane.hpp"
#include "pipeline/routing.hpp"
#include "transform/resolve_urn.hpp"

namespace fhirehose::pipeline {
namespace {

namespace flow = tbb::flow;

/// What a lane is told.
struct LaneMessage {
  enum class Kind : std::uint8_t { kSlice, kDelivered, kFlush, kFinish };
  Kind kind = Kind::kSlice;
  std::shared_ptr<lane::Slice> slice;  ///< kSlice only
};

/// What gives bytes back goes before what takes more, or reading would fill the budget first.
constexpr flow::node_priority_t kBeforeReading = 1;

/// Runs where its message comes from: for bodies that are shorter than waking a thread, which then
/// spins for a while when it finds no more to do.
using AtOnce = flow::queueing_lightweight;

using BundleHandle = std::shared_ptr<lane::Bundle>;
using DeliveryHandle = std::shared_ptr<sink::Delivery>;

}  // namespace

class LoadPass::Graph {
 public:
  explicit Graph(const LoadContext& context);
  ~Graph();
  void run(const Phase& phase);

 private:
  using LaneNode = flow::multifunction_node<LaneMessage, std::tuple<BundleHandle>, AtOnce>;

  CutHandle split(const StreamHandle& stream);
  record::BatchHandle transform(const record::BatchHandle& batch) const;
  void route(const record::BatchHandle& batch);
  void lane(std::uint32_t number, const LaneMessage& message, LaneNode::output_ports_type& ports);
  void deliver(const BundleHandle& bundle);
  void delivered(sink::Delivery delivery);
  void settle(const DeliveryHandle& delivery);

  void add_lanes();
  void tell_all(LaneMessage::Kind kind);
  void starved();
  void flushed();

  const LoadContext context_;
  const Routing routing_;
  const Phase* phase_ = nullptr;
  std::deque<Feeder> feeders_;  ///< one a phase; bytes may still come back to an ended one
  std::atomic<Feeder*> feeder_{nullptr};
  std::vector<lane::Lane> lanes_;
  std::atomic<std::uint32_t> in_flight_{0};
  std::atomic<std::uint32_t> flushes_open_{0};

  flow::graph graph_;
  flow::function_node<Ticket, StreamHandle> source_;
  flow::function_node<StreamHandle, CutHandle> split_;
  flow::function_node<CutHandle, record::BatchHandle> parse_;
  flow::function_node<record::BatchHandle, record::BatchHandle> transform_;
  flow::function_node<record::BatchHandle> route_;
  std::vector<std::unique_ptr<LaneNode>> lane_nodes_;
  flow::function_node<BundleHandle, flow::continue_msg, AtOnce> deliver_;
  flow::function_node<DeliveryHandle, flow::continue_msg, AtOnce> settle_;
};

/// One node a line. A window goes from source to route on one thread, task after task, while its
/// bytes are in the cache. (Not by `lightweight` nodes: oneTBB 2021.8 runs these inside a lock of
/// the edge, which costs nothing only where the node before is serial, as a lane is.) Delivering is
/// the sink's own threads' work; they come back by `delivered`, and what follows from it, up to the
/// lane's next bundle, is done there and then. No edge leads back: the sink may come back before
/// deliver_ has returned, and would find the lock taken.
LoadPass::Graph::Graph(const LoadContext& context)
    : context_(context),
      routing_(context.plan, context.traits, context.settler),
      source_(graph_, flow::unlimited,
              [this](const Ticket& ticket) { return read_window(context_.input.catalog, ticket); }),
      split_(graph_, flow::unlimited, [this](const StreamHandle& stream) { return split(stream); }),
      parse_(graph_, flow::unlimited,
             [this](const CutHandle& cut) { return recall_chunk(cut, context_.input.layouts); }),
      transform_(graph_, flow::unlimited,
                 [this](const record::BatchHandle& batch) { return transform(batch); }),
      route_(graph_, flow::unlimited, [this](const record::BatchHandle& batch) { route(batch); }),
      deliver_(
          graph_, flow::unlimited, [this](const BundleHandle& bundle) noexcept { deliver(bundle); },
          kBeforeReading),
      settle_(
          graph_, flow::serial,
          [this](const DeliveryHandle& delivery) noexcept { settle(delivery); }, kBeforeReading) {
  add_lanes();
  flow::make_edge(source_, split_);
  flow::make_edge(split_, parse_);
  flow::make_edge(parse_, transform_);
  flow::make_edge(transform_, route_);
  for (const auto& lane : lane_nodes_) flow::make_edge(flow::output_port<0>(*lane), deliver_);
  context_.sink.on_delivery([this](sink::Delivery delivery) { delivered(std::move(delivery)); });
  context_.input.budget.on_release([this] {
    if (Feeder* const feeder = feeder_) feeder->pump();
  });
}

LoadPass::Graph::~Graph() { context_.input.budget.on_release({}); }

void LoadPass::Graph::add_lanes() {
  const lane::BundleLimits limits{context_.traits.bundle_entries, context_.traits.bundle_bytes};
  for (std::uint32_t number = 0; number < context_.traits.lanes; ++number) {
    lanes_.emplace_back(number, limits);
    lane_nodes_.push_back(std::make_unique<LaneNode>(
        graph_, flow::serial,
        [this, number](const LaneMessage& message, auto& ports) noexcept {
          lane(number, message, ports);
        },
        kBeforeReading));
  }
}

void LoadPass::Graph::run(const Phase& phase) {
  const Input& input = context_.input;
  phase_ = &phase;
  Feeder& feeder = feeders_.emplace_back(input, phase.members);
  feeder.connect({[this](const Ticket& ticket) { source_.try_put(ticket); }, [this] { starved(); },
                  [this] { graph_.release_wait(); }});
  feeder_ = &feeder;
  graph_.reserve_wait();
  feeder.pump();
  graph_.wait_for_all();
  tell_all(LaneMessage::Kind::kFinish);
  graph_.wait_for_all();
}

CutHandle LoadPass::Graph::split(const StreamHandle& stream) {
  CutHandle cut = stream->cut();
  feeder_.load()->give_back(stream);
  return cut;
}

record::BatchHandle LoadPass::Graph::transform(const record::BatchHandle& batch) const {
  if (!batch) return batch;
  transform::apply(context_.chain, *batch);
  if (!batch->bundles.empty()) transform::resolve_patients(context_.urns, *batch);
  account(*batch, context_.input.budget);
  return batch;
}

void LoadPass::Graph::route(const record::BatchHandle& batch) {
  if (batch) {
    for (auto& [lane, slice] : routing_.route(batch, *phase_)) {
      lane_nodes_[lane]->try_put(
          {LaneMessage::Kind::kSlice, std::make_shared<lane::Slice>(std::move(slice))});
    }
  }
  feeder_.load()->window_done();
}

void LoadPass::Graph::lane(std::uint32_t number, const LaneMessage& message,
                           LaneNode::output_ports_type& ports) {
  lane::Lane& lane = lanes_[number];
  if (message.kind == LaneMessage::Kind::kSlice) lane.add(*message.slice);
  if (message.kind == LaneMessage::Kind::kDelivered) lane.delivered();
  if (message.kind == LaneMessage::Kind::kFlush) lane.flush();
  if (message.kind == LaneMessage::Kind::kFinish) lane.finish();
  if (auto bundle = lane.take()) {
    context_.progress.in_flight = ++in_flight_;
    std::get<0>(ports).try_put(std::make_shared<lane::Bundle>(*std::move(bundle)));
  }
  if (message.kind == LaneMessage::Kind::kFlush) flushed();
  if (message.kind == LaneMessage::Kind::kDelivered) feeder_.load()->pump();
}

void LoadPass::Graph::deliver(const BundleHandle& bundle) {
  graph_.reserve_wait();
  if (context_.settler.stopped()) {
    return delivered({std::move(*bundle), {}, core::Error{core::ErrorKind::kStop, "stopped"}});
  }
  context_.sink.submit(std::move(*bundle));
}

void LoadPass::Graph::delivered(sink::Delivery delivery) {
  settle_.try_put(std::make_shared<sink::Delivery>(std::move(delivery)));
  graph_.release_wait();
}

void LoadPass::Graph::settle(const DeliveryHandle& delivery) {
  context_.settler.delivered(*delivery);
  if (context_.settler.stopped()) feeder_.load()->stop();
  const std::uint32_t lane = delivery->bundle.lane;
  delivery->bundle = {};
  context_.progress.in_flight = --in_flight_;
  lane_nodes_[lane]->try_put({LaneMessage::Kind::kDelivered, nullptr});
}

void LoadPass::Graph::tell_all(LaneMessage::Kind kind) {
  for (const auto& lane : lane_nodes_) lane->try_put({kind, nullptr});
}

/// The budget is spent and nothing is read. With a bundle in flight its delivery brings bytes back;
/// with none the lanes must send what they have.
void LoadPass::Graph::starved() {
  if (in_flight_ > 0) return;
  std::uint32_t none = 0;
  if (flushes_open_.compare_exchange_strong(none, context_.traits.lanes)) {
    tell_all(LaneMessage::Kind::kFlush);
  }
}

/// When no lane had anything to send, they all wait for transactions that are not read to their
/// end.
void LoadPass::Graph::flushed() {
  if (--flushes_open_ == 0 && in_flight_ == 0) feeder_.load()->force();
}

LoadPass::LoadPass(const LoadContext& context) : graph_(std::make_unique<Graph>(context)) {}
LoadPass::~LoadPass() = default;

void LoadPass::run(const Phase& phase) { graph_->run(phase); }

}  // namespace fhirehose::pipeline
