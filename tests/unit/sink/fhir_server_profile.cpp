#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fhir_loader.hpp"
#include "sink/fhir/server_profile.hpp"

namespace fhirehose::sink::fhir {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using tests::Received;
using tests::Reply;
using tests::ScriptedServer;

std::string_view name_for(const record::Capabilities& capabilities) {
  return recognize(capabilities).name;
}

TEST(ServerProfile, IsRecognizedByWhatTheServerSaysOfItself) {
  EXPECT_EQ(name_for({.software = "HAPI FHIR Server"}), "hapi");
  EXPECT_EQ(name_for({.software = "Blaze"}), "blaze");
  EXPECT_EQ(name_for({.software = "medplum"}), "medplum");
  EXPECT_EQ(name_for({.publisher = "Medplum, Inc."}), "medplum");
  EXPECT_EQ(name_for({.software = "Microsoft FHIR Server"}), "microsoft");
  EXPECT_EQ(name_for({.software = "Azure API for FHIR"}), "microsoft");
  EXPECT_EQ(name_for({.software = "Firely Server"}), "firely");
  EXPECT_EQ(name_for({.software = "Vonk FHIR Server"}), "firely");
}

TEST(ServerProfile, OfAServerThatSaysNothingIsGeneric) {
  EXPECT_EQ(name_for({}), "generic");
  EXPECT_EQ(name_for({.software = "My HAPI", .publisher = "me"}), "generic");
}

TEST(ServerProfile, OfFhirTargetIsThatOfTheServerWhoseRulesItHas) {
  EXPECT_EQ(name_for({.software = "fhir-target",
                      .implementation = "references open, numeric ids allowed"}),
            "generic");
  EXPECT_EQ(name_for({.software = "fhir-target",
                      .implementation = "references enforced, numeric ids refused"}),
            "hapi");
}

TEST(ServerProfile, IsFoundByItsName) {
  for (const ServerProfile& profile : kServerProfiles) {
    EXPECT_EQ(find_profile(profile.name), &profile);
  }
  EXPECT_EQ(find_profile("HAPI"), nullptr);
  EXPECT_EQ(profile_names(), "hapi, blaze, medplum, microsoft, firely, generic");
}

TEST(ServerProfile, LimitsBundlesToWhatTheServerTakes) {
  const ScriptedServer server(
      [](const Received&) { return capabilities(R"({"name":"Firely Server","version":"6.1"})"); });
  FhirSink sink({.url = server.url(), .batch = 1'000});
  const auto traits = sink.open();
  ASSERT_TRUE(traits);
  EXPECT_EQ(traits->profile, "firely");
  EXPECT_EQ(sink.tempo().pace.entries, 150U);
  EXPECT_EQ(traits->atomic_entries, 150U);
  EXPECT_EQ(traits->atomic_bytes, 5 * core::kMiB);
  EXPECT_FALSE(traits->refuses_numeric_ids);
}

TEST(ServerProfile, IsOverriddenByName) {
  const ScriptedServer server(
      [](const Received&) { return capabilities(R"({"name":"HAPI FHIR Server"})"); });
  FhirSink sink({.url = server.url(), .profile = "generic"});
  const auto traits = sink.open();
  ASSERT_TRUE(traits);
  EXPECT_EQ(traits->name, "HAPI FHIR Server");
  EXPECT_EQ(traits->profile, "generic");
  EXPECT_FALSE(traits->refuses_numeric_ids);
}

TEST(ServerProfile, ThatThereIsNotEndsBeforeTheServerIsReached) {
  const ScriptedServer server([](const Received&) { return Reply{}; });
  FhirSink sink({.url = server.url(), .profile = "happy"});
  const auto traits = sink.open();
  ASSERT_FALSE(traits);
  EXPECT_EQ(traits.error().kind, core::ErrorKind::kUsage);
  EXPECT_EQ(traits.error().message,
            "there is no server profile happy; there are hapi, blaze, medplum, microsoft, firely, "
            "generic");
  EXPECT_THAT(server.received(), IsEmpty());
}

TEST(ServerProfile, DecidesWhetherRecordsGoAsTransactionOrBatch) {
  const auto type_sent = [](const std::string& profile) {
    Loader loader(all_loaded, {.profile = profile});
    loader.load({{"a", "b"}});
    return nlohmann::json::parse(loader.posts().at(0).body).at("type").get<std::string>();
  };
  EXPECT_EQ(type_sent("hapi"), "transaction");
  EXPECT_EQ(type_sent("medplum"), "batch");
}

TEST(ServerProfile, SpellsTheAddressThatBundlesGoTo) {
  Loader loader(all_loaded, {.profile = "hapi"});
  loader.load({{"a"}});
  EXPECT_THAT(loader.posts().at(0).target, HasSubstr("?_pretty=false"));
}

}  // namespace
}  // namespace fhirehose::sink::fhir
