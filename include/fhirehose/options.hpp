#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace fhirehose {

/// Which of several records with the same type and id is loaded.
enum class Duplicates : std::uint8_t {
  kNewest,  ///< greatest (meta.lastUpdated, meta.versionId, position in the input)
  kFirst,   ///< first in the input
  kLast,    ///< last in the input
  kError,   ///< none: a load with duplicates ends before anything is sent
};

/// What an input may not exceed: a member beyond one is left out or ends there, with a sentence.
struct InputLimits {
  std::uint64_t member = 1ULL << 40;   ///< decompressed bytes of one member
  std::uint64_t total = 16ULL << 40;   ///< decompressed bytes of all members
  std::uint64_t ratio = 1'000;         ///< decompressed to compressed, beyond 64 MiB
  std::uint64_t members = 10'000'000;  ///< in all sources together
  std::uint64_t depth = 64;            ///< of directories in directories
  std::uint64_t scratch =
      16ULL
      << 30;  ///< bytes on disk, of standard input and archives in archives; likewise of what waits
};

/// How the input is read; for every command that reads one.
struct InputOptions {
  std::vector<std::filesystem::path>
      sources;  ///< files, archives, directories; `-`: standard input
  Duplicates duplicates = Duplicates::kNewest;
  std::uint64_t memory = 256ULL << 20;      ///< bytes of input in memory at most
  std::uint64_t max_record = 256ULL << 20;  ///< bytes; a larger record is a dead letter
  std::uint64_t window = 1ULL << 20;        ///< bytes inflated and cut at a time
  std::uint32_t threads = 0;                ///< that compute; 0: one a core
  InputLimits limits = {};
  /// Files and directories that are no input though they may lie in a source: what a load writes.
  std::vector<std::filesystem::path> left_out = {};
};

/// How a FHIR server is reached, and as whom. Holds no secret: only the names of the files that do.
/// What is in no file is looked for in the environment: FHIREHOSE_PASSWORD, FHIREHOSE_TOKEN,
/// FHIREHOSE_PROXY_USER, FHIREHOSE_PROXY_PASSWORD.
struct ServerAccess {
  std::string user = {};                     ///< HTTP Basic, with a password; empty: not
  std::filesystem::path password_file = {};  ///< empty: FHIREHOSE_PASSWORD
  std::filesystem::path token_file = {};  ///< bearer token; empty: FHIREHOSE_TOKEN, if there is one
  std::string client_id = {};             ///< SMART Backend Services; empty: not
  std::filesystem::path client_key = {};  ///< its private key, PEM: RSA, or EC on P-384
  std::string key_id = {};                ///< the key's name (`kid`) at the server; empty: untold
  std::string token_url = {};             ///< empty: what the server's smart-configuration says
  std::string scope = "system/*.crus";
  std::filesystem::path certificate = {};  ///< shown to the server, PEM with its chain; empty: none
  std::filesystem::path certificate_key = {};  ///< PEM; empty: it stands in `certificate`
  std::filesystem::path ca = {};  ///< PEM to trust instead of the system's; empty: those
  std::string proxy = {};  ///< `http://HOST:PORT`; empty: what curl's environment variables say
  bool gzip = false;       ///< request bodies are compressed

  bool operator==(const ServerAccess&) const = default;
};

/// How long a load bears with a server.
struct Endurance {
  /// Answers to one record that speak of this record, the first one included: one that is answered
  /// by a conflict or an error so often, while others are loaded, is rejected.
  std::uint32_t attempts = 8;
  /// A server that is only busy, broken or silent for so long stops the load; what was not
  /// delivered can be resumed.
  std::chrono::milliseconds patience{600'000};
  std::chrono::milliseconds timeout{300'000};  ///< a request that has no answer by then has failed
  /// The wait before what may pass is sent the second time. It doubles each time up to
  /// longest_backoff; its second half is left to chance.
  std::chrono::milliseconds backoff{250};
  std::chrono::milliseconds longest_backoff{30'000};
  /// A server's longer Retry-After counts as this.
  std::chrono::milliseconds longest_retry_after{3'600'000};
};

/// What becomes of the source's ids. Each is a function of type and id alone, and never makes one
/// resource of two; references follow.
enum class Ids : std::uint8_t {
  kKeep,    ///< they stay
  kPrefix,  ///< a text comes before each
  kUuid,    ///< each becomes a UUID, version 5, of source system, type and id
  kAuto,    ///< those that the target refuses get letters before them; the others stay
};

/// What the source's resources are called at the target.
struct Identity {
  /// Unset: they stay, and a load with ids that the target refuses does not begin.
  std::optional<Ids> ids = {};
  std::string prefix = {};         ///< of kPrefix; empty: the source system and a hyphen
  std::string source_system = {};  ///< its name: keeps systems with the same ids apart
  /// Where the source keeps its resources: `https://ehr.example/fhir`. References below it are
  /// those to what is loaded. Bundles whose fullUrls name their resources tell theirs themselves.
  std::vector<std::string> source_bases = {};
  /// A `urn:` reference may name an entry of another Bundle than its own.
  bool urns_reach_everywhere = false;
};

/// What a load does with it.
struct LoadOptions {
  InputOptions input;
  std::string target = "sqlite:fhirehose.db";
  ServerAccess access;                         ///< for a target over HTTP
  std::string profile = {};                    ///< likewise, `hapi`; empty: as the server says
  Endurance endurance;                         ///< likewise
  std::filesystem::path state = ".fhirehose";  ///< where the ledger lives
  Identity identity;
  bool keep_coverage = false;  ///< leave the Coverage in ExplanationOfBenefits
  std::string tenant;          ///< code of the tenant label in meta.security; empty: none is set
  std::string tenant_system = "http://thirdopinion.io/identity/claims/tenant";
  std::optional<std::uint32_t> concurrency;  ///< bundles in flight; unset: what suits the target
  std::optional<std::uint32_t> batch;        ///< entries in a bundle; unset: what suits the target
};

/// How a target is reached that is reached again.
struct ReachOptions {
  ServerAccess access;
  Endurance endurance;
  std::optional<std::uint32_t> concurrency = {};
  std::optional<std::uint32_t> batch = {};
  /// Names, as on the command line without `--`, of those above that count though they say what is
  /// the default anyway: else only what differs from it replaces what the run was begun with.
  std::set<std::string, std::less<>> given = {};
};

/// What an earlier run is taken up with.
struct ResumeOptions {
  std::filesystem::path state = ".fhirehose";  ///< where the ledger lives
  std::optional<std::int64_t> run = {};        ///< unset: the newest that can be resumed
  ReachOptions reach;  ///< what differs from the default replaces what the run was begun with
};

/// Which dead letters are sent again.
struct ReplayOptions {
  std::filesystem::path state = ".fhirehose";  ///< where the ledger lives
  std::int64_t run = 0;                        ///< whose letters
  std::string stage = {};                      ///< `validate`, `transform`, `load`; empty: of any
  std::string target = {};   ///< empty: the run's; at another server nothing of its access holds
  std::string profile = {};  ///< how to treat the server; empty: as the run did, at its own
  ReachOptions reach;        ///< what differs from the default replaces what the run was begun with
};

}  // namespace fhirehose
