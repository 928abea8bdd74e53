#include "record/window_cutter.hpp"

#include <algorithm>
#include <utility>

#include "record/blank.hpp"
#include "record/container_scan.hpp"
#include "record/newlines.hpp"

namespace fhirehose::record {
namespace {

using Mode = SplitState::Mode;

/// How many blanks behind an open line are looked at before it counts as a document's.
constexpr std::ptrdiff_t kBlanksToDecide = 4096;

bool starts_container(char c) { return c == '{' || c == '['; }

}  // namespace

void WindowCutter::run() {
  while (!out_.is_full() && step() == Step::kGoOn) {
  }
  out_.finish(at_);
}

WindowCutter::Step WindowCutter::step() {
  if (state_.drain || state_.elements) out_.cut().framing = Framing::kValues;
  if (state_.drain) return go_on_draining();
  if (state_.elements) return go_on_streaming();
  if (state_.line_tail) return finish_streamed_line();
  return state_.mode == Mode::kLines ? lines() : top_level();
}

WindowCutter::Step WindowCutter::go_on_draining() {
  if (!state_.drain->advance(at_, more_, out_)) return Step::kStop;
  state_.drain.reset();
  return Step::kGoOn;
}

WindowCutter::Step WindowCutter::go_on_streaming() {
  ElementScan& elements = *state_.elements;
  const bool in_document = state_.mode == Mode::kDocuments;
  const char* const newline = in_document ? nullptr : find_newline(at_, end());
  const auto progress = elements.advance(at_, newline == nullptr ? end() : newline, out_);
  if (progress == ElementScan::Progress::kFull) return Step::kStop;
  const Drain::To rest = in_document ? Drain::To::kMemberEnd : Drain::To::kLineEnd;
  if (progress == ElementScan::Progress::kDone) {
    state_.line_tail = !in_document;
    state_.elements.reset();
    return Step::kGoOn;
  }
  if (progress == ElementScan::Progress::kLost) {
    if (!in_document) state_.mode = Mode::kLines;
    return break_off(rest, kNoElement);
  }
  if (newline == nullptr) return at_member_end() ? break_off(rest, kUnclosed) : Step::kStop;
  if (state_.mode == Mode::kUndecided) {
    const Step step = decide(layout_after(newline, elements));
    if (step == Step::kStop || state_.mode == Mode::kDocuments) return step;
  }
  return break_off(rest, kUnclosed);
}

/// What of the streamed value is left is broken.
WindowCutter::Step WindowCutter::break_off(Drain::To to, const char* reason) {
  ElementScan& elements = *state_.elements;
  state_.drain.emplace(to, elements.take_failing(), elements.passed().offset, Reason(reason));
  state_.elements.reset();
  return Step::kGoOn;
}

WindowCutter::Step WindowCutter::finish_streamed_line() {
  while (at_ != end() && is_blank(*at_) && *at_ != '\n') ++at_;
  if (at_ == end() && !at_member_end()) return Step::kStop;
  state_.line_tail = false;
  state_.mode = Mode::kLines;
  if (at_ == end() || *at_ == '\n') return Step::kGoOn;
  return drain(Drain::To::kLineEnd, Reason(kTextBehind));
}

/// A cut that has values already can't be framed as lines any more: it ends before them, or, at the
/// member's end, takes them as values.
WindowCutter::Step WindowCutter::lines() {
  if (is_too_long(end())) return one_line();
  if (out_.cut().framing == Framing::kLines) return whole_lines();
  return at_member_end() ? one_line() : Step::kStop;
}

WindowCutter::Step WindowCutter::whole_lines() {
  const auto size = static_cast<std::size_t>(end() - at_);
  if (at_member_end()) {
    at_ = end();
    return Step::kStop;
  }
  const void* const last = size == 0 ? nullptr : memrchr(at_, '\n', size);
  if (last == nullptr) return size == 0 ? Step::kStop : long_line(end());
  at_ = static_cast<const char*>(last) + 1;
  return Step::kStop;
}

/// The next line, as a value.
WindowCutter::Step WindowCutter::one_line() {
  at_ = skip_line_front(at_, end());
  if (at_ == end()) return Step::kStop;
  const char* const newline = find_newline(at_, end());
  const char* const line_end = newline == nullptr ? end() : newline;
  if (is_too_long(line_end) || (newline == nullptr && !at_member_end())) {
    return long_line(line_end);
  }
  // Blank is what parse takes for blank in a cut of lines, a byte order mark alone included.
  const std::string_view line = trim({at_, static_cast<std::size_t>(line_end - at_)});
  if (!line.empty()) out_.value(line.data(), line.data() + line.size(), 0);
  at_ = line_end;
  return Step::kGoOn;
}

/// The line at `at_` exceeds the window or the limit; what of it is here ends at `line_end`.
WindowCutter::Step WindowCutter::long_line(const char* line_end) {
  at_ = skip_line_front(at_, line_end);
  if (at_ == line_end) return line_end == end() ? Step::kStop : Step::kGoOn;
  const bool too_long_to_hold = is_too_long(line_end);
  if (starts_container(*at_)) {
    const Form form = probe_until(line_end).form;
    if (form == Form::kBundle || form == Form::kArray) {
      state_.elements.emplace(form, out_.mark_of(at_), state_.max_record);
      return Step::kGoOn;
    }
  }
  if (!too_long_to_hold) return Step::kStop;
  if (starts_container(*at_)) state_.mode = Mode::kLines;
  return drain(Drain::To::kLineEnd, too_long());
}

WindowCutter::Step WindowCutter::top_level() {
  at_ = skip_blanks(at_, end());
  const std::string_view rest(at_, static_cast<std::size_t>(end() - at_));
  if (rest.starts_with(kByteOrderMark)) {
    at_ += kByteOrderMark.size();
    return Step::kGoOn;
  }
  if (rest.empty() || (kByteOrderMark.starts_with(rest) && !at_member_end())) return Step::kStop;
  if (!starts_container(*at_)) return one_line();
  return state_.mode == Mode::kDocuments ? document() : first_line();
}

WindowCutter::Step WindowCutter::document() {
  const Form form = probe_until(end()).form;
  if (form == Form::kBundle || form == Form::kArray) {
    state_.elements.emplace(form, out_.mark_of(at_), state_.max_record);
    return Step::kGoOn;
  }
  const char* const stop =
      is_too_long(end()) ? at_ + static_cast<std::ptrdiff_t>(state_.max_record) : end();
  const char* const behind = container_end(at_, stop);
  if (behind != nullptr) {
    out_.value(at_, behind, 0);
    at_ = behind;
    return Step::kGoOn;
  }
  if (stop != end()) return drain(Drain::To::kValueEnd, too_long());
  if (!at_member_end()) return Step::kStop;
  return drain(Drain::To::kMemberEnd, Reason(kUnclosed));
}

WindowCutter::Step WindowCutter::first_line() {
  const char* const newline = find_newline(at_, end());
  const char* const line_end = newline == nullptr ? end() : newline;
  if (is_too_long(line_end) || (newline == nullptr && !at_member_end())) {
    return long_line(line_end);
  }
  return decide(newline == nullptr ? Layout::kLine : layout_of_line(newline));
}

/// A line that is whole or broken makes the member one of lines.
WindowCutter::Step WindowCutter::decide(Layout layout) {
  if (layout == Layout::kUnclear) return Step::kStop;
  state_.mode = layout == Layout::kDocument ? Mode::kDocuments : Mode::kLines;
  return Step::kGoOn;
}

/// A Bundle or an array is read as where it is streamed: of what is no JSON, brackets alone may say
/// something else.
WindowCutter::Layout WindowCutter::layout_of_line(const char* newline) {
  const Probe probed = probe_until(newline);
  if (probed.form == Form::kBundle || probed.form == Form::kArray) {
    ElementScan elements(probed.form, {}, state_.max_record);
    const char* at = at_;
    auto progress = ElementScan::Progress::kFull;
    while (progress == ElementScan::Progress::kFull) {
      Cut unused;
      CutWriter nowhere({at_, static_cast<std::size_t>(newline - at_)}, {}, unused);
      progress = elements.advance(at, newline, nowhere);
    }
    const bool open = progress == ElementScan::Progress::kStarved;
    return open ? layout_after(newline, elements) : Layout::kLine;
  }
  ContainerScan scan;
  const bool closed = scan.advance(at_, newline) != nullptr;
  if (closed || scan.in_string()) return Layout::kLine;
  return layout_after(newline, {probed.element_due, last_not_blank(at_, newline)[-1]});
}

WindowCutter::Layout WindowCutter::layout_after(const char* newline,
                                                const ElementScan& open) const {
  if (open.in_string()) return Layout::kLine;
  const char* const last = last_not_blank(at_, newline);
  return layout_after(newline, {open.element_due(), last == at_ ? open.last_byte() : last[-1]});
}

WindowCutter::Layout WindowCutter::layout_after(const char* newline, const LineEnd& line) const {
  const char* const stop = std::min(end(), newline + std::min(kBlanksToDecide, end() - newline));
  const char* const next = skip_blanks(newline, stop);
  if (next == stop) {
    if (stop != end()) return Layout::kDocument;
    return at_member_end() ? Layout::kLine : Layout::kUnclear;
  }
  if (next[-1] != '\n') return Layout::kDocument;
  if (starts_container(*next)) return line.element_due ? Layout::kDocument : Layout::kLine;
  constexpr std::string_view kContinues = "\"}],:";
  if (kContinues.find(*next) != std::string_view::npos) return Layout::kDocument;
  constexpr std::string_view kStartsScalar = "-0123456789tfn";
  constexpr std::string_view kBeforeValue = ":,[";
  const bool goes_on = kStartsScalar.find(*next) != std::string_view::npos &&
                       kBeforeValue.find(line.last) != std::string_view::npos;
  return goes_on ? Layout::kDocument : Layout::kLine;
}

/// What starts at `at_` is broken.
WindowCutter::Step WindowCutter::drain(Drain::To to, const Reason& reason) {
  const Mark from = out_.mark_of(at_);
  state_.drain.emplace(to, Failing{from, {}}, from.offset, reason);
  return Step::kGoOn;
}

Reason WindowCutter::too_long() const {
  return Reason::too_long(out_.offset_of(at_), state_.max_record);
}

bool WindowCutter::is_too_long(const char* end) const {
  return static_cast<std::uint64_t>(end - at_) > state_.max_record;
}

/// A value that does not tell what it is within the limit of one record is none to be streamed.
Probe WindowCutter::probe_until(const char* end) const {
  const std::uint64_t size = std::min(static_cast<std::uint64_t>(end - at_), state_.max_record);
  return probe({at_, static_cast<std::size_t>(size)});
}

}  // namespace fhirehose::record
