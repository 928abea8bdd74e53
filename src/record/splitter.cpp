#include "record/splitter.hpp"

#include "record/split_state.hpp"
#include "record/window_cutter.hpp"

namespace fhirehose::record {

struct Splitter::State : SplitState {};

Splitter::Splitter(std::uint64_t max_record) : state_(std::make_unique<State>()) {
  state_->max_record = max_record;
}
Splitter::Splitter(Splitter&&) noexcept = default;
Splitter& Splitter::operator=(Splitter&&) noexcept = default;
Splitter::~Splitter() = default;

Cut Splitter::cut(std::string_view window, More more) {
  Cut cut;
  WindowCutter(*state_, window, more, cut).run();
  state_->next.offset += cut.consumed;
  state_->next.newlines += cut.newlines;
  return cut;
}

}  // namespace fhirehose::record
