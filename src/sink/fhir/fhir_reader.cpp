#include "sink/fhir/fhir_reader.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "record/bundle_total.hpp"
#include "sink/fhir/inquiry.hpp"

namespace fhirehose::sink::fhir {
namespace {

constexpr std::uint32_t kQuestions = 100;  ///< of a batch, if the server takes so many

// A legal id and a type's name need no escapes, neither as JSON nor in an address.
std::string address_of(const record::RecordView& record) {
  return fmt::format("{}/{}", core::name_of(record.type), record.id);
}

std::string batch_of(const lane::Bundle& bundle, const std::vector<std::uint32_t>& places) {
  std::string body = R"({"resourceType":"Bundle","type":"batch","entry":[)";
  for (const std::uint32_t place : places) {
    if (place != places.front()) body += ',';
    body += R"({"request":{"method":"GET","url":")";
    body += address_of(bundle.entries[place].record());
    body += R"("}})";
  }
  return body += "]}";
}

}  // namespace

struct FhirReader::Errand {
  Errand(lane::Bundle bundle, const Patience& patience, Ask ask)
      : reading(std::move(bundle), patience, ask) {}
  BundleReading reading;
  std::string body;  ///< of the batch that is out
  std::string_view body_run;
};

FhirReader::FhirReader(FhirOptions options)
    : options_(std::move(options)),
      dice_(options_.jitter_seed != 0 ? options_.jitter_seed : std::random_device()()) {}

FhirReader::~FhirReader() = default;

core::Result<ReaderTraits> FhirReader::open() {
  core::Result<Server> server = reach(options_);
  if (!server) return tl::unexpected(server.error());
  server_ = *std::move(server);
  ReaderTraits traits;
  traits.name = server_.name;
  traits.refuses_numeric_ids = server_.profile->refuses_numeric_ids;
  traits.threads = 1;
  traits.bundle_entries =
      std::min(options_.batch.value_or(kQuestions), server_.profile->max_entries);
  return traits;
}

std::optional<std::uint64_t> FhirReader::count(core::ResourceType type) {
  FhirOptions options = options_;
  // HAPI answers a search that it has seen a minute ago from memory unless told not to.
  options.headers.emplace_back("Cache-Control: no-cache");
  requests_.fetch_add(1, std::memory_order_relaxed);
  const std::string question = fmt::format("{}?_summary=count", core::name_of(type));
  http::Response response =
      Inquiry(*server_.client, options).get(http::below(server_.base, question));
  if (response.failure || response.status != 200) return std::nullopt;
  return record::read_bundle_total(response.body);
}

void FhirReader::read(lane::Bundle bundle) {
  const auto errand = std::make_shared<Errand>(std::move(bundle), options_.patience, ask_.load());
  if (!end_with_others(*errand)) send(errand);
}

void FhirReader::send(const ErrandHandle& errand) {
  const BundleReading& reading = errand->reading;
  requests_.fetch_add(1, std::memory_order_relaxed);
  http::Request request{.url = server_.bundles, .headers = options_.headers};
  request.headers.emplace_back("Accept: application/fhir+json");
  if (reading.ask() == Ask::kTogether) {
    request.method = http::Method::kPost;
    request.headers.emplace_back("Content-Type: application/fhir+json");
    errand->body = batch_of(reading.bundle(), reading.question());
    errand->body_run = errand->body;
    request.body = {&errand->body_run, 1};
    bytes_sent_.fetch_add(errand->body.size(), std::memory_order_relaxed);
  } else {
    const lane::Entry& entry = reading.bundle().entries[reading.question().front()];
    request.url = http::below(server_.base, address_of(entry.record()));
  }
  server_.client->send(std::move(request), [this, errand](http::Response response) {
    answered(errand, std::move(response));
  });
}

void FhirReader::answered(const ErrandHandle& errand, http::Response response) {
  BundleReading& reading = errand->reading;
  const Ask before = reading.ask();
  const double jitter = std::uniform_real_distribution<>()(dice_);
  const Next next = reading.answered(std::move(response), {Clock::now(), jitter});
  if (reading.ask() != before) ask_ = reading.ask();
  if (next.kind == Next::Kind::kDone) return finish(*errand);
  if (next.wait.count() == 0) return send(errand);
  retries_.fetch_add(1, std::memory_order_relaxed);
  if (end_with_others(*errand)) return;
  server_.client->after(next.wait, [this, errand] {
    if (!end_with_others(*errand)) send(errand);
  });
}

// Nobody waits for a server that another reading has given up.
bool FhirReader::end_with_others(Errand& errand) {
  auto over = stopped();
  if (!over) return false;
  errand.reading.stop(*std::move(over));
  finish(errand);
  return true;
}

void FhirReader::finish(Errand& errand) {
  Reading& reading = errand.reading.reading();
  if (reading.stopped) {
    const std::lock_guard lock(mutex_);
    if (!stopped_) stopped_ = reading.stopped;
  }
  on_reading_(reading);
}

std::optional<core::Error> FhirReader::stopped() const {
  const std::lock_guard lock(mutex_);
  return stopped_;
}

SinkCounters FhirReader::counters() const {
  const std::uint64_t renewals = server_.client ? server_.client->renewals() : 0;
  return {.requests = requests_.load(std::memory_order_relaxed) + renewals,
          .retries = retries_.load(std::memory_order_relaxed) + renewals,
          .bytes_sent = bytes_sent_.load(std::memory_order_relaxed)};
}

}  // namespace fhirehose::sink::fhir
