#include "pipeline/replay.hpp"

#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "core/json_member.hpp"
#include "record/container_scan.hpp"
#include "record/newlines.hpp"

namespace fhirehose::pipeline {
namespace {

bool is_wanted(const ledger::DeadLetter& letter, const ledger::RunStart& start,
               ledger::RunId self) {
  const bool open = letter.resolved_by == 0 || letter.resolved_by == self;
  return open && (start.replay_stage.empty() || start.replay_stage == letter.stage);
}

bool is_one_object(std::string_view text) {
  const char* const end = text.data() + text.size();
  return text.starts_with('{') && record::container_end(text.data(), end) == end;
}

/// Else what was a Bundle's entry is no record without a Bundle around it. An entry may have a
/// resourceType as well, which means nothing there; and a resource may have a `request`.
bool is_resource(std::string_view text) {
  const std::string_view request = core::raw_member(text, "request");
  const bool is_asked_for =
      request.starts_with('{') && !core::raw_member(request, "method").empty();
  return !core::raw_member(text, "resourceType").empty() && !is_asked_for &&
         !core::raw_member(text, "resource").starts_with('{');
}

/// One object is one record wherever it has newlines: a document, whose first line is open, says
/// so.
ReplayedText in_document(std::string_view before, std::string_view object,
                         std::string_view behind) {
  return {fmt::format("{}{}{}", before, object, behind), before.size()};
}

constexpr std::string_view kPartial =
    "only its front is in the ledger: mend it in the input and load that again";

std::string nothing_to_replay(const ledger::RunStart& start, const Replay& replay) {
  if (!replay.texts.problems().empty()) {
    return fmt::format(
        "run {}: of its dead letters that are not resolved only the fronts are in "
        "the ledger: mend the input and load that again",
        *start.replay_of);
  }
  return fmt::format("run {} has no {}dead letters that are not resolved", *start.replay_of,
                     start.replay_stage.empty() ? "" : start.replay_stage + " ");
}

std::string place_of(const ledger::DeadLetter& letter) {
  return fmt::format("{}, line {}", letter.member, letter.line);
}

}  // namespace

ReplayedText replayed_text(const ledger::DeadLetter& letter) {
  if (!letter.sent.empty()) {
    return {in_document("[\n", letter.sent, "\n]").text, std::nullopt};
  }
  const std::string& bytes = letter.bytes;
  if (!is_one_object(bytes)) return {bytes, 0};
  if (letter.is_entry && !is_resource(bytes)) {
    return in_document("{\n\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[\n",
                       bytes, "\n]}");
  }
  if (bytes.find('\n') == std::string::npos) return {bytes, 0};
  return in_document("[\n", bytes, "\n]");
}

core::Result<Replay> gather_letters(const ledger::Ledger& ledger, const ledger::RunStart& start,
                                    ledger::RunId self) {
  auto texts = source::TextCatalog::make();
  if (!texts) return tl::unexpected(texts.error());
  Replay replay{*std::move(texts), {}};
  core::Status kept;
  const core::Status read = ledger.dead_letters(*start.replay_of, [&](const auto& letter) {
    if (!kept || !is_wanted(letter, start, self)) return;
    if (letter.is_partial()) return replay.texts.leave_out(place_of(letter), kPartial);
    const auto [text, bytes_at] = replayed_text(letter);
    kept = replay.texts.add({.name = letter.member, .renamed = !bytes_at}, text);
    const auto front = std::string_view(text).substr(0, bytes_at.value_or(0));
    replay.letters.push_back({letter.id, letter.member, letter.line, letter.begin, letter.end,
                              letter.attempts, letter.is_entry, bytes_at,
                              record::count_newlines(front)});
  });
  if (!read) return tl::unexpected(read.error());
  if (!kept) return tl::unexpected(kept.error());
  if (replay.letters.empty()) {
    return core::fail(core::ErrorKind::kUsage, nothing_to_replay(start, replay));
  }
  return replay;
}

}  // namespace fhirehose::pipeline
