#include "fhirehose/load.hpp"

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "fuzz/scratch_file.hpp"
#include "fuzz/target.hpp"

namespace fhirehose::fuzz {
namespace {

class SilentObserver final : public Observer {
 public:
  void note(const std::string&, const std::string&) override {}
};

void add(Counts& sum, const Counts& more) {
  sum.read += more.read;
  sum.loaded += more.loaded;
  sum.duplicate += more.duplicate;
  sum.rejected += more.rejected;
}

bool same(const Counts& one, const Counts& other) {
  return one.read == other.read && one.loaded == other.loaded && one.duplicate == other.duplicate &&
         one.rejected == other.rejected;
}

void require_conserved(const Report& report, const Progress& progress) {
  require(report.state == State::kFinished, "the load ends by itself");
  require(report.total.conserved(), "read = loaded + duplicate + rejected");
  Counts sum;
  for (const auto& [type, counts] : report.types) {
    require(counts.conserved(), "read = loaded + duplicate + rejected, of each type");
    add(sum, counts);
  }
  require(same(sum, report.total), "the types add up to the total");
  require(progress.records_total == report.total.read, "what was looked at is what was read");
  require(progress.loaded == report.total.loaded, "the progress ends where the report does");
}

/// Nullopt where the input was refused.
std::optional<Report> report_of(const LoadOptions& options) {
  Progress progress;
  SilentObserver observer;
  std::filesystem::remove_all(options.state);
  auto result = load(options, progress, observer);
  if (const auto* refused = std::get_if<Refused>(&result)) {
    require(!refused->message.empty(), "a refused load says why");
    return std::nullopt;
  }
  auto report = std::get<Report>(std::move(result));
  require_conserved(report, progress);
  return report;
}

}  // namespace

/// A whole load to nowhere, both passes, twice: with one thread or two, and in windows of another
/// size too where nothing is broken. (How much a damaged stream gives before its fault hangs on the
/// window that it is asked for.)
void run_one(std::string_view input) {
  static ScratchFile scratch;
  LoadOptions options;
  options.input.sources = {scratch.holding(input)};
  options.input.threads = 2;
  options.input.max_record = 64 << 10;
  options.target = "discard:";
  options.state = scratch.folder() / "state";
  options.tenant = "T";
  const auto one = report_of(options);
  options.input.threads = 1;
  if (one && one->problems.empty()) options.input.window = 4 << 10;
  const auto other = report_of(options);
  require(one.has_value() == other.has_value(), "what is refused is refused again");
  require(!one || same(one->total, other->total), "the counts are the input's");
}

}  // namespace fhirehose::fuzz
