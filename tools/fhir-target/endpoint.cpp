#include "fhir-target/endpoint.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "fhir-target/address.hpp"
#include "fhir-target/bundle_execution.hpp"
#include "fhir-target/capability.hpp"
#include "fhir-target/gated_execution.hpp"
#include "fhir-target/reader.hpp"

namespace fhirehose::target {
namespace {

Answer refused(const Refusal& refusal) {
  return {.status = refusal.status, .body = operation_outcome(refusal)};
}

Answer bundle_answer(BundleKind kind, const std::vector<EntryAnswer>& answers) {
  std::string body;
  // An entry's answer is some 110 bytes.
  body.reserve(128 + 128 * answers.size());
  body.append(R"({"resourceType":"Bundle","type":")")
      .append(kind == BundleKind::kBatch ? "batch" : "transaction")
      .append(R"(-response","entry":[)");
  for (const EntryAnswer& answer : answers) {
    append_entry(body, answer);
    body += ',';
  }
  if (!answers.empty()) body.pop_back();
  body += "]}";
  return {.body = std::move(body)};
}

/// Outside of bundles the body's id has to agree with the URL.
Answered<void> check_put_id(const Request& request, const ResourceScan& resource) {
  const auto address = read_address(request.url);
  if (request.method != Method::kPut || !address || address->id.empty()) return {};
  if (resource.id.empty())
    return refuse(400,
                  "HAPI-0419: Can not update resource, resource body must contain an ID "
                  "element for update (PUT) operation");
  if (resource.id != address->id)
    return refuse(400,
                  "HAPI-0420: Can not update resource, resource body must contain an ID "
                  "element which matches the request URL for update (PUT) operation");
  return {};
}

}  // namespace

Answer Endpoint::handle(const Request& request) {
  ++asked_.requests;
  Answer answer = route(request);
  if (answer.status >= 400) ++asked_.refused_requests;
  return answer;
}

Answer Endpoint::route(const Request& request) {
  const bool get = request.method == Method::kGet;
  if (get && request.url.substr(0, request.url.find('?')) == "metadata")
    return {.body = capability_statement(rules_)};
  const bool to_base = request.url.empty() || request.url.starts_with('?');
  if (!to_base) return single(request);
  if (request.method == Method::kPost && request.body != nullptr) return bundle(request);
  return refused({405, "HAPI-0446: only transactions and batches go to the base, by POST"});
}

Answer Endpoint::bundle(const Request& request) {
  ++asked_.bundles;
  const bool keeps = rules_.mode == Mode::kKeep;
  const auto frame = frame_bundle(*request.body, keeps ? Resources::kScan : Resources::kSkip);
  if (!frame) return refused(frame.error());
  const std::size_t size = frame->entries.size();
  asked_.entries += size;
  if (rules_.max_entries != 0 && size > rules_.max_entries) {
    asked_.refused_entries += size;
    return refused({413, fmt::format("the bundle has {} entries, and {} are allowed", size,
                                     rules_.max_entries)});
  }
  const auto answers = pass(request.gate, *frame);
  if (!answers) {
    asked_.refused_entries += size;
    return refused(answers.error());
  }
  count_refused(*answers);
  return bundle_answer(frame->kind, *answers);
}

Answered<std::vector<EntryAnswer>> Endpoint::execute(const Frame& frame) {
  if (rules_.mode == Mode::kCount) return counter_.count(frame.entries);
  if (frame.kind == BundleKind::kTransaction)
    return execute_transaction(store_, rules_, frame.entries);
  return execute_batch(store_, rules_, frame.entries);
}

Answered<std::vector<EntryAnswer>> Endpoint::pass(Gate* gate, const Frame& frame) {
  if (gate == nullptr) return execute(frame);
  return execute_gated(*gate, frame, [this](const Frame& rest) { return execute(rest); });
}

void Endpoint::count_refused(const std::vector<EntryAnswer>& answers) {
  const auto count = std::ranges::count_if(
      answers, [](const EntryAnswer& answer) { return answer.status >= 400; });
  if (count != 0) asked_.refused_entries += static_cast<std::uint64_t>(count);
}

Answer Endpoint::single(const Request& request) {
  auto done = single_entry(request);
  if (!done && request.method != Method::kGet) ++asked_.refused_entries;
  if (!done) return refused(done.error());
  Answer answer{.status = done->status, .location = done->location, .version = done->version};
  if (request.method == Method::kGet || !request.minimal) answer.body = std::move(done->resource);
  return answer;
}

Answered<EntryAnswer> Endpoint::single_entry(const Request& request) {
  Entry entry{.method = request.method, .url = request.url, .if_none_exist = request.if_none_exist};
  if (request.method == Method::kGet) return pass_single(request, entry);
  ++asked_.entries;
  if (request.method == Method::kPut || request.method == Method::kPost) {
    auto scan = scan_resource(*request.body);
    if (!scan) return tl::unexpected(std::move(scan.error()));
    if (auto checked = check_put_id(request, *scan); !checked)
      return tl::unexpected(std::move(checked.error()));
    entry.resource = std::move(*scan);
  }
  auto done = pass_single(request, entry);
  if (!done || request.minimal || done->location.empty() || rules_.mode == Mode::kCount)
    return done;
  // Read back, since what was stored may differ from what came by a spliced id or reference.
  if (auto stored = read(store_, done->location)) done->resource = std::move(stored->resource);
  return done;
}

Answered<EntryAnswer> Endpoint::pass_single(const Request& request, const Entry& entry) {
  const bool reads = entry.method == Method::kGet;
  if (request.gate != nullptr) {
    if (auto admitted = request.gate->admit(reads ? 0 : 1); !admitted)
      return tl::unexpected(std::move(admitted.error()));
  }
  if (!reads && rules_.mode == Mode::kCount) return counter_.count({entry}).front();
  return execute_entry(store_, rules_, entry);
}

std::string Endpoint::digest() const {
  return digest_json(stored(), asked(), rules_.mode == Mode::kCount ? 0 : count_dangling(store_));
}

StoreTally Endpoint::stored() const {
  return rules_.mode == Mode::kCount ? counter_.tally() : store_.tally();
}

RequestTally Endpoint::asked() const {
  return {asked_.requests, asked_.refused_requests, asked_.bundles, asked_.entries,
          asked_.refused_entries};
}

void Endpoint::reset() {
  store_.reset();
  counter_.reset();
  for (auto* counter : {&asked_.requests, &asked_.refused_requests, &asked_.bundles,
                        &asked_.entries, &asked_.refused_entries})
    counter->store(0);
}

}  // namespace fhirehose::target
