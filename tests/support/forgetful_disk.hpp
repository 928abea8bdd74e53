#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <random>

namespace fhirehose::tests {

/// A disk that forgets at a power cut what was not synced, beneath all SQLite files that are opened
/// while it lives (a VFS, https://www.sqlite.org/vfs.html, above SQLite's own). Between two syncs
/// of a file each sector of each write is kept or lost by itself, so writes are torn and out of
/// order; a file that was never synced may be gone, one that was deleted may be back. One at a
/// time. Thread-safe.
class ForgetfulDisk {
 public:
  ForgetfulDisk();
  ~ForgetfulDisk();
  ForgetfulDisk(const ForgetfulDisk&) = delete;
  ForgetfulDisk& operator=(const ForgetfulDisk&) = delete;

  /// Writes, truncations, syncs and deletions so far.
  [[nodiscard]] std::uint64_t operations() const;
  /// The power goes with that operation from now on, the first is 1: it fails, and all that follow.
  void cut_at(std::uint64_t operation);
  /// Now.
  void cut() { cut_at(0); }
  /// No cut that has not come yet comes.
  void stay_on();
  [[nodiscard]] bool is_off() const;
  /// Leaves in the files what `fate` has kept of them, and works again. No file may be open.
  void power_on(std::mt19937_64& fate);

  struct State;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace fhirehose::tests
