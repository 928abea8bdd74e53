// A bundle on its way to a FHIR server and back: the request's body, what the transfer reads of it,
// and the server's answer entry by entry. Items are entries; bytes are those of bodies.

#include <algorithm>
#include <memory>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "http/body_reader.hpp"
#include "http/gzip_body.hpp"
#include "pieces.hpp"
#include "record/bundle_response.hpp"
#include "record/parse.hpp"
#include "require.hpp"
#include "sample.hpp"
#include "sink/fhir/bundle_body.hpp"
#include "sink/fhir/bundle_delivery.hpp"
#include "transform/tenant_label.hpp"

namespace fhirehose {
namespace {

using sink::fhir::BundleBody;
using sink::fhir::BundleKind;

/// The sample's records as bundles of so many entries; those that are left over are in none.
std::vector<lane::Bundle> bundles_of(std::size_t entries, const transform::Chain& chain = {}) {
  std::vector<lane::Bundle> bundles(1);
  for (const bench::Piece& piece : bench::pieces_of(bench::lines())) {
    auto batch = std::make_shared<record::RecordBatch>(record::parse(piece.chunk, piece.cut));
    transform::apply(chain, *batch);
    for (std::uint32_t row = 0; row < batch->records.size(); ++row) {
      if (bundles.back().entries.size() == entries) bundles.emplace_back();
      if (row == 0 || bundles.back().entries.empty()) bundles.back().holds.push_back(batch);
      bundles.back().entries.push_back({batch.get(), row});
    }
  }
  if (bundles.back().entries.size() < entries) bundles.pop_back();
  bench::require(!bundles.empty(), "the sample makes a bundle");
  return bundles;
}

std::vector<std::uint32_t> all_of(std::size_t entries) {
  std::vector<std::uint32_t> places(entries);
  std::iota(places.begin(), places.end(), 0U);
  return places;
}

std::string joined(const BundleBody& body) {
  std::string text;
  for (const std::string_view run : body.runs()) text += run;
  return text;
}

/// The same in the simplest way.
std::string plainly(const lane::Bundle& bundle) {
  std::string text = R"({"resourceType":"Bundle","type":"transaction","entry":[)";
  for (const lane::Entry& entry : bundle.entries) {
    const record::RecordView& record = entry.record();
    if (!text.ends_with('[')) text += ',';
    text += R"({"resource":)" + record::edited_text(*entry.batch, record) +
            R"(,"request":{"method":"PUT","url":")";
    text += core::name_of(record.type);
    text += '/';
    text += record.id;
    text += R"("}})";
  }
  return text + "]}";
}

void make_body(benchmark::State& state, const transform::Chain& chain) {
  const auto entries = static_cast<std::size_t>(state.range(0));
  const auto bundles = bundles_of(entries, chain);
  const auto places = all_of(entries);
  BundleBody body;
  std::uint64_t bytes = 0;
  for (const lane::Bundle& bundle : bundles) {
    body.assign(bundle, places, BundleKind::kTransaction);
    bench::require(joined(body) == plainly(bundle), "a request's body");
  }
  for (auto _ : state) {
    for (const lane::Bundle& bundle : bundles) {
      body.assign(bundle, places, BundleKind::kTransaction);
      benchmark::DoNotOptimize(body.runs().data());
      bytes += body.bytes();
    }
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * bundles.size() * entries));
}

void body(benchmark::State& state) { make_body(state, {}); }
void body_labelled(benchmark::State& state) {
  transform::Chain chain;
  chain.push_back(std::make_unique<transform::TenantLabel>("11111111-2222-3333-4444-555555555555"));
  make_body(state, chain);
}

/// What is done with each body, again and again.
template <class Send>
void send_bodies(benchmark::State& state, Send send) {
  const auto entries = static_cast<std::size_t>(state.range(0));
  const auto bundles = bundles_of(entries);
  const auto places = all_of(entries);
  std::vector<std::unique_ptr<BundleBody>> bodies;
  for (const lane::Bundle& bundle : bundles) {
    bodies.push_back(std::make_unique<BundleBody>());
    bodies.back()->assign(bundle, places, BundleKind::kTransaction);
  }
  std::uint64_t bytes = 0;
  for (auto _ : state) {
    for (const auto& body : bodies) {
      send(*body);
      bytes += body->bytes();
    }
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * bundles.size() * entries));
}

/// In the pieces that libcurl asks for.
void body_read(benchmark::State& state) {
  std::vector<char> buffer(1 << 20);
  send_bodies(state, [&buffer](const BundleBody& body) {
    http::BodyReader reader(body.runs());
    std::uint64_t read = 0;
    while (const std::size_t got = reader.read(buffer.data(), buffer.size())) {
      benchmark::DoNotOptimize(buffer.data());
      read += got;
    }
    bench::require(read == body.bytes(), "bytes of a body");
  });
}

/// What a gzip member's last four bytes say of the text's length.
std::uint32_t length_in(std::string_view gzipped) {
  std::uint32_t length = 0;
  gzipped.substr(gzipped.size() - sizeof length)
      .copy(reinterpret_cast<char*>(&length), sizeof length);
  return length;
}

void body_gzipped(benchmark::State& state) {
  send_bodies(state, [](const BundleBody& body) {
    const std::string gzipped = http::gzip_body(body.runs());
    bench::require(gzipped.size() < body.bytes() && length_in(gzipped) == body.bytes(),
                   "a gzipped body");
  });
}

/// As HAPI FHIR answers.
std::string accepted(const record::RecordView& record) {
  const std::string place =
      std::string(core::name_of(record.type)) + '/' + std::string(record.id) + "/_history/1";
  return R"({"response":{"status":"201 Created","location":")" + place +
         R"(","etag":"1","lastModified":"2026-11-26T12:00:00.000+00:00","outcome":{"resourceType":)"
         R"("OperationOutcome","issue":[{"severity":"information","code":"informational","details":{)"
         R"("coding":[{"system":"https://hapifhir.io/fhir/CodeSystem/hapi-fhir-storage-response-code",)"
         R"("code":"SUCCESSFUL_UPDATE_AS_CREATE","display":"Update as create succeeded."}]},)"
         R"("diagnostics":"Successfully created resource \")" +
         place + R"(\" using update as create. Took 4ms."}]}}})";
}

const char kRefused[] =
    R"({"response":{"status":"422 Unprocessable Entity","outcome":{"resourceType":"OperationOutcome",)"
    R"("issue":[{"severity":"error","code":"processing","diagnostics":"HAPI-0523: Unable to store the )"
    R"(resource as it does not match its profile"}]}}})";

/// Of each so many entries the last is refused.
std::string answer_to(const lane::Bundle& bundle, std::size_t refused_each) {
  std::string text = R"({"resourceType":"Bundle","type":"batch-response","entry":[)";
  for (std::size_t i = 0; i < bundle.entries.size(); ++i) {
    if (i > 0) text += ',';
    text += (i + 1) % refused_each == 0 ? kRefused : accepted(bundle.entries[i].record());
  }
  return text + "]}";
}

/// One in ten is refused.
constexpr std::size_t kRefusedEach = 10;

void answer(benchmark::State& state) {
  const auto entries = static_cast<std::size_t>(state.range(0));
  std::string text = answer_to(bundles_of(entries).front(), kRefusedEach);
  const std::size_t bytes = text.size();
  for (auto _ : state) {
    const auto answers = record::read_bundle_response(text, entries);
    bench::require(answers && answers->size() == entries, "an answer");
    const auto refused = [](const auto& entry) { return entry.status == 422; };
    bench::require(std::ranges::count_if(*answers, refused) ==
                       static_cast<std::ptrdiff_t>(entries / kRefusedEach),
                   "refusals");
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * bytes));
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * entries));
}

/// From the answer to what came of the bundle.
void deliver(benchmark::State& state, std::size_t refused_each) {
  const auto entries = static_cast<std::size_t>(state.range(0));
  const lane::Bundle bundle = bundles_of(entries).front();
  const std::string text = answer_to(bundle, refused_each);
  for (auto _ : state) {
    state.PauseTiming();
    sink::fhir::ServerPulse server;
    lane::Bundle sent = bundle;
    http::Response response{.status = 200, .body = text};
    state.ResumeTiming();
    sink::fhir::BundleDelivery delivery(std::move(sent), {}, server, BundleKind::kBatch);
    const auto next = delivery.answered(std::move(response), {.now = {}});
    const sink::Delivery came = std::move(delivery).finish();
    bench::require(next.kind == sink::fhir::Next::Kind::kDone && !came.stopped, "a delivery");
    bench::require(came.refusals.size() == entries / refused_each, "refusals of a delivery");
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * entries));
}

void delivery(benchmark::State& state) { deliver(state, 1'000'000); }
void delivery_refused(benchmark::State& state) { deliver(state, kRefusedEach); }

void small_and_large(benchmark::internal::Benchmark* benchmark) { benchmark->Arg(100)->Arg(500); }

BENCHMARK(body)->Apply(small_and_large);
BENCHMARK(body_labelled)->Apply(small_and_large);
BENCHMARK(body_read)->Apply(small_and_large);
BENCHMARK(body_gzipped)->Apply(small_and_large);
BENCHMARK(answer)->Apply(small_and_large);
BENCHMARK(delivery)->Apply(small_and_large);
BENCHMARK(delivery_refused)->Apply(small_and_large);

}  // namespace
}  // namespace fhirehose
