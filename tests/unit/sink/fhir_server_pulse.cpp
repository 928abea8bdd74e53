#include <string>

#include <gtest/gtest.h>

#include "fhir_records.hpp"
#include "sink/fhir/server_pulse.hpp"

namespace fhirehose::sink::fhir {
namespace {

using namespace std::chrono_literals;

constexpr Patience kAMinute{.total = 60s};
constexpr Clock::time_point kStart{};

TEST(ServerPulse, GoesAfterNothingButTroubleForTooLong) {
  ServerPulse pulse;
  EXPECT_FALSE(pulse.is_gone(kStart + 1h, kAMinute));
  pulse.troubled(kStart);
  pulse.troubled(kStart + 59s);
  EXPECT_FALSE(pulse.is_gone(kStart + 59s, kAMinute));
  EXPECT_TRUE(pulse.is_gone(kStart + 60s, kAMinute));
}

TEST(ServerPulse, CountsTroubleFromTheFirstAfterProgress) {
  const lane::Bundle bundle = PatientBundle({"a"}).bundle();
  ServerPulse pulse;
  pulse.troubled(kStart);
  pulse.loaded(1, bundle.entries[0]);
  EXPECT_FALSE(pulse.is_gone(kStart + 1h, kAMinute));
  pulse.troubled(kStart + 1h);
  EXPECT_FALSE(pulse.is_gone(kStart + 1h, kAMinute));
  pulse.spoke();
  EXPECT_FALSE(pulse.is_gone(kStart + 2h, kAMinute));
}

TEST(ServerPulse, CallsWhatItLoadedLastAsItsWitness) {
  ServerPulse pulse;
  EXPECT_FALSE(pulse.witness());
  for (const char* id : {"a", "b"}) {
    pulse.loaded(3, PatientBundle({id}).bundle().entries[0]);
  }
  EXPECT_EQ(pulse.loads(), 6U);
  const auto witness = pulse.witness();
  ASSERT_TRUE(witness);
  EXPECT_EQ(witness->entries.at(0).record().id, "b");
  EXPECT_EQ(witness->entries.at(0).record().body, R"({"resourceType":"Patient","id":"b"})");
}

TEST(ServerPulse, TheWitnessIsWhatWasSentNotWhatWasRead) {
  PatientBundle patients({"a"});
  const auto size = patients.batch().records[0].body.size();
  patients.batch().edits = {{size - 1, 0, R"(,"active":true)"}};
  patients.batch().records[0].edits = 1;
  ServerPulse pulse;
  pulse.loaded(1, patients.bundle().entries[0]);
  EXPECT_EQ(pulse.witness()->entries.at(0).record().body,
            R"({"resourceType":"Patient","id":"a","active":true})");
}

TEST(ServerPulse, NoLargeResourceIsAWitness) {
  PatientBundle patients({"a"});
  patients.batch().records[0].body = patients.batch().keep(std::string(1'000'000, ' '));
  ServerPulse pulse;
  pulse.loaded(1, patients.bundle().entries[0]);
  EXPECT_FALSE(pulse.witness());
}

}  // namespace
}  // namespace fhirehose::sink::fhir
