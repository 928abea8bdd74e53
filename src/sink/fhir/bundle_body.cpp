#include "sink/fhir/bundle_body.hpp"

namespace fhirehose::sink::fhir {
namespace {

constexpr std::string_view kTransactionFront =
    R"({"resourceType":"Bundle","type":"transaction","entry":[)";
constexpr std::string_view kBatchFront = R"({"resourceType":"Bundle","type":"batch","entry":[)";
constexpr std::string_view kResource = R"({"resource":)";
constexpr std::string_view kPut = R"(,"request":{"method":"PUT","url":")";
constexpr std::string_view kDelete = R"({"request":{"method":"DELETE","url":")";
constexpr std::string_view kRequestEnd = R"("}})";
constexpr std::string_view kEnd = "]}";

}  // namespace

void BundleBody::assign(const lane::Bundle& bundle, std::span<const std::uint32_t> entries,
                        BundleKind kind) {
  framing_.clear();
  framed_ = 0;
  runs_.clear();
  bytes_ = 0;
  reserve(bundle, entries);
  framing_ += kind == BundleKind::kTransaction ? kTransactionFront : kBatchFront;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (i > 0) framing_ += ',';
    const lane::Entry& entry = bundle.entries[entries[i]];
    if (!entry.record().is_delete()) add_resource(entry);
    add_request(entry.record());
  }
  framing_ += kEnd;
  end_framing();
}

// Runs point into framing_, so it must not grow once the first is cut. One run is the framing
// between two records; n edits cut a record into 2n + 1 at most.
void BundleBody::reserve(const lane::Bundle& bundle, std::span<const std::uint32_t> entries) {
  static_assert(kDelete.size() <= kResource.size() + kPut.size());
  constexpr std::size_t kPerEntry = 1 + kResource.size() + kPut.size() + 1 + kRequestEnd.size();
  std::size_t framing = kTransactionFront.size() + kEnd.size() + entries.size() * kPerEntry;
  std::size_t runs = 1;
  for (const std::uint32_t place : entries) {
    const record::RecordView& record = bundle.entries[place].record();
    __builtin_prefetch(record.id.data());  // parsed long ago: no cache has it any more
    framing += core::name_of(record.type).size() + record.id.size();
    runs += 2 + 2 * std::size_t{record.edits};
  }
  framing_.reserve(framing);
  runs_.reserve(runs);
}

void BundleBody::add_resource(const lane::Entry& entry) {
  framing_ += kResource;
  end_framing();
  record::for_each_span(*entry.batch, entry.record(), [this](auto run) { add_run(run); });
}

// A legal id and a type's name need no escapes, neither as JSON nor in an address.
void BundleBody::add_request(const record::RecordView& record) {
  framing_ += record.is_delete() ? kDelete : kPut;
  framing_ += core::name_of(record.type);
  framing_ += '/';
  framing_ += record.id;
  framing_ += kRequestEnd;
}

void BundleBody::end_framing() {
  add_run(std::string_view(framing_).substr(framed_));
  framed_ = framing_.size();
}

void BundleBody::add_run(std::string_view run) {
  runs_.push_back(run);
  bytes_ += run.size();
}

}  // namespace fhirehose::sink::fhir
