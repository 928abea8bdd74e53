#include "index/layout_log.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include "support/parsed.hpp"

namespace fhirehose::index {
namespace {

using record::RecordBatch;
using record::RecordView;
using tests::parsed;

constexpr const char* kLines =
    R"({"resourceType":"Patient","id":"p","meta":{"versionId":"7","lastUpdated":"2021-01-01T00:00:00Z"}})"
    "\n\n"
    R"(  {"resourceType":"Claim","id":"c","patient":{"reference":"Patient/p"},"insurer":{"reference":"#i"}})"
    "\n"
    R"({"resourceType":"Claim","id":"d","patient":{"reference":"urn:uuid:1"}})"
    "\n";

constexpr const char* kBundle =
    R"({"resourceType":"Bundle","type":"transaction","entry":[)"
    R"({"fullUrl":"urn:uuid:1","request":{"method":"POST"},"resource":{"resourceType":"Patient","id":"p"}},)"
    R"({"request":{"method":"PUT"},"resource":{"resourceType":"Basic","id":"b","subject":{"reference":"urn:uuid:1"}}}]})";

record::BatchHandle remembered(const RecordBatch& batch) {
  LayoutLog log;
  log.add(batch);
  log.seal();
  return log.restore(batch.chunk);
}

void expect_same(const RecordView& a, const RecordView& b) {
  const auto facts = [](const RecordView& record) {
    return std::tuple(record.raw, record.body, record.type, record.id, record.patient,
                      record.last_updated, record.version_id, record.key.high, record.key.low,
                      record.ordinal, record.line, record.bundle, record.method,
                      record.bad_last_updated);
  };
  EXPECT_EQ(facts(a), facts(b));
  EXPECT_EQ(a.body.data(), b.body.data()) << "not the chunk's own bytes";
}

std::vector<std::string> untold_references(const RecordBatch& batch, const RecordView& record) {
  std::vector<std::string> texts;
  for (std::uint32_t i = 0; i < record.references; ++i) {
    const record::Reference& reference = batch.references[record.first_reference + i];
    if (reference.is_silent()) texts.emplace_back(reference.text());
  }
  return texts;
}

void expect_remembered(const char* text) {
  const auto batch = parsed(text);
  const auto again = remembered(*batch);
  ASSERT_TRUE(again);
  ASSERT_EQ(again->records.size(), batch->records.size());
  ASSERT_EQ(again->bundles.size(), batch->bundles.size());
  for (std::size_t i = 0; i < batch->records.size(); ++i) {
    expect_same(again->records[i], batch->records[i]);
    EXPECT_EQ(untold_references(*again, again->records[i]),
              untold_references(*batch, batch->records[i]));
  }
  for (std::size_t i = 0; i < batch->bundles.size(); ++i) {
    EXPECT_EQ(again->bundles[i].offset, batch->bundles[i].offset);
    EXPECT_EQ(again->bundles[i].entries, batch->bundles[i].entries);
    EXPECT_EQ(again->bundles[i].type, batch->bundles[i].type);
  }
}

TEST(LayoutLog, GivesBackWhatParseMadeOfLines) { expect_remembered(kLines); }

TEST(LayoutLog, GivesBackWhatParseMadeOfABundle) { expect_remembered(kBundle); }

TEST(LayoutLog, KeepsReferencesThatTellTheirTargetWhereTheyAreAskedFor) {
  const auto batch = parsed(
      R"({"resourceType":"Claim","id":"c","facility":{"reference":"Location\/l"},)"
      R"("insurer":{"reference":"http://a.example/Organization/1"},"provider":{"reference":"#i"}})"
      "\n");
  const auto kept = [&](LayoutLog::References wanted) {
    LayoutLog log(wanted);
    log.add(*batch);
    log.seal();
    std::vector<std::string> texts;
    const auto restored = log.restore(batch->chunk);
    for (const auto& reference : restored->references) {
      texts.push_back((reference.escaped ? "escaped " : "") + std::string(reference.text()));
    }
    return texts;
  };
  using Texts = std::vector<std::string>;
  EXPECT_EQ(kept(LayoutLog::References::kSilent), (Texts{"http://a.example/Organization/1", "#i"}));
  EXPECT_EQ(kept(LayoutLog::References::kAll),
            (Texts{"escaped Location\\/l", "http://a.example/Organization/1", "#i"}));
}

TEST(LayoutLog, GivesBackADelete) {
  constexpr const char* kDelete =
      R"({"resourceType":"Bundle","type":"batch","entry":[)"
      R"({"request":{"method":"DELETE","url":"Patient/a"}},)"
      R"({"resource":{"resourceType":"Basic","id":"b"},"request":{"method":"POST","url":"Basic"}}]})";
  expect_remembered(kDelete);
  const auto again = remembered(*parsed(kDelete));
  EXPECT_TRUE(again->records.at(0).is_delete());
  EXPECT_TRUE(again->records.at(0).body.empty());
  EXPECT_EQ(again->records.at(0).key, core::key_of(core::kPatient, "a"));
}

TEST(LayoutLog, TellsChunksApart) {
  LayoutLog log;
  const auto first = parsed(R"({"resourceType":"Basic","id":"a"})", {1, 0, 0});
  const auto second = parsed(R"({"resourceType":"Basic","id":"b"})", {1, 1, 33});
  log.add(*second);
  log.add(*first);
  log.seal();
  EXPECT_EQ(log.restore(first->chunk)->records.at(0).id, "a");
  EXPECT_EQ(log.restore(second->chunk)->records.at(0).id, "b");
}

TEST(LayoutLog, LeavesToParseWhatIsNotAllInTheText) {
  EXPECT_FALSE(remembered(*parsed(R"({"resourceType":"Basic"})")));
  EXPECT_FALSE(remembered(*parsed(R"({"resourceType":"Basic","id":"\u0061"})")));
  EXPECT_FALSE(remembered(*parsed(
      R"({"resourceType":"Bundle","type":"batch","entry":[{"resource":{"resourceType":"Basic"},)"
      R"("request":{"method":"PUT","url":"Basic/a"}}]})")));
  EXPECT_FALSE(remembered(*parsed("{\"resourceType\":\"Basic\",\"id\":\"a\"}\nno json\n")));
}

TEST(LayoutLog, LeavesToParseWhatTakesAsMuchAsItsText) {
  std::string text = R"({"resourceType":"List","id":"l","entry":[)";
  for (int i = 0; i < 700'000; ++i) text += R"({"item":{"reference":"urn:a"}},)";
  text.back() = ']';
  EXPECT_FALSE(remembered(*parsed(text + "}")));
}

TEST(LayoutLog, DoesNotKnowAChunkOfAnotherSize) {
  LayoutLog log;
  log.add(*parsed(R"({"resourceType":"Basic","id":"a"})"));
  log.seal();
  EXPECT_FALSE(log.restore(parsed(R"({"resourceType":"Basic","id":"ab"})")->chunk));
}

TEST(LayoutLog, KnowsNothingWithoutScratch) {
  setenv("TMPDIR", "/nowhere", 1);
  LayoutLog log;
  unsetenv("TMPDIR");
  const auto batch = parsed(kLines);
  log.add(*batch);
  log.seal();
  EXPECT_FALSE(log.restore(batch->chunk));
}

}  // namespace
}  // namespace fhirehose::index
