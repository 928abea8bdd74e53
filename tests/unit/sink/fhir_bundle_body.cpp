#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "fhir_records.hpp"
#include "sink/fhir/bundle_body.hpp"

namespace fhirehose::sink::fhir {
namespace {

std::string text_of(const BundleBody& body) {
  std::string text;
  for (const std::string_view run : body.runs()) text += run;
  return text;
}

TEST(BundleBody, IsATransactionOfPutsById) {
  const PatientBundle patients({"a", "b"});
  BundleBody body;
  const auto bundle = patients.bundle();
  body.assign(bundle, std::vector<std::uint32_t>{0, 1}, BundleKind::kTransaction);
  EXPECT_EQ(nlohmann::json::parse(text_of(body)), nlohmann::json::parse(R"({
    "resourceType":"Bundle","type":"transaction","entry":[
      {"resource":{"resourceType":"Patient","id":"a"},"request":{"method":"PUT","url":"Patient/a"}},
      {"resource":{"resourceType":"Patient","id":"b"},"request":{"method":"PUT","url":"Patient/b"}}]
    })"));
}

TEST(BundleBody, AsksToDeleteByIdOnly) {
  PatientBundle patients({"a", "b", "c"});
  for (const std::size_t row : {0U, 2U}) {
    patients.batch().records[row].body = {};
    patients.batch().records[row].method = record::Method::kDelete;
  }
  BundleBody body;
  const auto bundle = patients.bundle();
  body.assign(bundle, std::vector<std::uint32_t>{0, 1, 2}, BundleKind::kBatch);
  EXPECT_EQ(nlohmann::json::parse(text_of(body)), nlohmann::json::parse(R"({
    "resourceType":"Bundle","type":"batch","entry":[
      {"request":{"method":"DELETE","url":"Patient/a"}},
      {"resource":{"resourceType":"Patient","id":"b"},"request":{"method":"PUT","url":"Patient/b"}},
      {"request":{"method":"DELETE","url":"Patient/c"}}]})"));
  EXPECT_EQ(body.bytes(), text_of(body).size());
}

TEST(BundleBody, HoldsOnlyTheEntriesThatAreAskedFor) {
  const PatientBundle patients({"a", "b", "c"});
  BundleBody body;
  const auto bundle = patients.bundle();
  body.assign(bundle, std::vector<std::uint32_t>{0, 1, 2}, BundleKind::kTransaction);
  body.assign(bundle, std::vector<std::uint32_t>{2}, BundleKind::kBatch);
  const auto json = nlohmann::json::parse(text_of(body));
  EXPECT_EQ(json.at("type"), "batch");
  ASSERT_EQ(json.at("entry").size(), 1U);
  EXPECT_EQ(json.at("entry").at(0).at("request").at("url"), "Patient/c");
}

TEST(BundleBody, TakesTheRecordsBytesFromWhereTheyAre) {
  const PatientBundle patients({"a"});
  BundleBody body;
  const auto bundle = patients.bundle();
  body.assign(bundle, std::vector<std::uint32_t>{0}, BundleKind::kTransaction);
  ASSERT_EQ(body.runs().size(), 3U);
  EXPECT_EQ(body.runs()[1].data(), bundle.entries[0].record().body.data());
}

TEST(BundleBody, SendsARecordAsItsEditsLeaveIt) {
  PatientBundle patients({"a"});
  const auto size = patients.batch().records[0].body.size();
  patients.batch().edits = {{size - 1, 0, R"(,"active":true)"}};
  patients.batch().records[0].edits = 1;
  BundleBody body;
  const auto bundle = patients.bundle();
  body.assign(bundle, std::vector<std::uint32_t>{0}, BundleKind::kTransaction);
  const auto json = nlohmann::json::parse(text_of(body));
  EXPECT_EQ(json.at("entry").at(0).at("resource").at("active"), true);
}

TEST(BundleBody, KnowsItsLength) {
  std::vector<std::string> ids;
  std::vector<std::uint32_t> places;
  for (std::uint32_t i = 0; i < 500; ++i) {
    ids.push_back("patient-" + std::to_string(i));
    places.push_back(i);
  }
  const PatientBundle patients(ids);
  BundleBody body;
  const auto bundle = patients.bundle();
  body.assign(bundle, places, BundleKind::kBatch);
  EXPECT_EQ(body.bytes(), text_of(body).size());
  EXPECT_EQ(nlohmann::json::parse(text_of(body)).at("entry").size(), 500U);
}

}  // namespace
}  // namespace fhirehose::sink::fhir
