#include "pipeline/replay.hpp"

#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "core/json_member.hpp"

namespace fhirehose::pipeline {
namespace {

bool is_wanted(const ledger::DeadLetter& letter, const ledger::RunStart& start,
               ledger::RunId self) {
  const bool open = letter.resolved_by == 0 || letter.resolved_by == self;
  return open && (start.replay_stage.empty() || start.replay_stage == letter.stage);
}

/// A Bundle's entry, which is no record without a Bundle around it. A DELETE has a request only.
bool is_entry(std::string_view text) {
  const auto has = [text](std::string_view member) {
    return core::raw_member(text, member).starts_with('{');
  };
  return core::raw_member(text, "resourceType").empty() && (has("resource") || has("request"));
}

std::string nothing_to_replay(const ledger::RunStart& start) {
  return fmt::format("run {} has no {}dead letters that are not resolved", *start.replay_of,
                     start.replay_stage.empty() ? "" : start.replay_stage + " ");
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
    kept = replay.texts.add(letter.member, replayed_text(letter, entries));
    ledger::DeadLetter& known = replay.letters.emplace_back();
    known.id = letter.id;
    known.member = letter.member;
    known.line = letter.line;
    known.begin = letter.begin;
    known.end = letter.end;
    known.attempts = letter.attempts;
  });
  if (!read) return tl::unexpected(read.error());
  if (!kept) return tl::unexpected(kept.error());
  if (replay.letters.empty()) {
    return core::fail(core::ErrorKind::kUsage, nothing_to_replay(start));
  }
  return replay;
}

}  // namespace fhirehose::pipeline
