#include "record/parse.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "record/reference_text.hpp"
#include "unit/record/reading.hpp"

namespace fhirehose::record {
namespace {

using test::read_whole;
using ::testing::HasSubstr;

RecordBatch read_one(std::string_view text) {
  RecordBatch batch = read_whole(text);
  EXPECT_EQ(batch.records.size(), 1u) << text;
  return batch;
}

std::string reason_of(std::string_view text) {
  const RecordBatch batch = read_whole(text);
  EXPECT_EQ(batch.records.size(), 0u) << text;
  EXPECT_EQ(batch.rejections.size(), 1u) << text;
  return batch.rejections.empty() ? "" : batch.rejections[0].reason.sentence();
}

TEST(Parse, FindsWhatARecordIsKnownBy) {
  const std::string text =
      R"({"resourceType":"Observation","id":"o-1.2","meta":{"versionId":"7",)"
      R"("lastUpdated":"2020-01-02T03:04:05Z"},"subject":{"reference":"Patient/p"}})";
  const RecordBatch batch = read_one("\r\n " + text + " \r\n");
  const RecordView& record = batch.records.at(0);
  EXPECT_EQ(record.raw, text);
  EXPECT_EQ(record.body, text);
  EXPECT_EQ(core::name_of(record.type), "Observation");
  EXPECT_EQ(record.id, "o-1.2");
  EXPECT_EQ(record.version_id, "7");
  EXPECT_EQ(record.last_updated, core::parse_instant("2020-01-02T03:04:05Z"));
  EXPECT_EQ(record.patient, "p");
  EXPECT_EQ(record.key, core::key_of(record.type, "o-1.2"));
  EXPECT_EQ(record.line, 1u);
  EXPECT_EQ(record.edits, 0u);
}

TEST(Parse, FindsAgainWhatItDoesNotKeepOfManyRejections) {
  std::string text;
  std::size_t rejected = 0;
  for (std::size_t i = 0; i < kRejectionsAtHand; ++i) {
    text += i % 7 == 0
                ? "[1,{\"resourceType\":\"Nonsense\"},{\"resourceType\":\"List\",\"id\":\"l\"}]\n"
                : "x\n";
    rejected += i % 7 == 0 ? 2 : 1;
  }
  const RecordBatch batch = test::read_whole(text);
  EXPECT_EQ(batch.rejected, rejected);
  EXPECT_EQ(batch.rejections.size(), kRejectionsAtHand);
  EXPECT_EQ(batch.record_count, batch.rejected + batch.records.size());
  std::size_t found = 0;
  std::int64_t line = 0;
  std::uint32_t ordinal = 0;
  for_each_rejection(batch, {}, [&](const Rejection& rejection) {
    EXPECT_TRUE(found == 0 || rejection.ordinal > ordinal);
    EXPECT_TRUE(rejection.raw == "x" || rejection.raw.starts_with("{\"resourceType\":\"N") ||
                rejection.raw == "1");
    ordinal = rejection.ordinal;
    line = rejection.line;
    ++found;
  });
  EXPECT_EQ(found, rejected);
  EXPECT_EQ(line, kRejectionsAtHand - 1);
}

TEST(Parse, CountsRecordsAndLinesAcrossRejections) {
  const RecordBatch batch = read_whole(
      "{\"resourceType\":\"Patient\",\"id\":\"a\"}\nx\n\n{\"resourceType\":\"Patient\",\"id\":"
      "\"b\"}");
  ASSERT_EQ(batch.records.size(), 2u);
  ASSERT_EQ(batch.rejections.size(), 1u);
  EXPECT_EQ(batch.records[1].ordinal, 2u);
  EXPECT_EQ(batch.records[1].line, 3u);
  EXPECT_EQ(batch.rejections[0].ordinal, 1u);
  EXPECT_EQ(batch.rejections[0].line, 1u);
  EXPECT_EQ(batch.rejections[0].raw, "x");
  EXPECT_FALSE(batch.rejections[0].in_transform);
  EXPECT_EQ(batch.record_count, 3u);
  EXPECT_EQ(batch.newline_count, 3u);
}

TEST(Parse, KeepsLinesApartThatAreIndexedTogether) {
  const std::string good = R"({"resourceType":"Patient","id":"a"})";
  const RecordBatch batch = read_whole(good + "\n" + R"({"resourceType":"Patient",)" + "\n" +
                                       R"("id":"b"})" + "\n" + good + good + "\n\n" + good);
  ASSERT_EQ(batch.records.size(), 2);
  EXPECT_EQ(batch.records[1].line, 5);
  EXPECT_EQ(batch.rejections.size(), 3);
}

TEST(Parse, ReadsAReferenceAnewWhereTheRecordBeforeHasAnother) {
  const RecordBatch batch = read_whole(
      R"({"resourceType":"Basic","id":"a","subject":{"reference":"Patient/1"}})"
      "\n"
      R"({"resourceType":"Basic","id":"b","subject":{"reference":"Patient/1"}})"
      "\n"
      R"({"resourceType":"Basic","id":"c","subject":{"reference":"Group/123/_history/123"}})");
  ASSERT_EQ(batch.references.size(), 3);
  const std::string_view second = batch.records[1].body;
  EXPECT_EQ(batch.references[1].text().data(), second.data() + second.find("Patient/1"));
  EXPECT_EQ(core::name_of(batch.references[1].type), "Patient");
  EXPECT_EQ(id_in(batch.references[1].text(), batch.references[1]), "1");
  EXPECT_EQ(core::name_of(batch.references[2].type), "Group");
  EXPECT_FALSE(batch.references[2].ends_with_id);
  EXPECT_EQ(id_in(batch.references[2].text(), batch.references[2]), "123");
}

TEST(Parse, TakesAnUnreadableLastUpdatedForNone) {
  const auto batch = read_one(
      R"({"resourceType":"Patient","id":"a","meta":{"lastUpdated":"IGNORED_FIELD","versionId":1}})");
  EXPECT_EQ(batch.records.at(0).last_updated, core::kNever);
  EXPECT_EQ(batch.records.at(0).version_id, "");
}

TEST(Parse, TellsALastUpdatedThatIsNoInstant) {
  const auto is_bad = [](const char* meta) {
    return read_one(std::string(R"({"resourceType":"Patient","id":"a","meta":)") + meta + "}")
        .records.at(0)
        .bad_last_updated;
  };
  EXPECT_TRUE(is_bad(R"({"lastUpdated":"2020-01-02"})"));
  EXPECT_TRUE(is_bad(R"({"lastUpdated":20200102})"));
  EXPECT_TRUE(is_bad(R"({"lastUpdated":""})"));
  EXPECT_FALSE(is_bad(R"({"lastUpdated":"2020-01-02T03:04:05\u005a"})"));
  EXPECT_FALSE(is_bad(R"({"versionId":"1"})"));
  EXPECT_FALSE(is_bad(R"("odd")"));
  EXPECT_TRUE(is_bad(R"({"lastUpdated":"2020-01-02T03:04:05Z","lastUpdated":"x"})"));
  EXPECT_FALSE(is_bad(R"({"lastUpdated":null,"lastUpdated":"2020-01-02T03:04:05Z"})"));
}

TEST(Parse, DerivesAnIdFromTheContent) {
  const std::string text = R"({"resourceType":"Patient","active":true})";
  const RecordBatch batch = read_one(text);
  const RecordView& record = batch.records.at(0);
  EXPECT_EQ(record.id.size(), core::kContentIdLength);
  EXPECT_EQ(edited_text(batch, record),
            R"({"id":")" + std::string(record.id) + "\"," + text.substr(1));
  EXPECT_EQ(edited_size(batch, record), edited_text(batch, record).size());
  EXPECT_EQ(read_one("\n" + text).records.at(0).id, record.id);
  EXPECT_NE(read_one(R"({"resourceType":"Patient","active":false})").records.at(0).id, record.id);
}

TEST(Parse, FindsThePatientByTheElementThatNamesIt) {
  const auto patient = [](const std::string& type, const std::string& members) {
    const auto batch = read_one(R"({"resourceType":")" + type + R"(","id":"x",)" + members + "}");
    return std::string(batch.records.at(0).patient);
  };
  EXPECT_EQ(patient("Patient", R"("active":true)"), "x");
  EXPECT_EQ(patient("Claim", R"("patient":{"reference":"Patient/1"})"), "1");
  EXPECT_EQ(patient("Coverage", R"("beneficiary":{"reference":"https://a.b/fhir/Patient/2"})"),
            "2");
  EXPECT_EQ(patient("Task", R"("for":{"reference":"Patient/3/_history/1"})"), "3");
  EXPECT_EQ(patient("ResearchSubject", R"("individual":{"reference":"Patient\/4"})"), "4");
  EXPECT_EQ(patient("Account", R"("subject":[{"reference":"Device/9"},{"reference":"Patient/5"}])"),
            "5");
  EXPECT_EQ(patient("Observation", R"("subject":{"reference":"urn:uuid:6"})"), "urn:uuid:6");
  EXPECT_EQ(patient("Observation", R"("subject":{"reference":"Group/7"})"), "");
  EXPECT_EQ(patient("Observation", R"("subject":{"reference":"#p"})"), "");
  EXPECT_EQ(patient("Claim",
                    R"("subject":{"reference":"Patient/8"},"patient":{"reference":"Patient/9"})"),
            "9");
  EXPECT_EQ(
      patient("Provenance", R"("target":[{"reference":"Claim/1"},{"reference":"Patient/10"}])"),
      "10");
  EXPECT_EQ(patient("Goal", R"("target":[{"reference":"Patient/11"}])"), "");
}

TEST(Parse, ListsEveryReference) {
  const RecordBatch batch = read_one(
      R"({"resourceType":"Claim","id":"c","a":{"reference":"Patient/1"},"b":[{"ref\u0065rence":"#x"}],)"
      R"("contained":[{"d":{"reference":"Org\u0061nization/2"}}],"reference":"Patient/not-in-an-object",)"
      R"("e":{"reference":{"reference":"urn:uuid:3"}}})");
  std::vector<std::string> texts;
  for (const Reference& reference : batch.references) texts.emplace_back(reference.text());
  EXPECT_THAT(texts,
              ::testing::ElementsAre("Patient/1", "#x", R"(Org\u0061nization/2)", "urn:uuid:3"));
  EXPECT_EQ(batch.records[0].references, 4u);
  EXPECT_TRUE(batch.references[2].escaped);
  EXPECT_EQ(core::name_of(batch.references[2].type), "Organization");
}

TEST(Parse, ReadsEscapedNamesAndIds) {
  const auto batch = read_one(R"({"resourc\u0065Type":"P\u0061tient","\u0069d":"a\u002Db"})");
  EXPECT_EQ(batch.records.at(0).type, core::kPatient);
  EXPECT_EQ(batch.records.at(0).id, "a-b");
}

TEST(Parse, TakesTheIdOfAFullUrlBelowTheSourcesBase) {
  const auto id_of = [](const std::string& full_url, const std::string& resource) {
    ParseOptions options;
    EXPECT_TRUE(options.bases.add("https://ehr.example/fhir"));
    const RecordBatch batch = read_whole(R"({"resourceType":"Bundle","type":"batch","entry":[)"
                                         R"({"fullUrl":")" +
                                             full_url + R"(","resource":)" + resource + "}]}",
                                         options);
    return std::pair(std::string(batch.records.at(0).id), edited_text(batch, batch.records.at(0)));
  };
  const std::string nameless = R"({"resourceType":"Patient"})";
  EXPECT_EQ(id_of("https://ehr.example/fhir/Patient/1", nameless),
            std::pair(std::string("1"), std::string(R"({"id":"1","resourceType":"Patient"})")));
  EXPECT_EQ(
      id_of("https://ehr.example/fhir/Patient/1", R"({"resourceType":"Patient","id":"2"})").first,
      "2");
  for (const char* url :
       {"https://ehr.example/fhir/Group/1", "https://other.example/fhir/Patient/1",
        "https://ehr.example/fhir/Patient/a_b", "https://ehr.example/fhir/Patient?a=b"}) {
    EXPECT_EQ(id_of(url, nameless).first.size(), core::kContentIdLength) << url;
  }
}

TEST(Parse, RejectsAnIdThatItsMappingMakesTooLong) {
  ParseOptions options;
  options.ids = core::IdMapping::prefixed("abc-");
  const std::string id(61, 'x');
  const RecordBatch batch = read_whole(R"({"resourceType":"Claim","id":")" + id +
                                           R"(","patient":{"reference":"Patient/1"}})"
                                           "\n"
                                           R"({"resourceType":"Claim","id":"y"})",
                                       options);
  ASSERT_EQ(batch.records.size(), 1u);
  EXPECT_EQ(batch.records[0].id, "y") << "what parse gives is the source's";
  EXPECT_EQ(batch.records[0].references, 0u);
  ASSERT_EQ(batch.rejections.size(), 1u);
  EXPECT_TRUE(batch.rejections[0].in_transform);
  EXPECT_EQ(batch.rejections[0].reason.sentence(), kIdTooLong);
}

TEST(Parse, RejectsWhatHasNoIdentity) {
  EXPECT_THAT(reason_of(R"({"id":"a"})"), HasSubstr("resourceType is missing"));
  EXPECT_THAT(reason_of(R"({"resourceType":"Patien","id":"a"})"), HasSubstr("none of FHIR R4"));
  EXPECT_THAT(reason_of(R"({"resourceType":7,"id":"a"})"),
              HasSubstr("resourceType is not a string"));
  EXPECT_THAT(reason_of(R"({"resourceType":"Patient","id":""})"), HasSubstr("no FHIR id"));
  EXPECT_THAT(reason_of(R"({"resourceType":"Patient","id":"a_b"})"), HasSubstr("no FHIR id"));
  EXPECT_THAT(reason_of(R"({"resourceType":"Patient","id":null})"),
              HasSubstr("the id is not a string"));
  EXPECT_THAT(reason_of("17"), HasSubstr("a JSON object is expected"));
  EXPECT_THAT(reason_of("{}"), HasSubstr("resourceType is missing"));
}

TEST(Parse, RejectsANameThatComesTwice) {
  EXPECT_EQ(reason_of(R"({"resourceType":"Patient","id":"a","id":"b"})"),
            "a member's name comes twice, at byte 35");
  EXPECT_THAT(reason_of(R"({"resourceType":"Patient","active":true,"\u0061ctive":true})"),
              HasSubstr("twice"));
}

TEST(Parse, RejectsMoreMembersThanAnObjectMayHave) {
  std::string text = R"({"resourceType":"Patient","id":"a")";
  for (int i = 0; i < 65'534; ++i) text += ",\"m" + std::to_string(i) + "\":1";
  EXPECT_EQ(read_whole(text + "}").records.size(), 1u);
  EXPECT_THAT(reason_of(text + R"(,"one":1})"), HasSubstr("more than 65,536 members"));
}

TEST(Parse, SaysWhichTypeARejectedRecordHas) {
  const RecordBatch batch = read_whole(R"({"resourceType":"Claim","id":"a_b"})"
                                       "\n"
                                       R"({"resourceType":"Claim","id":"\xFF"})");
  ASSERT_EQ(batch.rejections.size(), 2u);
  for (const Rejection& rejection : batch.rejections) {
    EXPECT_TRUE(rejection.has_type);
    EXPECT_EQ(core::name_of(rejection.type), "Claim");
  }
}

TEST(Parse, NamesTheByteOfAFault) {
  const std::string front = R"({"resourceType":"Patient","x":)";
  const std::string at = ", at byte " + std::to_string(front.size());
  EXPECT_EQ(reason_of(front + "tru}"), "what stands here is no JSON value" + at);
  const std::string next = ", at byte " + std::to_string(front.size() + 1);
  EXPECT_EQ(reason_of(front + "\"\xC3(\"}"), "invalid UTF-8" + next);
  EXPECT_EQ(reason_of(front + "\"a"), "a string is not closed" + at);
  EXPECT_EQ(reason_of(front + "\"\x01\"}"),
            "a control character stands unescaped in a string" + next);
}

TEST(Parse, HoldsTheDepthLimit) {
  const auto nested = [](std::size_t depth) {
    return R"({"resourceType":"Patient","id":"a","x":)" + std::string(depth - 1, '[') +
           std::string(depth - 1, ']') + "}";
  };
  const std::string entry = R"({"resourceType":"Bundle","entry":[{"resource":)";
  EXPECT_EQ(read_whole(nested(20), {.depth = 20}).records.size(), 1u);
  EXPECT_EQ(read_whole(entry + nested(20) + "}]}", {.depth = 20}).records.size(), 1u);
  EXPECT_THAT(read_whole(nested(21), {.depth = 20}).rejections.at(0).reason.sentence(),
              HasSubstr("too deep"));
  EXPECT_EQ(read_whole(nested(100'000)).rejections.size(), 1u);
}

std::string bundle_of(const std::string& entry) {
  return R"({"resourceType":"Bundle","type":"batch","entry":[)" + entry + "]}";
}

TEST(Parse, MakesARecordWithoutABodyOfADelete) {
  const RecordBatch batch = read_one(
      bundle_of(R"({"request":{"method":"DELETE","url":"Patient\/b"},"response":{"etag":"W/\"7\"",)"
                R"("lastModified":"2020-01-02T03:04:05Z"}})"));
  const RecordView& record = batch.records.at(0);
  EXPECT_TRUE(record.is_delete());
  EXPECT_EQ(record.body, "");
  EXPECT_EQ(record.key, core::key_of(core::kPatient, "b"));
  EXPECT_EQ(record.patient, "b");
  EXPECT_EQ(record.version_id, "7");
  EXPECT_EQ(record.last_updated, core::parse_instant("2020-01-02T03:04:05Z"));
}

TEST(Parse, TakesTheIdOfAPutWhereTheResourceHasNone) {
  const RecordBatch batch = read_one(bundle_of(
      R"({"resource":{"resourceType":"Basic"},"request":{"method":"PUT","url":"Basic/a"}})"));
  EXPECT_EQ(edited_text(batch, batch.records.at(0)), R"({"id":"a","resourceType":"Basic"})");
  EXPECT_EQ(reason_of(bundle_of(R"({"resource":{"resourceType":"Basic","id":"b"},)"
                                R"("request":{"method":"PUT","url":"Basic/a"}})")),
            "the entry's PUT names another id than its resource has");
}

TEST(Parse, LeavesOutAndCountsWhatAServerSaidOfASearch) {
  const RecordBatch batch = read_whole(
      bundle_of(R"({"resource":{"resourceType":"OperationOutcome"},"search":{"mode":"outcome"}},)"
                R"({"resource":{"resourceType":"Basic","id":"a"},"search":{"mode":"match"}})"));
  EXPECT_EQ(batch.records.size(), 1u);
  EXPECT_EQ(batch.rejections.size(), 0u);
  EXPECT_EQ(batch.search_outcomes, 1u);
  EXPECT_EQ(batch.records.at(0).ordinal, 0u);
}

TEST(Parse, ExpandsABundleOnOneLine) {
  const std::string bundle =
      R"({"resourceType":"Bundle","type":"transaction","entry":[{"fullUrl":"urn:uuid:1","resource":)"
      R"({"resourceType":"Patient","id":"a"},"request":{"method":"PUT","url":"Patient/a"}},)"
      R"({"fullUrl":"urn:uuid:2"}]})";
  const RecordBatch batch =
      read_whole("\n" + bundle + "\n" + R"({"resourceType":"Patient","id":"c"})");
  ASSERT_EQ(batch.records.size(), 2u);
  const RecordView& record = batch.records[0];
  EXPECT_EQ(record.body, R"({"resourceType":"Patient","id":"a"})");
  EXPECT_TRUE(record.raw.starts_with(R"({"fullUrl")"));
  EXPECT_EQ(record.full_url, "urn:uuid:1");
  EXPECT_EQ(record.method, Method::kPut);
  EXPECT_EQ(record.bundle, 1u);
  EXPECT_EQ(record.line, 1u);
  EXPECT_EQ(batch.records[1].bundle, 0u);
  EXPECT_EQ(batch.records[1].ordinal, 2u);
  ASSERT_EQ(batch.rejections.size(), 1u);
  EXPECT_THAT(batch.rejections[0].reason.sentence(), HasSubstr("no resource"));
  ASSERT_EQ(batch.bundles.size(), 1u);
  EXPECT_EQ(batch.bundles[0].offset, 1u);
  EXPECT_EQ(batch.bundles[0].entries, 2u);
  EXPECT_TRUE(batch.bundles[0].complete);
}

TEST(Parse, FindsNoRecordInABundleWithoutEntries) {
  for (const char* const text :
       {R"({"resourceType":"Bundle","type":"batch"})", R"({"resourceType":"Bundle","entry":[]})",
        "{\n\"resourceType\":\"Bundle\"\n}"}) {
    const RecordBatch batch = read_whole(text);
    EXPECT_EQ(batch.record_count, 0u);
    EXPECT_EQ(batch.bundles.size(), 1u);
  }
}

TEST(Parse, TakesABundleInsideAnEntryForAResource) {
  const auto batch = read_one(
      R"({"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Bundle","id":"b","entry":[{}]}}]})");
  EXPECT_EQ(batch.records.at(0).type, core::kBundle);
}

TEST(Parse, KeepsReferencesOutsideOfTheResourceApart) {
  const auto batch = read_one(
      R"({"resourceType":"Bundle","entry":[{"link":[{"reference":"Patient/no"}],"resource":)"
      R"({"resourceType":"Claim","id":"c","patient":{"reference":"Patient/yes"}},"x":{"reference":"Patient/no"}}]})");
  const RecordView& record = batch.records.at(0);
  ASSERT_EQ(record.references, 1u);
  EXPECT_EQ(batch.references[record.first_reference].text(), "Patient/yes");
}

TEST(Parse, ReadsTheInterleavedWritersAsTheirFileSays) {
  const std::string path = FHIREHOSE_SHARED "/data/nasty/interleaved-writers.ndjson";
  std::FILE* const file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) GTEST_SKIP() << "no " << path;
  std::string text(1 << 20, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file));
  std::fclose(file);
  const RecordBatch batch = read_whole(text);
  ASSERT_EQ(batch.records.size(), 2u);
  ASSERT_EQ(batch.rejections.size(), 2u);
  EXPECT_EQ(batch.records[0].line, 0u);
  EXPECT_EQ(batch.records[1].line, 3u);
  EXPECT_EQ(batch.rejections[0].line, 1u);
  EXPECT_EQ(batch.rejections[1].line, 2u);
}

}  // namespace
}  // namespace fhirehose::record
