#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "ledger/ledger.hpp"
#include "source/text_catalog.hpp"

namespace fhirehose::pipeline {

/// Letters of a run as an input: a member a letter.
struct Replay {
  source::TextCatalog texts;
  std::vector<ledger::DeadLetter> letters;  ///< by member, without their bytes
};

/// What is read in the place of a Bundle's entry.
enum class EntryText : std::uint8_t {
  kAsSent,    ///< with its references resolved
  kOriginal,  ///< where ids are changed on the way: what was sent has been changed already
};

/// The letters that the replay `start` is about: of its stage, if it names one, and not resolved,
/// unless by `self`, which is that replay when it is resumed. kUsage where there are none.
core::Result<Replay> gather_letters(const ledger::Ledger& ledger, const ledger::RunStart& start,
                                    EntryText entries, ledger::RunId self = 0);

/// What is read in the place of a letter's record.
std::string replayed_text(const ledger::DeadLetter& letter, EntryText entries);

}  // namespace fhirehose::pipeline
