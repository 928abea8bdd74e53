#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/instant.hpp"
#include "core/result.hpp"
#include "ledger/ledger.hpp"

namespace fhirehose::ledger {

/// Something that was done with a state directory. Never resource content, never a secret.
struct AuditEvent {
  core::Microseconds time = 0;
  std::string name;          ///< `run started`, `run resumed`, `run finished`, `run found killed`
  std::optional<RunId> run;  ///< the run it is about
  std::string command;
  std::vector<std::string> sources;
  std::optional<RunId> replay_of;  ///< whose dead letters are sent again
  std::string target;
  std::string options;  ///< a JSON object; empty: none
  std::optional<Counts> counts;
  std::string state;  ///< the run's, after the event
};

/// `audit.ndjson` of a state directory, mode 0600: one event a line, appended and never changed.
/// Each says as well which user did it, on which host, in which process. Thread-safe; several
/// processes may append. Moves only.
class AuditLog {
 public:
  /// Makes the file where missing; kUsage if it can't be.
  static core::Result<AuditLog> open(const std::filesystem::path& directory);
  AuditLog(AuditLog&& other) noexcept;
  AuditLog& operator=(AuditLog&&) = delete;
  ~AuditLog();

  /// The event is in the file's care when this returns: a crash of the process loses nothing.
  /// Credentials in sources and target are left out, whatever the caller has put there. kStop.
  core::Status append(const AuditEvent& event);

 private:
  AuditLog(int descriptor, std::filesystem::path file);
  int append_line(const std::string& line);
  [[nodiscard]] bool ends_torn() const;

  int descriptor_;
  std::filesystem::path file_;
  std::string origin_;  ///< `"user":...,"uid":...,"host":...,"pid":...`
  std::unique_ptr<std::mutex> mutex_ = std::make_unique<std::mutex>();
};

}  // namespace fhirehose::ledger
