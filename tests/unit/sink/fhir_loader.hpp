#pragma once

#include <chrono>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "fhir_records.hpp"
#include "sink/fhir/fhir_sink.hpp"
#include "support/scripted_server.hpp"

namespace fhirehose::sink::fhir {

inline tests::Reply capabilities(const std::string& software) {
  return {.body = R"({"resourceType":"CapabilityStatement","fhirVersion":"4.0.1","software":)" +
                  software + "}"};
}

inline std::vector<std::string> urls_in(const tests::Received& request) {
  std::vector<std::string> urls;
  const auto bundle = nlohmann::json::parse(request.body);
  for (const auto& entry : bundle.at("entry")) {
    urls.push_back(entry.at("request").at("url"));
  }
  return urls;
}

inline tests::Reply all_loaded(const tests::Received& request) {
  const std::vector<EntryStatus> entries(urls_in(request).size());
  return {.body = response_bundle(entries)};
}

/// A sink that is open, before a server that answers metadata by itself and bundles by `script`.
class Loader {
 public:
  explicit Loader(tests::ScriptedServer::Script script, FhirOptions options = {})
      : server_([script = std::move(script)](const tests::Received& request) {
          if (request.method == "GET") return capabilities(R"({"name":"Scripted"})");
          return script(request);
        }),
        sink_(with_url(std::move(options), server_.url())) {
    sink_.on_delivery([this](Delivery delivery) {
      const std::lock_guard lock(mutex_);
      deliveries_.push_back(std::move(delivery));
    });
    traits_ = sink_.open();
  }

  /// Sends bundles of these Patients, all at once, and waits until all are delivered.
  std::vector<Delivery> load(const std::vector<std::vector<std::string>>& bundles) {
    if (!traits_) throw std::runtime_error(traits_.error().message);
    for (const auto& ids : bundles) sink_.submit(PatientBundle(ids).bundle());
    EXPECT_TRUE(sink_.close());
    const std::lock_guard lock(mutex_);
    return std::move(deliveries_);
  }

  [[nodiscard]] std::vector<tests::Received> posts() const {
    std::vector<tests::Received> posts = server_.received();
    std::erase_if(posts, [](const tests::Received& request) { return request.method != "POST"; });
    return posts;
  }

  [[nodiscard]] const core::Result<Traits>& traits() const { return traits_; }
  [[nodiscard]] Tempo tempo() const { return sink_.tempo(); }
  [[nodiscard]] SinkCounters counters() const { return sink_.counters(); }

 private:
  static FhirOptions with_url(FhirOptions options, std::string url) {
    options.url = std::move(url);
    options.patience.base = std::chrono::milliseconds(1);
    options.patience.max_attempts = 4;
    options.jitter_seed = 1;
    return options;
  }

  tests::ScriptedServer server_;
  std::mutex mutex_;
  std::vector<Delivery> deliveries_;
  FhirSink sink_;
  core::Result<Traits> traits_;
};

}  // namespace fhirehose::sink::fhir
