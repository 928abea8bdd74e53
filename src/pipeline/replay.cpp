#include "pipeline/replay.hpp"

#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "core/json_member.hpp"
#include "record/container_scan.hpp"

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

/// A Bundle's entry, which is no record without a Bundle around it. A DELETE has a request only.
bool is_entry(std::string_view text) {
  if (!is_one_object(text)) return false;
  const auto has = [text](std::string_view member) {
    return core::raw_member(text, member).starts_with('{');
  };
  return core::raw_member(text, "resourceType").empty() && (has("resource") || has("request"));
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

std::string replayed_text(const ledger::DeadLetter& letter, EntryText entries) {
  if (!letter.sent.empty() && entries == EntryText::kAsSent) return letter.sent;
  if (!is_entry(letter.bytes)) return letter.bytes;
  return R"({"resourceType":"Bundle","type":"collection","entry":[)" + letter.bytes + "]}";
}

core::Result<Replay> gather_letters(const ledger::Ledger& ledger, const ledger::RunStart& start,
                                    EntryText entries, ledger::RunId self) {
  auto texts = source::TextCatalog::make();
  if (!texts) return tl::unexpected(texts.error());
  Replay replay{*std::move(texts), {}};
  core::Status kept;
  const core::Status read = ledger.dead_letters(*start.replay_of, [&](const auto& letter) {
    if (!kept || !is_wanted(letter, start, self)) return;
    if (letter.is_partial()) return replay.texts.leave_out(place_of(letter), kPartial);
    const std::string text = replayed_text(letter, entries);
    kept = replay.texts.add(letter.member, text);
    replay.letters.push_back({letter.id, letter.member, letter.line, letter.begin, letter.end,
                              letter.attempts, text == letter.bytes, text.size()});
  });
  if (!read) return tl::unexpected(read.error());
  if (!kept) return tl::unexpected(kept.error());
  if (replay.letters.empty()) {
    return core::fail(core::ErrorKind::kUsage, nothing_to_replay(start, replay));
  }
  return replay;
}

}  // namespace fhirehose::pipeline
