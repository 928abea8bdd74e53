#pragma once

#include <cstdint>
#include <string_view>

#include "record/cut_writer.hpp"
#include "record/form.hpp"
#include "record/split_state.hpp"

namespace fhirehose::record {

/// Cuts one window: the rules of Splitter's contract, as steps. Each step deals with one thing and
/// moves `at_` behind it, or says that this cut is to end here.
class WindowCutter {
 public:
  WindowCutter(SplitState& state, std::string_view window, More more, Cut& cut)
      : state_(state), more_(more), at_(window.data()), out_(window, state.next, cut) {}

  void run();

 private:
  enum class Step : std::uint8_t { kGoOn, kStop };
  enum class Layout : std::uint8_t { kDocument, kLine, kUnclear };
  /// How a line ends whose value is open.
  struct LineEnd {
    bool element_due;  ///< a container may follow
    char last;         ///< byte that is not blank
  };

  Step step();
  Step go_on_draining();
  Step go_on_streaming();
  Step finish_streamed_line();

  Step lines();
  Step whole_lines();
  Step one_line();
  Step long_line(const char* line_end);

  Step top_level();
  Step document();
  Step first_line();
  Step decide(Layout layout);
  Layout layout_of_line(const char* newline);
  [[nodiscard]] Layout layout_after(const char* newline, const ElementScan& open) const;
  [[nodiscard]] Layout layout_after(const char* newline, const LineEnd& line) const;

  Step break_off(Drain::To to, const char* reason);
  Step drain(Drain::To to, const Reason& reason);
  [[nodiscard]] Reason too_long() const;
  [[nodiscard]] bool is_too_long(const char* end) const;
  [[nodiscard]] Probe probe_until(const char* end) const;
  [[nodiscard]] const char* end() const { return out_.end(); }
  [[nodiscard]] bool at_member_end() const { return more_ == More::kEnd; }

  SplitState& state_;
  More more_;
  const char* at_;
  CutWriter out_;
};

}  // namespace fhirehose::record
