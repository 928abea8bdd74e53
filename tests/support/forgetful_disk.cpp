#include "support/forgetful_disk.hpp"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sqlite3.h>

namespace fhirehose::tests {
namespace {

constexpr std::size_t kSector = 512;

/// A change to a file that is not synced yet.
struct Change {
  enum class Kind : std::uint8_t { kCreate, kWrite, kTruncate, kDelete } kind;
  std::size_t offset = 0;  ///< of kWrite; of kTruncate the size
  std::string bytes{};     ///< of kWrite
};

std::string content_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A file as the platter has it, and what is on the way there.
struct Shadow {
  std::string durable;
  bool exists = false;
  std::vector<Change> pending;
  bool syncs_directory = false;  ///< the next sync does
};

/// What of a change gets to the platter.
class Fate {
 public:
  virtual ~Fate() = default;
  virtual bool keeps() = 0;
};

class AllKept final : public Fate {
 public:
  bool keeps() override { return true; }
};

class Drawn final : public Fate {
 public:
  explicit Drawn(std::mt19937_64& random) : random_(random) {}
  bool keeps() override { return random_() % 2 == 0; }

 private:
  std::mt19937_64& random_;
};

void write_sectors(const Change& change, Fate& fate, std::string& image) {
  for (std::size_t at = 0; at < change.bytes.size();) {
    const std::size_t begin = change.offset + at;
    const std::size_t size = std::min(change.bytes.size() - at, kSector - begin % kSector);
    if (fate.keeps()) {
      if (image.size() < begin + size) image.resize(begin + size, '\0');
      image.replace(begin, size, change.bytes, at, size);
    }
    at += size;
  }
}

/// Lets the changes through that are kept. Of what was done to the directory a later change is
/// never kept without an earlier one.
void apply_pending(Shadow& shadow, Fate& fate) {
  for (const Change& change : std::exchange(shadow.pending, {})) {
    if (change.kind == Change::Kind::kWrite) {
      write_sectors(change, fate, shadow.durable);
    } else if (fate.keeps()) {
      if (change.kind == Change::Kind::kTruncate) {
        shadow.durable.resize(change.offset, '\0');
      } else {
        shadow.durable.clear();
        shadow.exists = change.kind == Change::Kind::kCreate;
      }
    } else if (change.kind != Change::Kind::kTruncate) {
      return;
    }
  }
}

/// What a sync of its directory settles: whether the file is there, not what is in it.
void settle_existence(Shadow& shadow) {
  const auto is_existence = [](const Change& change) {
    return change.kind == Change::Kind::kCreate || change.kind == Change::Kind::kDelete;
  };
  const auto last = std::find_if(shadow.pending.rbegin(), shadow.pending.rend(), is_existence);
  if (last == shadow.pending.rend()) return;
  shadow.exists = last->kind == Change::Kind::kCreate;
  shadow.durable.clear();
  shadow.pending.erase(shadow.pending.begin(), last.base());
}

}  // namespace

struct ForgetfulDisk::State {
  sqlite3_vfs vfs{};
  sqlite3_vfs* real = nullptr;
  mutable std::mutex mutex;
  // Guarded by mutex.
  std::map<std::string, Shadow> files;
  std::uint64_t operations = 0;
  std::uint64_t cut_at = UINT64_MAX;
  std::uint64_t open_files = 0;

  [[nodiscard]] bool is_off() const { return operations >= cut_at; }

  /// Notes a change, and counts it. False: the power is off, or has just gone.
  bool change(const std::string& path, Change what) {
    const std::lock_guard lock(mutex);
    if (is_off()) return false;
    ++operations;
    files[path].pending.push_back(std::move(what));
    return !is_off();
  }

  bool sync(const std::string& path) {
    const std::lock_guard lock(mutex);
    if (is_off()) return false;
    ++operations;
    if (is_off()) return false;
    Shadow& shadow = files[path];
    // As SQLite does it: with a new journal or WAL, and with no other file, its directory.
    if (std::exchange(shadow.syncs_directory, false)) sync_directory(path);
    AllKept all;
    apply_pending(shadow, all);
    return true;
  }

  /// The lock is the caller's.
  void sync_directory(const std::filesystem::path& of) {
    for (auto& [path, shadow] : files) {
      if (std::filesystem::path(path).parent_path() == of.parent_path()) settle_existence(shadow);
    }
  }

  /// What was there before anybody opened it here is on the platter.
  void opened(const std::string& path, bool existed, int flags) {
    const std::lock_guard lock(mutex);
    ++open_files;
    const auto [file, is_new] = files.try_emplace(path);
    if (is_new && existed) file->second = {content_of(path), true, {}, false};
    if (existed) return;
    file->second.pending.push_back({Change::Kind::kCreate});
    file->second.syncs_directory = (flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL)) != 0;
  }

  bool lives() const {
    const std::lock_guard lock(mutex);
    return !is_off();
  }
};

namespace {

using State = ForgetfulDisk::State;

/// What SQLite allocates for an open file: ours, and behind it the real one's.
struct OpenFile {
  sqlite3_file base;
  State* state;
  std::string* path;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

OpenFile& ours(sqlite3_file* file) { return *reinterpret_cast<OpenFile*>(file); }
State& state_of(sqlite3_vfs* vfs) { return *static_cast<State*>(vfs->pAppData); }

int close_file(sqlite3_file* file) {
  OpenFile& own = ours(file);
  {
    const std::lock_guard lock(own.state->mutex);
    --own.state->open_files;
  }
  delete own.path;
  return own.real()->pMethods->xClose(own.real());
}

int write_bytes(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
  OpenFile& own = ours(file);
  const std::string text(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
  if (!own.state->change(*own.path, {Change::Kind::kWrite, static_cast<std::size_t>(offset), text}))
    return SQLITE_IOERR_WRITE;
  return own.real()->pMethods->xWrite(own.real(), bytes, size, offset);
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  OpenFile& own = ours(file);
  if (!own.state->change(*own.path, {Change::Kind::kTruncate, static_cast<std::size_t>(size)}))
    return SQLITE_IOERR_TRUNCATE;
  return own.real()->pMethods->xTruncate(own.real(), size);
}

int sync_file(sqlite3_file* file, int /*flags*/) {
  // The machine of this test keeps its power: the real sync would only take time.
  return ours(file).state->sync(*ours(file).path) ? SQLITE_OK : SQLITE_IOERR_FSYNC;
}

int read_bytes(sqlite3_file* file, void* bytes, int size, sqlite3_int64 offset) {
  OpenFile& own = ours(file);
  if (!own.state->lives()) return SQLITE_IOERR_READ;
  return own.real()->pMethods->xRead(own.real(), bytes, size, offset);
}

/// Methods that go straight to the real file.
template <auto Method, class... Arguments>
auto pass(sqlite3_file* file, Arguments... arguments) {
  sqlite3_file* const real = ours(file).real();
  return (real->pMethods->*Method)(real, arguments...);
}

// Version 2: no xFetch, so nothing is written or read past this by a mapping but the -shm, which no
// power cut survives.
constexpr sqlite3_io_methods kMethods = {
    .iVersion = 2,
    .xClose = close_file,
    .xRead = read_bytes,
    .xWrite = write_bytes,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = pass<&sqlite3_io_methods::xFileSize, sqlite3_int64*>,
    .xLock = pass<&sqlite3_io_methods::xLock, int>,
    .xUnlock = pass<&sqlite3_io_methods::xUnlock, int>,
    .xCheckReservedLock = pass<&sqlite3_io_methods::xCheckReservedLock, int*>,
    .xFileControl = pass<&sqlite3_io_methods::xFileControl, int, void*>,
    .xSectorSize = pass<&sqlite3_io_methods::xSectorSize>,
    .xDeviceCharacteristics = pass<&sqlite3_io_methods::xDeviceCharacteristics>,
    .xShmMap = pass<&sqlite3_io_methods::xShmMap, int, int, int, void volatile**>,
    .xShmLock = pass<&sqlite3_io_methods::xShmLock, int, int, int>,
    .xShmBarrier = pass<&sqlite3_io_methods::xShmBarrier>,
    .xShmUnmap = pass<&sqlite3_io_methods::xShmUnmap, int>,
    .xFetch = nullptr,
    .xUnfetch = nullptr};

int open_file(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* file, int flags, int* out) {
  State& state = state_of(vfs);
  OpenFile& own = ours(file);
  own.base.pMethods = nullptr;
  if (name == nullptr || !state.lives()) return SQLITE_CANTOPEN;
  const bool existed = std::filesystem::exists(name);
  const int code = state.real->xOpen(state.real, name, own.real(), flags, out);
  if (code != SQLITE_OK) return code;
  state.opened(name, existed, flags);
  own.base.pMethods = &kMethods;
  own.state = &state;
  own.path = new std::string(name);
  return SQLITE_OK;
}

int delete_file(sqlite3_vfs* vfs, const char* name, int sync_directory) {
  State& state = state_of(vfs);
  if (!state.change(name, {Change::Kind::kDelete})) return SQLITE_IOERR_DELETE;
  const int code = state.real->xDelete(state.real, name, 0);
  if (code == SQLITE_OK && sync_directory != 0) {
    const std::lock_guard lock(state.mutex);
    state.sync_directory(name);
  }
  return code;
}

}  // namespace

ForgetfulDisk::ForgetfulDisk() : state_(std::make_unique<State>()) {
  state_->real = sqlite3_vfs_find(nullptr);
  sqlite3_vfs& vfs = state_->vfs;
  vfs = *state_->real;
  vfs.szOsFile = static_cast<int>(sizeof(OpenFile)) + state_->real->szOsFile;
  vfs.pNext = nullptr;
  vfs.zName = "forgetful";
  vfs.pAppData = state_.get();
  vfs.xOpen = open_file;
  vfs.xDelete = delete_file;
  sqlite3_vfs_register(&vfs, 1);
}

ForgetfulDisk::~ForgetfulDisk() { sqlite3_vfs_unregister(&state_->vfs); }

std::uint64_t ForgetfulDisk::operations() const {
  const std::lock_guard lock(state_->mutex);
  return state_->operations;
}

void ForgetfulDisk::cut_at(std::uint64_t operation) {
  const std::lock_guard lock(state_->mutex);
  state_->cut_at = state_->operations + operation;
}

void ForgetfulDisk::stay_on() {
  const std::lock_guard lock(state_->mutex);
  if (!state_->is_off()) state_->cut_at = UINT64_MAX;
}

bool ForgetfulDisk::is_off() const {
  const std::lock_guard lock(state_->mutex);
  return state_->is_off();
}

void ForgetfulDisk::power_on(std::mt19937_64& fate) {
  const std::lock_guard lock(state_->mutex);
  if (state_->open_files > 0) throw std::logic_error("a file is still open");
  Drawn drawn(fate);
  for (auto& [path, shadow] : state_->files) {
    apply_pending(shadow, drawn);
    std::filesystem::remove(path + "-shm");
    std::filesystem::remove(path);
    if (shadow.exists) std::ofstream(path, std::ios::binary) << shadow.durable;
  }
  state_->files.clear();
  state_->cut_at = UINT64_MAX;
}

}  // namespace fhirehose::tests
