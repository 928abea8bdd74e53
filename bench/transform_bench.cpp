#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "record/parse.hpp"
#include "record/splitter.hpp"
#include "source/catalog.hpp"
#include "transform/map_id.hpp"
#include "transform/rewrite_references.hpp"
#include "transform/strip_coverage.hpp"
#include "transform/tenant_label.hpp"

namespace {

using namespace fhirehose;

/// Resolves every `urn:uuid:ID`, as if all were Encounters: the cost of a look's table is not
/// measured here.
class AnyUrn final : public transform::UrnLookup {
 public:
  [[nodiscard]] std::optional<Target> find(std::string_view urn,
                                           const transform::UrnScope&) const override {
    constexpr std::string_view kPrefix = "urn:uuid:";
    return Target{core::resource_type("Encounter"), urn.substr(kPrefix.size())};
  }
};

constexpr std::size_t kChunkBytes = 2 * core::kMiB;

/// $FHIREHOSE_SHARED, or the folder next to the working directory.
std::filesystem::path shared_data() {
  const char* const given = std::getenv("FHIREHOSE_SHARED");
  return std::filesystem::path(given == nullptr ? "../shared" : given) / "data";
}

/// The front of the first member of the archive whose name holds `name`, as one parsed chunk of
/// the size that a load makes them.
std::unique_ptr<record::RecordBatch> batch_of(const char* archive, std::string_view name) {
  const std::filesystem::path path = shared_data() / archive;
  const auto catalog = source::Catalog::open({{path}}, {});
  if (!catalog) return nullptr;
  for (std::size_t i = 0; i < catalog->members().size(); ++i) {
    const source::Member& member = catalog->members()[i];
    if (member.name.find(name) == std::string::npos) continue;
    auto chunk = std::make_shared<memory::Chunk>();
    chunk->region = memory::Region::allocate(kChunkBytes);
    auto reader = catalog->open_member(i);
    const auto got = (*reader)->read({chunk->region.data(), kChunkBytes});
    const std::string_view window(chunk->region.data(), got.value());
    const record::Cut cut = record::Splitter().cut(window, record::More::kFollows);
    chunk->bytes = window.substr(0, cut.consumed);
    return std::make_unique<record::RecordBatch>(record::parse(chunk, cut));
  }
  return nullptr;
}

const AnyUrn kUrns;
const transform::Identity kKept{kUrns};
const transform::Identity kPrefixed{kUrns, {}, core::IdMapping::prefixed("ab-")};
const transform::Identity kUuids{kUrns, {}, core::IdMapping::uuid("system")};

void add_strip(transform::Chain& chain) {
  chain.push_back(std::make_unique<transform::StripCoverage>(&kUrns));
}
void add_tenant(transform::Chain& chain) {
  chain.push_back(std::make_unique<transform::TenantLabel>("11111111-2222-3333-4444-555555555555"));
}
void add_resolve(transform::Chain& chain) {
  chain.push_back(std::make_unique<transform::RewriteReferences>(kKept));
}
void add_mapping(transform::Chain& chain, const transform::Identity& identity) {
  chain.push_back(std::make_unique<transform::RewriteReferences>(identity));
  chain.push_back(std::make_unique<transform::MapId>(identity.ids));
}
void add_prefix(transform::Chain& chain) { add_mapping(chain, kPrefixed); }
void add_uuid(transform::Chain& chain) { add_mapping(chain, kUuids); }
void add_all(transform::Chain& chain) {
  add_strip(chain);
  add_resolve(chain);
  add_tenant(chain);
}

void run(benchmark::State& state, const char* archive, const char* member,
         void (*fill)(transform::Chain&)) {
  const auto batch = batch_of(archive, member);
  if (batch == nullptr) return state.SkipWithError("the archive is not there");
  const auto edits_of_parse = batch->edits;
  const auto records_of_parse = batch->records;
  transform::Chain chain;
  fill(chain);
  std::uint64_t bytes = 0;
  for (const auto& record : batch->records) bytes += record.body.size();
  for (auto _ : state) {
    transform::apply(chain, *batch);
    benchmark::DoNotOptimize(batch->edits.data());
    state.PauseTiming();
    batch->edits = edits_of_parse;
    batch->records = records_of_parse;
    batch->arena.clear();
    state.ResumeTiming();
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes * state.iterations()));
  state.SetItemsProcessed(static_cast<std::int64_t>(batch->records.size() * state.iterations()));
}

const char kNdjson[] = "synthea-100-ndjson.zip";
const char kBundles[] = "synthea-12-bundles.zip";

BENCHMARK_CAPTURE(run, strip_coverage, kNdjson, "ExplanationOfBenefit", add_strip);
BENCHMARK_CAPTURE(run, tenant_label, kNdjson, "ExplanationOfBenefit", add_tenant);
BENCHMARK_CAPTURE(run, tenant_label_small, kNdjson, "Condition", add_tenant);
BENCHMARK_CAPTURE(run, resolve_urn, kBundles, "json", add_resolve);
BENCHMARK_CAPTURE(run, prefix_ids, kNdjson, "ExplanationOfBenefit", add_prefix);
BENCHMARK_CAPTURE(run, uuid_ids, kNdjson, "ExplanationOfBenefit", add_uuid);
BENCHMARK_CAPTURE(run, keep_ids, kNdjson, "ExplanationOfBenefit", add_resolve);
BENCHMARK_CAPTURE(run, all_of_ndjson, kNdjson, "ExplanationOfBenefit", add_all);
BENCHMARK_CAPTURE(run, all_of_bundle, kBundles, "json", add_all);

}  // namespace
