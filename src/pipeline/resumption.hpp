#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>

#include "core/result.hpp"
#include "ledger/ledger.hpp"
#include "source/catalog.hpp"

namespace fhirehose::pipeline {

/// The ledger of a state directory that has one, to write to. kUsage where there is none.
core::Result<std::unique_ptr<ledger::Ledger>> existing_ledger(
    const std::filesystem::path& directory);

/// The run that is to go on: `wanted`, or the newest that can. kUsage with the reason where it
/// can't, or there is none.
core::Result<ledger::Run> resumable_run(const ledger::Ledger& ledger,
                                        std::optional<ledger::RunId> wanted);

/// Whether the input is still the one that the run has looked at; kUsage with the member's name
/// where it is not. A run that has noted no members has sent nothing: any input will do.
core::Status check_unchanged(std::span<const source::Member> now,
                             std::span<const ledger::SourceMember> then);

/// Whether what is settled can still be there. Told of files only: a new one would lack it. A
/// server that was emptied can't be told from one that was not, short of reading it back.
core::Status check_target(const ledger::Run& run, const ledger::Settled& settled);

}  // namespace fhirehose::pipeline
