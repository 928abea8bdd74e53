#include "pipeline/session.hpp"

#include <algorithm>
#include <string>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <tbb/global_control.h>
#include <tbb/task_arena.h>

#include "core/byte_size.hpp"
#include "pipeline/look_pass.hpp"

namespace fhirehose::pipeline {
namespace {

constexpr std::uint32_t kMaxThreads = 1'024;
constexpr std::uint64_t kMinWindow = 4 * core::kKiB;
constexpr std::uint64_t kMaxWindow = 64 * core::kMiB;
constexpr std::uint64_t kWindowsInMemory = 4;

std::string out_of_range(const InputOptions& options) {
  if (options.threads > kMaxThreads) return fmt::format("--threads is more than {}", kMaxThreads);
  if (options.window < kMinWindow || options.window > kMaxWindow) {
    return "--window is not between 4 KiB and 64 MiB";
  }
  if (options.memory < kWindowsInMemory * options.window) {
    return fmt::format("--memory does not hold {} windows of {}", kWindowsInMemory,
                       core::format_byte_size(options.window));
  }
  if (options.max_record == 0) return "--max-record is 0: no record could be read";
  return {};
}

Settings settings_of(const InputOptions& options) {
  Settings settings;
  settings.threads =
      options.threads > 0 ? options.threads : std::max(1U, std::thread::hardware_concurrency());
  settings.window = static_cast<std::size_t>(options.window);
  settings.memory = options.memory;
  settings.max_record = options.max_record;
  return settings;
}

source::Limits limits_of(const InputOptions& options) {
  const InputLimits& limits = options.limits;
  return {.member_bytes = limits.member,
          .total_bytes = limits.total,
          .ratio = limits.ratio,
          .members = static_cast<std::size_t>(limits.members),
          .directory_depth = static_cast<std::size_t>(limits.depth),
          .spooled_bytes = limits.scratch,
          .left_out = options.left_out};
}

index::DuplicateRule index_rule(Duplicates rule) {
  if (rule == Duplicates::kFirst) return index::DuplicateRule::kFirst;
  if (rule == Duplicates::kLast) return index::DuplicateRule::kLast;
  return index::DuplicateRule::kNewest;
}

}  // namespace

Session::Session(source::Catalog catalog, const Settings& settings)
    : catalog_(std::move(catalog)),
      settings_(settings),
      budget_(settings.memory),
      pool_(settings.window, settings.memory / settings.window) {}

core::Result<std::unique_ptr<Session>> Session::open(const InputOptions& options,
                                                     std::stop_token stop) {
  if (options.sources.empty()) return core::fail(core::ErrorKind::kUsage, "no source was given");
  if (const std::string wrong = out_of_range(options); !wrong.empty()) {
    return core::fail(core::ErrorKind::kUsage, wrong);
  }
  auto catalog = source::Catalog::open(options.sources, limits_of(options), std::move(stop));
  if (!catalog) return tl::unexpected(catalog.error());
  return std::unique_ptr<Session>(new Session(*std::move(catalog), settings_of(options)));
}

core::Result<std::unique_ptr<Session>> Session::over(source::TextCatalog texts,
                                                     const InputOptions& options) {
  if (const std::string wrong = out_of_range(options); !wrong.empty()) {
    return core::fail(core::ErrorKind::kUsage, wrong);
  }
  auto catalog = std::move(texts).finish(limits_of(options));
  if (!catalog) return tl::unexpected(catalog.error());
  return std::unique_ptr<Session>(new Session(*std::move(catalog), settings_of(options)));
}

core::Result<std::unique_ptr<const index::LoadPlan>> Session::look(Duplicates rule,
                                                                   Progress& progress,
                                                                   index::Survey* survey) {
  std::unique_ptr<const index::LoadPlan> plan;
  const LookRules rules{index_rule(rule), urns_};
  compute([&] { plan = look_pass(input(), rules, progress, survey); });
  if (const core::Status within = catalog_.check_total(); !within) {
    return tl::unexpected(within.error());
  }
  return plan;
}

void Session::compute(const std::function<void()>& work, std::size_t busy_elsewhere) const {
  const std::size_t threads = settings_.threads - std::min(busy_elsewhere, settings_.threads - 1);
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
  tbb::task_arena arena(static_cast<int>(threads));
  arena.execute(work);
}

namespace {

/// A reader's sentence begins with its member's name, which a problem has apart.
std::string_view without_name(std::string_view sentence, std::string_view name) {
  if (!sentence.starts_with(name)) return sentence;
  sentence.remove_prefix(name.size());
  sentence.remove_prefix(std::min(sentence.find_first_not_of(", :"), sentence.size()));
  return sentence;
}

}  // namespace

std::vector<Problem> problems(const source::Catalog& catalog, const index::LoadPlan& plan) {
  std::vector<Problem> list;
  for (const source::Problem& problem : catalog.problems()) {
    list.push_back({problem.where, problem.what,
                    problem.holds_none ? Problem::Harm::kNone : Problem::Harm::kMayLackRecords});
  }
  for (std::size_t i = 0; i < plan.members.size(); ++i) {
    const index::MemberFacts& member = plan.members[i];
    if (member.problem.empty()) continue;
    const std::string& name = catalog.members()[i].name;
    list.push_back({name, fmt::format("{}; {} records were read before that",
                                      without_name(member.problem, name), member.records)});
  }
  return list;
}

}  // namespace fhirehose::pipeline
