#include "fhir-target/store.hpp"

#include <array>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fhirehose::target {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Write update(const std::string& id, const std::string& text,
             core::Microseconds last_updated = core::kNever) {
  Write write;
  write.type = core::kPatient;
  write.key = core::key_of(core::kPatient, id);
  write.id = id;
  write.text = text;
  write.last_updated = last_updated;
  write.hash = hash_of(core::kPatient, write.key, text);
  return write;
}

Written::Effect effect(Store& store, Write write) {
  return store.commit({&write, 1}).value().front().effect;
}

TEST(ContentHash, DoesNotDependOnOrder) {
  const ContentHash a{.high = 1, .low = ~0ULL};
  const ContentHash b{.high = 2, .low = 5};
  ContentHash one = a;
  one += b;
  ContentHash other = b;
  other += a;
  EXPECT_EQ(one, other);
  EXPECT_EQ(one.text(), "00000000000000040000000000000004");
  one -= b;
  EXPECT_EQ(one, a);
}

TEST(ContentHash, TellsSwappedContentsApart) {
  const auto hash = [](const char* id, const char* text) {
    return hash_of(core::kPatient, core::key_of(core::kPatient, id), text);
  };
  ContentHash straight = hash("1", "a");
  straight += hash("2", "b");
  ContentHash swapped = hash("1", "b");
  swapped += hash("2", "a");
  EXPECT_NE(straight, swapped);
}

TEST(Store, AnIdenticalUpdateMakesNoVersion) {
  Store store({});
  EXPECT_EQ(effect(store, update("1", "a")), Written::Effect::kCreated);
  EXPECT_EQ(effect(store, update("1", "a")), Written::Effect::kUnchanged);
  EXPECT_EQ(effect(store, update("1", "b")), Written::Effect::kUpdated);
  EXPECT_EQ(store.read(core::key_of(core::kPatient, "1"))->version, 2U);
  EXPECT_EQ(store.tally().versions_written, 2U);
  EXPECT_EQ(store.tally().unchanged, 1U);
}

TEST(Store, HashDependsOnWhatIsThereOnly) {
  Store one({});
  effect(one, update("1", "old"));
  effect(one, update("2", "b"));
  effect(one, update("1", "a"));
  Store other({});
  effect(other, update("1", "a"));
  effect(other, update("2", "b"));
  EXPECT_EQ(one.tally().hash, other.tally().hash);
}

TEST(Store, CountsAnOlderContentOverANewerOne) {
  Store store({});
  effect(store, update("1", "a", 20));
  effect(store, update("1", "b", 10));
  effect(store, update("1", "c", 30));
  effect(store, update("1", "without", core::kNever));
  EXPECT_EQ(store.tally().older_over_newer, 1U);
}

TEST(Store, VersionsTellTheOlderOfTwoContentsOfOneTime) {
  Store store({});
  const auto version = [](const char* text, std::uint64_t number) {
    Write write = update("1", text, 20);
    write.version_id = number;
    return write;
  };
  effect(store, version("a", 10));
  effect(store, version("b", 9));
  effect(store, version("c", 11));
  effect(store, version("without", 0));
  EXPECT_EQ(store.tally().older_over_newer, 1U);
}

TEST(Store, DeletingTakesEverythingBack) {
  Store store({});
  Write write = update("1", "a");
  write.identifiers = {core::key_of(core::kPatient, "token")};
  effect(store, write);
  EXPECT_THAT(store.find(core::key_of(core::kPatient, "token")), ElementsAre("1"));
  write.kind = Write::Kind::kDelete;
  EXPECT_EQ(effect(store, write), Written::Effect::kDeleted);
  EXPECT_EQ(store.tally().hash, ContentHash{});
  EXPECT_EQ(store.tally().total, 0U);
  EXPECT_TRUE(store.find(core::key_of(core::kPatient, "token")).empty());
}

TEST(Store, RefusesToDeleteWhatOthersReferToWhereReferencesAreEnforced) {
  for (const References references : {References::kEnforced, References::kOpen}) {
    Store store({.references = references});
    Write referring = update("2", "b");
    referring.targets = {{.key = core::key_of(core::kPatient, "1"), .offset = 0}};
    effect(store, update("1", "a"));
    effect(store, referring);
    Write removal = update("1", "");
    removal.kind = Write::Kind::kDelete;
    const auto refused = store.commit({&removal, 1});
    EXPECT_EQ(refused.has_value(), references == References::kOpen);
    if (!refused) {
      EXPECT_THAT(refused.error().diagnostics, HasSubstr("HAPI-0515"));
    }
    // Both together may go.
    Write other = update("2", "");
    other.kind = Write::Kind::kDelete;
    std::array<Write, 2> both = {removal, other};
    EXPECT_TRUE(store.commit(both));
    EXPECT_EQ(store.tally().total, 0U);
  }
}

TEST(Store, AnUpdateReplacesIdentifiers) {
  Store store({});
  Write write = update("1", "a");
  write.identifiers = {core::key_of(core::kPatient, "old")};
  effect(store, write);
  write = update("1", "b");
  write.identifiers = {core::key_of(core::kPatient, "new")};
  effect(store, write);
  EXPECT_TRUE(store.find(core::key_of(core::kPatient, "old")).empty());
  EXPECT_THAT(store.find(core::key_of(core::kPatient, "new")), ElementsAre("1"));
}

TEST(Store, ARefusedCommitChangesNothing) {
  Store store({});
  Write bad = update("2", R"({"subject":{"reference":"Patient/9"}})");
  bad.targets = {{core::key_of(core::kPatient, "9"), bad.text.find("Patient/9")}};
  std::array<Write, 2> writes = {update("1", "a"), bad};
  const auto done = store.commit(writes);
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().diagnostics,
            "HAPI-1094: Resource Patient/9 not found, specified in path: Patient.subject");
  EXPECT_EQ(store.tally().total, 0U);
}

TEST(Store, ATargetMayComeInTheSameCommit) {
  Store store({});
  Write first = update("2", "x");
  first.targets = {{core::key_of(core::kPatient, "1"), 0}};
  std::array<Write, 2> writes = {first, update("1", "a")};
  EXPECT_TRUE(store.commit(writes).has_value());
}

TEST(Store, ACreateLosesAgainstAnotherThatCameFirst) {
  Store store({});
  Write other = update("1", "a");
  other.identifiers = {core::key_of(core::kPatient, "token")};
  effect(store, other);
  Write late = update("2", "b");
  late.kind = Write::Kind::kCreate;
  late.if_none_exists = core::key_of(core::kPatient, "token");
  EXPECT_EQ(store.commit({&late, 1}).error().status, 409);
}

TEST(Store, AssignedIdsAreNew) {
  Store store({});
  effect(store, update("1", "a"));
  EXPECT_EQ(store.assign_id(core::kPatient), "2");
  EXPECT_EQ(store.assign_id(core::kPatient), "3");
}

TEST(Store, ThreadsAddUpToTheSameState) {
  const auto fill = [](Store& store, int first, int step) {
    for (int i = first; i < 400; i += step)
      effect(store, update(std::to_string(i), "text " + std::to_string(i)));
  };
  Store alone({});
  fill(alone, 0, 1);
  Store shared({});
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back([&, i] { fill(shared, i, 4); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(shared.tally().hash, alone.tally().hash);
  EXPECT_EQ(shared.tally().total, 400U);
}

TEST(Store, ResetForgetsEverything) {
  Store store({});
  effect(store, update("1", "a"));
  store.assign_id(core::kPatient);
  store.reset();
  EXPECT_EQ(store.tally().total, 0U);
  EXPECT_EQ(store.tally().versions_written, 0U);
  EXPECT_EQ(store.tally().hash, ContentHash{});
  EXPECT_EQ(store.assign_id(core::kPatient), "1");
}

}  // namespace
}  // namespace fhirehose::target
