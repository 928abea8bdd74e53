#include "trial.hpp"

#include <array>
#include <compare>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "fhir-target/stats.hpp"
#include "scenario.hpp"
#include "support/loading.hpp"
#include "support/scratch_directory.hpp"

namespace fhirehose::fault {
namespace {

using nlohmann::json;

/// A dead letter without what may differ: how often it was sent.
using Letter = std::tuple<std::string, std::uint64_t, std::uint64_t, std::string, std::string,
                          std::string, std::string>;
using Letters = std::multiset<Letter>;

/// All that must not depend on how a server treats its clients.
struct Outcome {
  json digest;  ///< of the server
  Report report;
  Letters letters;
  std::uint64_t faults = 0;
};

std::uint64_t faults_met(const target::HttpServer& server) {
  const target::MisconductTally tally = server.misconduct();
  std::uint64_t sum = 0;
  for (const auto& [kind, count] : tally.faults) sum += kind == "latency" ? 0 : count;
  return sum;
}

Letters letters_of(const std::filesystem::path& state, std::int64_t run) {
  Letters letters;
  for (const ledger::DeadLetter& each : tests::dead_letters(state, run)) {
    letters.emplace(each.member, each.begin, each.end, each.stage, each.type, each.resource_id,
                    each.reason);
  }
  return letters;
}

/// What a user does to get a load done: asks a server again that could not be asked what it is, and
/// resumes what has stopped.
class Persistence {
 public:
  explicit Persistence(const LoadOptions& options) : options_(options) {}

  std::variant<Report, Refused> load_to_its_end() {
    auto result = load(options_, progress_, observer_);
    for (int tries = 0; tries < kTries && !is_over(result); ++tries) {
      if (stops_ == 0 && tries == kBeginnings) break;
      result = go_on();
    }
    return result;
  }

  [[nodiscard]] std::uint64_t stops() const { return stops_; }

 private:
  static constexpr int kBeginnings = 10;
  static constexpr int kTries = 300;

  bool is_over(const std::variant<Report, Refused>& result) {
    const auto* report = std::get_if<Report>(&result);
    if (report == nullptr) return false;
    if (report->state == State::kFinished) return true;
    ++stops_;
    return false;
  }

  std::variant<Report, Refused> go_on() {
    if (stops_ == 0) return load(options_, progress_, observer_);
    ResumeOptions again;
    again.state = options_.state;
    again.reach = {.access = options_.access, .endurance = options_.endurance};
    return resume(again, progress_, observer_);
  }

  const LoadOptions& options_;
  Progress progress_;
  tests::SilentObserver observer_;
  std::uint64_t stops_ = 0;
};

class Trial {
 public:
  Trial(std::uint64_t seed, std::chrono::milliseconds timeout) : scenario_(draw_scenario(seed)) {
    scenario_.options.endurance.timeout = timeout;
    for (const File& file : scenario_.files) {
      tests::write_file(scratch_ / file.name, file.bytes);
      scenario_.options.input.sources.push_back(scratch_ / file.name);
    }
  }

  Verdict run() {
    verdict_.scenario = scenario_.describe();
    verdict_.records = scenario_.sums.read;
    target::ServerOptions good = scenario_.server;
    good.behaviour = {};
    const auto calm = load_into(good, "calm");
    const auto troubled = calm ? load_into(scenario_.server, "troubled") : std::nullopt;
    if (!troubled) return std::move(verdict_);
    check_sums(*calm, "without faults");
    check_sums(*troubled, "with faults");
    compare(*calm, *troubled);
    verdict_.faults = troubled->faults;
    verdict_.retries = troubled->report.retries;
    return std::move(verdict_);
  }

 private:
  template <class... Values>
  void wrong(fmt::format_string<Values...> form, Values&&... values) {
    verdict_.wrongs.push_back(fmt::format(form, std::forward<Values>(values)...));
  }

  std::optional<Outcome> load_into(const target::ServerOptions& server, std::string_view name);
  void check_sums(const Outcome& outcome, std::string_view when);
  void check_state(const Outcome& outcome, std::string_view when);
  void compare(const Outcome& calm, const Outcome& troubled);
  void tell_missing(const Letters& some, const Letters& others, std::string_view when);

  tests::ScratchDirectory scratch_;
  Scenario scenario_;
  Verdict verdict_;
};

std::optional<Outcome> Trial::load_into(const target::ServerOptions& options,
                                        std::string_view name) {
  target::Endpoint endpoint(scenario_.rules);
  target::HttpServer server(endpoint, options);
  LoadOptions wanted = scenario_.options;
  wanted.target = fmt::format("http://127.0.0.1:{}/fhir", server.start().value());
  wanted.state = scratch_ / name;
  Persistence user(wanted);
  auto result = user.load_to_its_end();
  if (const auto* refused = std::get_if<Refused>(&result)) {
    wrong("{}: refused: {}", name, refused->message);
    return std::nullopt;
  }
  verdict_.stops += user.stops();
  verdict_.waited += std::get<Report>(result).deferred.waited;
  Outcome outcome;
  outcome.report = std::get<Report>(std::move(result));
  outcome.digest = json::parse(endpoint.digest());
  outcome.letters = letters_of(wanted.state, outcome.report.run);
  outcome.faults = faults_met(server);
  return outcome;
}

void Trial::check_sums(const Outcome& outcome, std::string_view when) {
  const Sums& want = scenario_.sums;
  const Counts& got = outcome.report.total;
  if (outcome.report.state != State::kFinished) {
    wrong("{}: the load stopped: {}", when, outcome.report.stopped_because);
  }
  if (!got.conserved()) wrong("{}: not conserved", when);
  if (std::tie(got.read, got.loaded, got.duplicate, got.rejected) !=
      std::tie(want.read, want.loaded, want.duplicate, want.rejected)) {
    wrong("{}: read {} of {}, loaded {} of {}, duplicate {} of {}, rejected {} of {}", when,
          got.read, want.read, got.loaded, want.loaded, got.duplicate, want.duplicate, got.rejected,
          want.rejected);
  }
  if (outcome.letters.size() != want.rejected) {
    wrong("{}: {} dead letters of {}", when, outcome.letters.size(), want.rejected);
    tell_missing(outcome.letters, {}, when);
  }
  check_state(outcome, when);
}

void Trial::check_state(const Outcome& outcome, std::string_view when) {
  const Sums& want = scenario_.sums;
  const json& digest = outcome.digest;
  if (digest.at("resources") != json(want.loaded_of_type)) {
    wrong("{}: the server holds {}, not {}", when, digest.at("resources").dump(),
          json(want.loaded_of_type).dump());
  }
  const std::uint64_t written = want.loaded - want.deleted;
  if (digest.at("versions_written") != written) {
    wrong("{}: {} versions were written of {} resources", when,
          digest.at("versions_written").dump(), written);
  }
  if (digest.at("older_over_newer") != 0) wrong("{}: an older version over a newer one", when);
  if (scenario_.rules.enforces() && digest.at("dangling") != 0)
    wrong("{}: dangling references", when);
}

void Trial::compare(const Outcome& calm, const Outcome& troubled) {
  if (calm.digest.at("hash") != troubled.digest.at("hash")) {
    wrong("the faults changed what was loaded");
  }
  tell_missing(calm.letters, troubled.letters, "only without faults");
  tell_missing(troubled.letters, calm.letters, "only with faults");
}

void Trial::tell_missing(const Letters& some, const Letters& others, std::string_view when) {
  for (const Letter& letter : some) {
    if (others.contains(letter)) continue;
    const auto& [member, begin, end, stage, type, id, reason] = letter;
    wrong("a dead letter {}: {} bytes {}-{}, {}: {}", when, member, begin, end, stage, reason);
  }
}

}  // namespace

Verdict try_seed(std::uint64_t seed, std::chrono::milliseconds timeout) {
  return Trial(seed, timeout).run();
}

}  // namespace fhirehose::fault
