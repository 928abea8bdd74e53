#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "fhirehose/load.hpp"
#include "ledger/ledger.hpp"
#include "sqlite/database.hpp"

namespace fhirehose::tests {

class SilentObserver final : public Observer {
 public:
  void note(const std::string&, const std::string&) override {}
};

/// Loads with these options and gives the report; a refusal fails the test by an exception.
inline Report loaded(const LoadOptions& options) {
  Progress progress;
  SilentObserver observer;
  auto result = load(options, progress, observer);
  if (const auto* refused = std::get_if<Refused>(&result)) {
    throw std::runtime_error(refused->message);
  }
  return std::get<Report>(std::move(result));
}

/// Why a load with these options does not begin; empty when it does.
inline std::string refusal(const LoadOptions& options) {
  Progress progress;
  SilentObserver observer;
  const auto result = load(options, progress, observer);
  const auto* refused = std::get_if<Refused>(&result);
  return refused == nullptr ? "" : refused->message;
}

inline void write_file(const std::filesystem::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

/// `Type/id` to JSON of all that an SQLite target holds.
inline std::map<std::string, std::string> stored(const std::filesystem::path& file) {
  auto database =
      sqlite::Database::open(file, sqlite::Mode::kRead, std::chrono::milliseconds(1'000)).value();
  auto rows = database.prepare("select type || '/' || id, json from resource").value();
  std::map<std::string, std::string> result;
  while (rows.step().value() == sqlite::Step::kRow) result.emplace(rows.text(0), rows.text(1));
  return result;
}

inline std::vector<ledger::DeadLetter> dead_letters(const std::filesystem::path& state,
                                                    ledger::RunId run) {
  const auto opened = ledger::Ledger::open(state, ledger::Ledger::Access::kReadOnly).value();
  std::vector<ledger::DeadLetter> letters;
  const auto read = opened->dead_letters(
      run, [&](const ledger::DeadLetter& letter) { letters.push_back(letter); });
  if (!read) throw std::runtime_error(read.error().message);
  return letters;
}

}  // namespace fhirehose::tests
