#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "ledger/ledger.hpp"
#include "source/text_catalog.hpp"

namespace fhirehose::pipeline {

/// A letter that is read again: what the letters of what fails once more take from it.
struct ReplayedLetter {
  std::int64_t id = 0;
  std::string member;
  std::uint64_t line = 0;
  std::uint64_t begin = 0, end = 0;
  std::uint32_t attempts = 0;
  bool is_entry = false;
  /// Where in the text that is read the letter's bytes begin; nullopt: that is one record in other
  /// words.
  std::optional<std::uint64_t> bytes_at;
  std::uint64_t newlines_before = 0;  ///< in the text, before these bytes
};

/// Letters of a run as an input: a member a letter.
struct Replay {
  source::TextCatalog texts;
  std::vector<ReplayedLetter> letters;  ///< by member
};

/// The letters that the replay `start` is about: of its stage, if it names one, and not resolved,
/// unless by `self`, which is that replay when it is resumed. One of which the ledger has only the
/// front is a problem of the catalog. kUsage where there is nothing to read.
core::Result<Replay> gather_letters(const ledger::Ledger& ledger, const ledger::RunStart& start,
                                    ledger::RunId self = 0);

/// What is read in the place of a letter's record: what was sent, where that is not the original
/// bytes, for they may have needed the input around them.
struct ReplayedText {
  std::string text;
  std::optional<std::uint64_t> bytes_at;  ///< as in ReplayedLetter
};
ReplayedText replayed_text(const ledger::DeadLetter& letter);

}  // namespace fhirehose::pipeline
