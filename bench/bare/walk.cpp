// The limit that `inspect` is held against: every value of every line of NDJSON files visited with
// simdjson on-demand, by so many threads, and nothing else done. usage: bare_walk THREADS FILE...
// prints {"records":N,"bytes":N,"seconds":S}

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <simdjson.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

namespace ondemand = simdjson::ondemand;

/// What a thread takes at a time: as much as stays in its cache.
constexpr std::size_t kWindow = 1 << 20;

struct File {
  int descriptor = -1;
  std::size_t size = 0;
  std::atomic<std::size_t> next = 0;  ///< the first byte that no thread has taken
};

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "bare_walk: %s\n", what);
  std::exit(1);
}

void check(simdjson::error_code code) {
  if (code != simdjson::SUCCESS) fail(simdjson::error_message(code));
}

void visit(ondemand::value value);

void visit_object(ondemand::value value) {
  ondemand::object object;
  check(value.get_object().get(object));
  for (auto field : object) {
    ondemand::value child;
    check(field.value().get(child));
    visit(child);
  }
}

void visit_array(ondemand::value value) {
  ondemand::array array;
  check(value.get_array().get(array));
  for (auto element : array) {
    ondemand::value child;
    check(element.get(child));
    visit(child);
  }
}

template <typename Scalar>
void visit_scalar(simdjson::simdjson_result<Scalar> result) {
  Scalar scalar{};
  check(std::move(result).get(scalar));
}

/// Depth first, each value as its type. A string is found, not unescaped.
void visit(ondemand::value value) {
  ondemand::json_type type{};
  check(value.type().get(type));
  switch (type) {
    case ondemand::json_type::object:
      return visit_object(value);
    case ondemand::json_type::array:
      return visit_array(value);
    case ondemand::json_type::string:
      return visit_scalar(value.get_raw_json_string());
    case ondemand::json_type::number:
      return visit_scalar(value.get_double());
    case ondemand::json_type::boolean:
      return visit_scalar(value.get_bool());
    case ondemand::json_type::null:
      return visit_scalar(value.is_null());
  }
}

class Walker {
 public:
  void walk(File& file) {
    for (;;) {
      const std::size_t from = file.next.fetch_add(kWindow);
      if (from >= file.size) return;
      walk_lines(file, from);
    }
  }
  [[nodiscard]] std::uint64_t records() const { return records_; }

 private:
  /// The lines that begin in the window at `from`; the last one may end far behind it.
  void walk_lines(File& file, std::size_t from) {
    // One byte more in front tells whether a line begins with the window.
    const std::size_t before = from > 0 ? 1 : 0;
    std::size_t have = read(file, from - before, 0, kWindow + before);
    std::size_t line = from > 0 ? line_after(0, have) : 0;
    while (line < kWindow + before && line < have) {
      std::size_t end = line_after(line, have);
      while (end > have && from - before + have < file.size) {
        have += read(file, from - before + have, have, kWindow / 4);
        end = line_after(line, have);
      }
      walk_record(line, std::min(end, have) - line);
      line = end;
    }
  }

  /// The place behind the next newline; behind `have` if there is none.
  [[nodiscard]] std::size_t line_after(std::size_t at, std::size_t have) const {
    const void* const found = std::memchr(buffer_.data() + at, '\n', have - at);
    if (found == nullptr) return have + 1;
    return static_cast<std::size_t>(static_cast<const char*>(found) - buffer_.data()) + 1;
  }

  std::size_t read(const File& file, std::size_t offset, std::size_t to, std::size_t size) {
    if (buffer_.size() < to + size + simdjson::SIMDJSON_PADDING)
      buffer_.resize(to + size + simdjson::SIMDJSON_PADDING);
    const ssize_t got =
        ::pread(file.descriptor, buffer_.data() + to, size, static_cast<off_t>(offset));
    if (got < 0) fail("a file can't be read");
    return static_cast<std::size_t>(got);
  }

  void walk_record(std::size_t at, std::size_t size) {
    if (size <= 1) return;
    ondemand::document document;
    check(parser_.iterate(buffer_.data() + at, size, buffer_.size() - at).get(document));
    ondemand::value root;
    check(document.get_value().get(root));
    visit(root);
    if (document.current_location().error() == simdjson::SUCCESS)
      fail("a line goes on behind its record");
    ++records_;
  }

  std::vector<char> buffer_;
  ondemand::parser parser_;
  std::uint64_t records_ = 0;
};

void open(File& file, const char* path) {
  file.descriptor = ::open(path, O_RDONLY | O_CLOEXEC);
  struct stat facts {};
  if (file.descriptor < 0 || ::fstat(file.descriptor, &facts) != 0) fail("a file can't be opened");
  file.size = static_cast<std::size_t>(facts.st_size);
}

std::uint64_t walk_all(std::vector<File>& files, std::size_t threads) {
  std::atomic<std::uint64_t> records = 0;
  std::vector<std::thread> workers;
  for (std::size_t i = 0; i < threads; ++i) {
    workers.emplace_back([&files, &records] {
      Walker walker;
      for (File& file : files) walker.walk(file);
      records += walker.records();
    });
  }
  for (std::thread& worker : workers) worker.join();
  return records;
}

}  // namespace

int main(int count, char** words) {
  if (count < 3) fail("usage: bare_walk THREADS FILE...");
  const auto begun = std::chrono::steady_clock::now();
  std::vector<File> files(static_cast<std::size_t>(count - 2));
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < files.size(); ++i) {
    open(files[i], words[i + 2]);
    bytes += files[i].size;
  }
  const std::uint64_t records = walk_all(files, std::strtoul(words[1], nullptr, 10));
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begun;
  fmt::print("{{\"records\":{},\"bytes\":{},\"seconds\":{:.4f}}}\n", records, bytes,
             seconds.count());
}
