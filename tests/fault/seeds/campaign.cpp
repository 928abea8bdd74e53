#include "campaign.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <new>
#include <string>

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trial.hpp"

namespace fhirehose::fault {
namespace {

constexpr unsigned kMaxJobs = 64;

std::string command_for(std::uint64_t seed) {
  return fmt::format("seed {} went wrong; again: tools/faults --from {} --seeds 1\n", seed, seed);
}

// One write a seed, so that those of two processes do not mix.
void tell(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

}  // namespace

struct Campaign::Shared {
  std::atomic<std::uint64_t> next, records, faults, retries, waited, stops, failed;
  std::array<std::atomic<std::uint64_t>, kMaxJobs> seed_of;  ///< that a job is at
};

Campaign::Campaign(const Wishes& wishes)
    : wishes_(wishes),
      shared_(static_cast<Shared*>(mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE,
                                        MAP_SHARED | MAP_ANONYMOUS, -1, 0))) {
  if (shared_ == MAP_FAILED) throw std::bad_alloc();
  shared_->next = wishes.from;
}

Campaign::~Campaign() { munmap(shared_, sizeof(Shared)); }

std::uint64_t Campaign::run() {
  std::vector<pid_t> processes;
  for (unsigned job = 0; job < std::clamp(wishes_.jobs, 1U, kMaxJobs); ++job) {
    processes.push_back(start(job));
  }
  int status = 0;
  for (pid_t process = wait(&status); process > 0; process = wait(&status)) {
    const auto job =
        static_cast<unsigned>(std::ranges::find(processes, process) - processes.begin());
    if (!ended(job, status)) processes[job] = start(job);
  }
  tell(
      fmt::format("{} seeds from {}: {} records, {} faults met, {} requests sent again, {} records "
                  "waited for others, {} stops and resumptions; {} seeds went wrong\n",
                  wishes_.seeds, wishes_.from, shared_->records, shared_->faults, shared_->retries,
                  shared_->waited, shared_->stops, shared_->failed));
  return shared_->faults == 0 ? wishes_.seeds : shared_->failed.load();
}

pid_t Campaign::start(unsigned job) {
  const pid_t process = fork();
  if (process == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    work(job);
    _exit(0);
  }
  return process;
}

/// False: it died of its seed, and another one has to take its place.
bool Campaign::ended(unsigned job, int status) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return true;
  const std::string how = WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "a failure";
  ++shared_->failed;
  tell(fmt::format("{}  - ended by {}\n", command_for(shared_->seed_of[job]), how));
  return false;
}

void Campaign::work(unsigned job) {
  for (;;) {
    const std::uint64_t seed = shared_->next++;
    if (seed >= wishes_.from + wishes_.seeds) return;
    shared_->seed_of[job] = seed;
    alarm(wishes_.patience);
    try_one(seed);
  }
}

void Campaign::try_one(std::uint64_t seed) {
  const Verdict verdict = try_seed(seed, std::chrono::milliseconds(wishes_.timeout));
  shared_->records += verdict.records;
  shared_->faults += verdict.faults;
  shared_->retries += verdict.retries;
  shared_->waited += verdict.waited;
  shared_->stops += verdict.stops;
  if (verdict.wrongs.empty()) return;
  ++shared_->failed;
  tell(fmt::format("{}  {}\n  - {}\n", command_for(seed), verdict.scenario,
                   fmt::join(verdict.wrongs, "\n  - ")));
}

}  // namespace fhirehose::fault
