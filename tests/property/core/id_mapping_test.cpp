#include "core/id_mapping.hpp"

#include <map>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "core/fhir_id.hpp"

namespace fhirehose::core {
namespace {

/// Ids as like each other, and as like what mappings make of them, as can be: all short words of
/// few pieces, and random longer ones.
std::vector<std::string> similar_ids() {
  const std::vector<std::string> pieces{"n-", "n", "-", "1", "12", "0", "a", "."};
  std::vector<std::string> ids{""};
  for (std::size_t first = 0, round = 0; round < 4; ++round) {
    const std::size_t end = ids.size();
    for (; first < end; ++first) {
      for (const std::string& piece : pieces) ids.push_back(ids[first] + piece);
    }
  }
  std::mt19937 random(7);
  for (int i = 0; i < 2'000; ++i) {
    std::string id;
    while (id.size() < 60) id += pieces[random() % (i % 2 == 0 ? 4 : pieces.size())];
    ids.push_back(id);
  }
  return ids;
}

class EachMapping : public testing::TestWithParam<IdMapping> {};

TEST_P(EachMapping, GivesNoTwoIdsTheSameAndOnlyLegalOnes) {
  std::map<std::string, std::string> source_of;
  for (const std::string& id : similar_ids()) {
    if (!is_legal_id(id) || !GetParam().fits(id)) continue;
    std::string mapped;
    GetParam().append(kPatient, id, mapped);
    ASSERT_TRUE(is_legal_id(mapped)) << id << " becomes " << mapped;
    const auto [known, added] = source_of.emplace(mapped, id);
    ASSERT_TRUE(added || known->second == id)
        << id << " and " << known->second << " become " << mapped;
  }
  EXPECT_GT(source_of.size(), 4'000U);
}

TEST(LetteredIds, AreNeverOfDigitsOnly) {
  for (const std::string& id : similar_ids()) {
    std::string mapped;
    IdMapping::lettered().append(kPatient, id, mapped);
    EXPECT_FALSE(is_numeric_id(mapped)) << id;
  }
}

INSTANTIATE_TEST_SUITE_P(Mappings, EachMapping,
                         testing::Values(IdMapping(), IdMapping::prefixed("n-"),
                                         IdMapping::uuid("system"), IdMapping::lettered()));

}  // namespace
}  // namespace fhirehose::core
