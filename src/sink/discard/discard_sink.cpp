#include "sink/discard/discard_sink.hpp"

#include <utility>

namespace fhirehose::sink {

core::Result<Traits> DiscardSink::open() {
  Traits traits;
  traits.name = "discard";
  traits.keeps_what_it_takes = false;
  return traits;
}

void DiscardSink::submit(lane::Bundle bundle) {
  bundles_.fetch_add(1, std::memory_order_relaxed);
  Delivery delivery;
  delivery.bundle = std::move(bundle);
  on_delivery_(std::move(delivery));
}

}  // namespace fhirehose::sink
