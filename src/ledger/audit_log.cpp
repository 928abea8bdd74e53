#include "ledger/audit_log.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <climits>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/credentials.hpp"
#include "core/json_writer.hpp"

namespace fhirehose::ledger {
namespace {

/// The real user's name; empty where the system has none for him.
std::string user_name() {
  std::array<char, 4096> text{};
  passwd entry{};
  passwd* found = nullptr;
  getpwuid_r(::getuid(), &entry, text.data(), text.size(), &found);
  return found == nullptr ? std::string() : std::string(found->pw_name);
}

std::string host_name() {
  std::array<char, HOST_NAME_MAX + 1> text{};
  return ::gethostname(text.data(), text.size() - 1) == 0 ? text.data() : std::string();
}

/// A line break in JSON stands between tokens only, where a blank does as well.
std::string in_one_line(std::string json) {
  std::ranges::replace(json, '\n', ' ');
  return json;
}

void write_counts(core::JsonWriter& json, const Counts& counts) {
  json.key("counts").object();
  json.key("read").number(counts.read);
  json.key("loaded").number(counts.loaded);
  json.key("duplicate").number(counts.duplicate);
  json.key("rejected").number(counts.rejected);
  json.end_object();
}

void write_what(core::JsonWriter& json, const AuditEvent& event) {
  if (!event.command.empty()) json.key("command").text(event.command);
  if (!event.sources.empty()) {
    json.key("sources").array();
    for (const std::string& source : event.sources) json.text(core::without_credentials(source));
    json.end_array();
  }
  if (event.replay_of) {
    json.key("replay_of_run_id").number(static_cast<std::uint64_t>(*event.replay_of));
  }
  if (!event.target.empty()) json.key("target").text(core::without_credentials(event.target));
  if (!event.options.empty()) json.key("options").raw(in_one_line(event.options));
  if (event.counts) write_counts(json, *event.counts);
  if (!event.state.empty()) json.key("state").text(event.state);
}

/// A write takes no time: who holds the lock for long has something else in mind, and is not waited
/// for.
void try_to_lock(int descriptor) {
  constexpr int kTries = 100;
  for (int i = 0; i < kTries && ::flock(descriptor, LOCK_EX | LOCK_NB) != 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

}  // namespace

core::Result<AuditLog> AuditLog::open(const std::filesystem::path& directory) {
  std::filesystem::path file = directory / "audit.ndjson";
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return core::fail(core::ErrorKind::kUsage,
                      fmt::format("{}: it can't be opened for writing ({})", file.string(),
                                  std::generic_category().message(errno)));
  }
  return AuditLog(descriptor, std::move(file));
}

AuditLog::AuditLog(int descriptor, std::filesystem::path file)
    : descriptor_(descriptor), file_(std::move(file)) {
  core::JsonWriter json;
  json.key("user").text(user_name()).key("uid").number(std::uint64_t{::getuid()});
  json.key("host").text(host_name());
  json.key("pid").number(static_cast<std::uint64_t>(::getpid()));
  origin_ = json.str();
}

AuditLog::AuditLog(AuditLog&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      file_(std::move(other.file_)),
      origin_(std::move(other.origin_)),
      mutex_(std::move(other.mutex_)) {}

AuditLog::~AuditLog() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

/// Zero, or an errno.
int AuditLog::append_line(const std::string& line) {
  // Who sees a part of a line that another process is writing must not take it for torn.
  const std::lock_guard among_threads(*mutex_);
  try_to_lock(descriptor_);
  const std::string text = (ends_torn() ? "\n" : "") + line;
  const ssize_t written = ::write(descriptor_, text.data(), text.size());
  const int number = written == static_cast<ssize_t>(text.size()) ? 0
                     : written < 0                                ? errno
                                                                  : ENOSPC;
  ::flock(descriptor_, LOCK_UN);
  return number;
}

/// A disk that got full in the middle of an event must not spoil the next one.
bool AuditLog::ends_torn() const {
  struct stat status {};
  char last = '\n';
  const bool any = ::fstat(descriptor_, &status) == 0 && status.st_size > 0;
  return any && ::pread(descriptor_, &last, 1, status.st_size - 1) == 1 && last != '\n';
}

core::Status AuditLog::append(const AuditEvent& event) {
  core::JsonWriter json;
  json.object().key("time").text(core::format_instant(event.time)).raw(origin_);
  json.key("event").text(event.name);
  if (event.run) json.key("run").number(static_cast<std::uint64_t>(*event.run));
  write_what(json, event);
  const std::string line = json.end_object().str() + "\n";
  const int number = append_line(line);
  if (number == 0) return {};
  return core::fail(core::ErrorKind::kStop,
                    fmt::format("{}: an event could not be written ({})", file_.string(),
                                std::generic_category().message(number)));
}

}  // namespace fhirehose::ledger
