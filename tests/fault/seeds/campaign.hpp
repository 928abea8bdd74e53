#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <sys/types.h>

namespace fhirehose::fault {

struct Wishes {
  std::uint64_t from = 1;
  std::uint64_t seeds = 100;
  unsigned jobs = 4;
  unsigned patience = 300;  ///< seconds for one seed; then it hangs
  unsigned timeout = 400;   ///< milliseconds that a request is given
};

/// Tries seeds, each in one of several processes: a load through faults waits most of the time, two
/// in one process share its threads, and one that aborts or hangs is to take its seed along only.
/// Tells of what goes wrong on standard output.
class Campaign {
 public:
  explicit Campaign(const Wishes& wishes);
  ~Campaign();
  Campaign(const Campaign&) = delete;
  Campaign& operator=(const Campaign&) = delete;

  /// How many seeds went wrong; all, where not one fault was met, since that proves nothing.
  std::uint64_t run();

 private:
  struct Shared;

  pid_t start(unsigned job);
  void work(unsigned job);
  void try_one(std::uint64_t seed);
  bool ended(unsigned job, int status);

  const Wishes wishes_;
  Shared* const shared_;  ///< between the processes
};

}  // namespace fhirehose::fault
