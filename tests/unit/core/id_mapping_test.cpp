#include "core/id_mapping.hpp"

#include <string>

#include <gtest/gtest.h>

#include "core/fhir_id.hpp"

namespace fhirehose::core {
namespace {

constexpr ResourceType kObservation = resource_type("Observation");

std::string mapped(const IdMapping& ids, std::string_view id, ResourceType type = kPatient) {
  std::string out;
  ids.append(type, id, out);
  return out;
}

TEST(IdMapping, KeepsEachIdUnlessToldOtherwise) {
  EXPECT_TRUE(IdMapping().keeps_all());
  EXPECT_EQ(mapped({}, "123"), "123");
  EXPECT_FALSE(IdMapping::lettered().keeps_all());
}

TEST(IdMapping, PutsThePrefixBeforeEachId) {
  EXPECT_EQ(mapped(IdMapping::prefixed("rb-"), "a.1"), "rb-a.1");
  EXPECT_EQ(mapped(IdMapping::prefixed("rb-"), "rb-a"), "rb-rb-a");
}

TEST(IdMapping, HasNoPlaceForAPrefixBeforeALongId) {
  const IdMapping ids = IdMapping::prefixed("rb-");
  EXPECT_TRUE(ids.fits(std::string(61, 'a')));
  EXPECT_FALSE(ids.fits(std::string(62, 'a')));
  EXPECT_TRUE(IdMapping::uuid("").fits(std::string(64, 'a')));
  EXPECT_TRUE(IdMapping::lettered().fits(std::string(64, 'a')));
  EXPECT_TRUE(IdMapping::lettered().fits(std::string(62, '1')));
  EXPECT_FALSE(IdMapping::lettered().fits(std::string(63, '1')));
}

// As Python's uuid.uuid5(uuid.NAMESPACE_URL, ...) makes them.
TEST(IdMapping, MakesTheUuidOfANameThatAnybodyCanMake) {
  EXPECT_EQ(mapped(IdMapping::uuid(""), "1"), "b367291d-ff0c-5477-af92-7c2b12e3925f");
  EXPECT_EQ(mapped(IdMapping::uuid("https://ehr.example/fhir"), "1"),
            "564ffb60-e42c-5ce3-84b1-c4d01fe4a170");
}

TEST(IdMapping, TellsTypesAndSystemsApartInAUuid) {
  EXPECT_NE(mapped(IdMapping::uuid("a"), "1"), mapped(IdMapping::uuid("b"), "1"));
  EXPECT_NE(mapped(IdMapping::uuid("a"), "1"), mapped(IdMapping::uuid("a"), "1", kObservation));
}

TEST(IdMapping, LettersIdsOfDigitsAndWhatTheyWouldMeet) {
  const IdMapping ids = IdMapping::lettered();
  EXPECT_EQ(mapped(ids, "123"), "n-123");
  EXPECT_EQ(mapped(ids, "n-123"), "n-n-123");
  EXPECT_EQ(mapped(ids, "n-n-0"), "n-n-n-0");
  for (const char* id : {"n123", "n-", "n-a", "n-1a", "1-n-1", "-1", "1.", "N-1"}) {
    EXPECT_EQ(mapped(ids, id), id);
  }
}

TEST(IdMapping, LeavesAloneWhatIsNoId) {
  for (const char* text : {"a_b", "", "1 2"}) {
    EXPECT_EQ(mapped(IdMapping::prefixed("x"), text), text);
    EXPECT_EQ(mapped(IdMapping::uuid("x"), text), text);
  }
}

}  // namespace
}  // namespace fhirehose::core
