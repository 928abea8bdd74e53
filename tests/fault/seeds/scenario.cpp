#include "scenario.hpp"

#include <array>
#include <set>
#include <string_view>

#include <fmt/format.h>

namespace fhirehose::fault {
namespace {

using std::chrono::milliseconds;

/// A kind of fault, how often it comes at most, and what else there is to say of it.
struct FaultKind {
  std::string_view name;
  double most = 0.1;
  std::string_view settings = "";
};

/// Statuses that no retry can end well are none of these, and 413 only where it is true.
constexpr std::array<FaultKind, 32> kFaults = {{{"408"},
                                                {"409"},
                                                {"412"},
                                                {"425"},
                                                {"429"},
                                                {"500"},
                                                {"502"},
                                                {"503"},
                                                {"504"},
                                                {"503", 0.1, ":retry-after=1"},
                                                {"429", 0.1, ":retry-after=0"},
                                                {"503", 0.1, ":retry-date=1"},
                                                {"409-after"},
                                                {"500-after"},
                                                {"503-after"},
                                                {"504-after"},
                                                {"reset-before"},
                                                {"reset-after"},
                                                {"cut"},
                                                {"garbage-before"},
                                                {"garbage-after"},
                                                {"stall-before", 0.02},
                                                {"stall-after", 0.02},
                                                {"stall-after", 0.1, ":wait=20ms"},
                                                {"trickle", 0.05, ":bytes=200:wait=1ms"},
                                                {"latency", 1, ":wait=1ms:jitter=5ms"},
                                                {"entry-408", 0.05},
                                                {"entry-409", 0.05},
                                                {"entry-412", 0.05},
                                                {"entry-429", 0.05},
                                                {"entry-500", 0.05},
                                                {"entry-503", 0.05}}};

constexpr std::uint32_t kFaultCap = 3;
/// An entry meets kFaultCap faults of its own, and alone in a request as many in a transaction and
/// in a batch: whoever sends it more often than that loads it.
constexpr std::uint32_t kAttempts = 3 * kFaultCap + 1;

target::BehaviourTexts draw_misconduct(Draw& draw) {
  target::BehaviourTexts texts;
  texts.seed = draw.number();
  texts.fault_cap = kFaultCap;
  std::set<std::string_view> kinds;
  for (std::size_t i = draw.between(1, 6); i > 0; --i) {
    const FaultKind& kind = draw.one_of<FaultKind>(kFaults);
    if (!kinds.insert(kind.name).second) continue;
    const double rate = kind.most * static_cast<double>(draw.between(10, 100)) / 100;
    texts.faults.push_back(fmt::format("{}:{:.4f}{}", kind.name, rate, kind.settings));
  }
  // Asking for metadata takes a request or two, and a few more where it meets faults.
  if (draw.chance(0.3)) {
    texts.storm = fmt::format("{}:{}", draw.between(8, 60), draw.between(1, 40));
  }
  if (draw.chance(0.25)) {
    texts.capacity = fmt::format("service=1ms+20us,parallel={}", draw.between(1, 6));
    if (draw.chance(0.5)) texts.capacity += fmt::format(",queue={}", draw.below(6));
    if (draw.chance(0.3)) texts.capacity += ",status=429,retry-after=1";
  }
  return texts;
}

void draw_server(Draw& draw, Scenario& scenario) {
  if (draw.chance(0.8)) scenario.rules.references = target::References::kEnforced;
  if (draw.chance(0.7)) scenario.rules.numeric_ids = target::NumericIds::kRefused;
  if (draw.chance(0.2)) scenario.rules.max_entries = draw.between(5, 60);
  if (draw.chance(0.2)) scenario.server.max_bytes = draw.between(20'000, 60'000);
  if (draw.chance(0.3)) scenario.server.max_requests_per_connection = draw.between(1, 20);
  scenario.server.behaviour = draw_misconduct(draw);
}

/// A quarter of a second and more between two sends would be minutes for nothing.
Endurance hasty() {
  Endurance endurance;
  endurance.attempts = kAttempts;
  endurance.patience = milliseconds(120'000);
  endurance.backoff = milliseconds(1);
  endurance.longest_backoff = milliseconds(20);
  endurance.longest_retry_after = milliseconds(20);
  return endurance;
}

void draw_identity(Draw& draw, Identity& identity) {
  constexpr std::array<Ids, 6> kIds = {Ids::kKeep, Ids::kKeep,   Ids::kKeep,
                                       Ids::kAuto, Ids::kPrefix, Ids::kUuid};
  identity.ids = draw.one_of<Ids>(kIds);
  if (identity.ids == Ids::kPrefix) identity.prefix = "p-";
  if (identity.ids == Ids::kUuid) identity.source_system = "seeds";
}

LoadOptions draw_options(Draw& draw) {
  constexpr std::array<Duplicates, 3> kRules = {Duplicates::kNewest, Duplicates::kFirst,
                                                Duplicates::kLast};
  LoadOptions options;
  options.endurance = hasty();
  options.input.duplicates = draw.one_of<Duplicates>(kRules);
  options.input.threads = static_cast<std::uint32_t>(draw.between(1, 3));
  options.input.window = std::uint64_t{1} << draw.between(12, 17);
  options.input.memory = options.input.window * draw.between(4, 16);
  if (draw.chance(0.7)) options.concurrency = static_cast<std::uint32_t>(draw.between(1, 12));
  if (draw.chance(0.7)) options.batch = static_cast<std::uint32_t>(draw.between(2, 150));
  if (draw.chance(0.3)) options.tenant = "7e1f6a52-5d3b-4a53-8c0f-2f1b4cf1a001";
  options.keep_coverage = draw.chance(0.3);
  draw_identity(draw, options.identity);
  options.access.gzip = draw.chance(0.3);
  return options;
}

/// The server is gone for longer than the load has patience, so that it stops, and is resumed.
void draw_outage(Draw& draw, Scenario& scenario) {
  scenario.options.endurance.patience = milliseconds(draw.between(5, 40));
  scenario.server.behaviour.storm =
      fmt::format("{}:{}", draw.between(8, 40), draw.between(50, 200));
}

}  // namespace

Scenario draw_scenario(std::uint64_t seed) {
  Draw draw(seed);
  Scenario scenario;
  draw_server(draw, scenario);
  scenario.options = draw_options(draw);
  if (draw.chance(0.2)) draw_outage(draw, scenario);
  // The loader knows a server that wants letters by its enforced references.
  const auto ids = scenario.options.identity.ids;
  const bool renamed =
      ids == Ids::kPrefix || ids == Ids::kUuid || (ids == Ids::kAuto && scenario.rules.enforces());
  const bool numeric_ids_fail =
      scenario.rules.numeric_ids == target::NumericIds::kRefused && !renamed;
  Population population = draw_population(
      draw, {.references = scenario.rules.enforces(), .numeric_ids = numeric_ids_fail});
  scenario.sums = population.sums;
  scenario.files = draw_files(draw, std::move(population));
  return scenario;
}

std::string Scenario::describe() const {
  const auto number = [](std::optional<std::uint32_t> value) {
    return value ? std::to_string(*value) : "unset";
  };
  std::string text = fmt::format(
      "{} records in {} files; threads {}, window {}, memory {}, concurrency {}, batch {}, "
      "duplicates {}, patience {} ms{}",
      sums.read, files.size(), options.input.threads, options.input.window, options.input.memory,
      number(options.concurrency), number(options.batch),
      static_cast<int>(options.input.duplicates), options.endurance.patience.count(),
      options.access.gzip ? ", gzip" : "");
  text +=
      fmt::format("; server: {}{}max-entries {}, max-bytes {}, max-requests-per-connection {}",
                  rules.enforces() ? "references enforced, " : "",
                  rules.numeric_ids == target::NumericIds::kRefused ? "numeric ids refused, " : "",
                  rules.max_entries, server.max_bytes, server.max_requests_per_connection);
  constexpr std::array<std::string_view, 4> kIds = {"keep", "prefix=p-", "uuid", "auto"};
  text += fmt::format(", --ids {}",
                      kIds.at(static_cast<std::size_t>(options.identity.ids.value_or(Ids::kKeep))));
  const target::BehaviourTexts& trouble = server.behaviour;
  return text + fmt::format("; faults {}, storm '{}', capacity '{}'",
                            fmt::join(trouble.faults, " "), trouble.storm, trouble.capacity);
}

}  // namespace fhirehose::fault
