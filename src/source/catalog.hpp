#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "core/byte_size.hpp"
#include "core/result.hpp"

namespace fhirehose::source {

/// What comes from outside has limits; each is an option.
struct Limits {
  std::uint64_t member_bytes = 1024 * core::kGiB;   ///< decompressed size of one member
  std::uint64_t total_bytes = 16'384 * core::kGiB;  ///< decompressed size of all members
  std::uint64_t ratio = 1'000;       ///< decompressed to compressed, once beyond 64 MiB of output
  std::size_t members = 10'000'000;  ///< in all sources together, with those left out
  std::size_t directory_depth = 64;
  /// Of scratch space, for standard input and for archives that lie compressed in other archives.
  std::uint64_t spooled_bytes = 16 * core::kGiB;
  std::vector<std::filesystem::path> left_out = {};  ///< files and folders, of what folders hold
};

/// A member's decompressed bytes, in order. One thread at a time.
class MemberReader {
 public:
  MemberReader() = default;
  MemberReader(const MemberReader&) = delete;
  MemberReader& operator=(const MemberReader&) = delete;
  virtual ~MemberReader() = default;

  /// Fills `into` from its front; fewer bytes than its size only at the end. 0 means: the end, and
  /// every check (size, CRC) has passed. An error means that the member is broken behind what was
  /// delivered so far; it says why, and reading on is not possible.
  virtual core::Result<std::size_t> read(std::span<char> into) = 0;
};

/// One stream of records: a plain or compressed file, or a file inside an archive.
struct Member {
  std::string name;  ///< for people and dead letters: `a.zip!fhir/a.json`, `a.zip!b.zip!x.ndjson`
  std::uint32_t source = 0;                 ///< which SOURCE of the command line it came from
  std::uint64_t stored_bytes = 0;           ///< as it lies on the disk, compressed or not
  std::optional<std::uint64_t> bytes = {};  ///< decompressed, where a directory tells
  /// Its records are as they were sent once: they have their ids of the target, and so have their
  /// references. Nothing renames them again.
  bool renamed = false;
  /// What tells this content from another later: CRC-32 where a directory has it, else size and
  /// modification time, hashed.
  std::uint64_t fingerprint = 0;
};

/// Something in the input that was left out or could not be used, and why.
struct Problem {
  std::string where;
  std::string what;
  bool holds_none = false;  ///< of records: nothing is missing for it
};

/// All members of all sources, in a fixed order: sources as given, archives in directory order,
/// directories by name. Opened once; members are read as often as wanted. Thread-safe when const.
class Catalog {
 public:
  Catalog();
  Catalog(Catalog&&) noexcept;
  Catalog& operator=(Catalog&&) noexcept;
  ~Catalog();

  /// Looks at each path (file, archive, directory) by content, never by extension. Fails (kUsage)
  /// when a path named by the caller can't be opened or is no input at all, or a limit is
  /// exceeded; what is wrong inside of an archive or a directory becomes a problem, and the rest
  /// goes on. There, text that can't hold a resource is left out, unless it is named as JSON.
  /// `-` is standard input, read to its end before this returns, or until `stop` is asked for.
  static core::Result<Catalog> open(std::span<const std::filesystem::path> paths,
                                    const Limits& limits, std::stop_token stop = {});

  /// Of members that lie in `file` one behind the other, and what is told of others.
  static Catalog of_file(std::vector<Member> members, std::vector<Problem> problems,
                         std::shared_ptr<const class File> file, const Limits& limits);

  [[nodiscard]] const std::vector<Member>& members() const { return members_; }
  [[nodiscard]] const std::vector<Problem>& problems() const { return problems_; }

  /// A reader at the member's first byte. Fails (kReject) when it can't be opened any more.
  [[nodiscard]] core::Result<std::unique_ptr<MemberReader>> open_member(std::size_t index) const;

  /// kUsage once what was read of all members has come to more than `Limits::total_bytes`: how much
  /// each has given by then depends on the order of reading.
  [[nodiscard]] core::Status check_total() const;

 private:
  struct Files;  ///< what keeps archives open and says how each member is reached
  std::vector<Member> members_;
  std::vector<Problem> problems_;
  std::unique_ptr<Files> files_;
};

}  // namespace fhirehose::source
