#include "transform/map_id.hpp"

#include <string>

#include <gtest/gtest.h>

#include "support/batch_builder.hpp"
#include "transform/tenant_label.hpp"
#include "unit/record/reading.hpp"

namespace fhirehose {
namespace {

std::string mapped(record::RecordBatch batch) {
  transform::Chain chain;
  chain.push_back(std::make_unique<transform::MapId>(core::IdMapping::prefixed("x-")));
  transform::apply(chain, batch);
  return tests::printed(batch);
}

TEST(MapId, ReplacesTheResourcesOwnId) {
  EXPECT_EQ(mapped(record::test::read_whole(
                R"({"resourceType":"Claim","contained":[{"resourceType":"Patient","id":"a"}],)"
                R"( "id" : "a" ,"item":[{"id":"a"}]})")),
            R"({"resourceType":"Claim","contained":[{"resourceType":"Patient","id":"a"}],)"
            R"( "id" : "x-a" ,"item":[{"id":"a"}]})");
}

TEST(MapId, UnderstandsEscapes) {
  EXPECT_EQ(mapped(record::test::read_whole(
                R"({"resourceType":"Patient","x":{"id":"q"},"\u0069d":"\u0061"})")),
            R"({"resourceType":"Patient","x":{"id":"q"},"\u0069d":"x-a"})");
}

TEST(MapId, InsertsAnIdWhereThereIsNone) {
  auto batch = tests::batch_of(R"({"resourceType":"Patient","x":1})");
  batch.records[0].id = "made";
  EXPECT_EQ(mapped(std::move(batch)), R"({"id":"x-made","resourceType":"Patient","x":1})");
}

TEST(MapId, TakesThePlaceOfTheIdThatParseDerived) {
  auto batch = record::test::read_whole(R"({"resourceType":"Patient","x":1})");
  const std::string id(batch.records.at(0).id);
  EXPECT_EQ(mapped(std::move(batch)), R"({"id":"x-)" + id + R"(","resourceType":"Patient","x":1})");
}

TEST(MapId, ChangesNothingWhereTheIdStays) {
  auto batch = record::test::read_whole(R"({"resourceType":"Patient","id":"a"})");
  transform::Chain chain;
  chain.push_back(std::make_unique<transform::MapId>(core::IdMapping::lettered()));
  transform::apply(chain, batch);
  EXPECT_EQ(batch.records[0].edits, 0U);
}

TEST(MapId, GoesTogetherWithALabel) {
  auto batch = record::test::read_whole(R"({"resourceType":"Patient","x":1})");
  const std::string id(batch.records.at(0).id);
  transform::Chain chain;
  chain.push_back(std::make_unique<transform::MapId>(core::IdMapping::prefixed("x-")));
  chain.push_back(std::make_unique<transform::TenantLabel>("T", "S"));
  transform::apply(chain, batch);
  EXPECT_EQ(
      tests::printed(batch),
      R"({"id":"x-)" + id +
          R"(","resourceType":"Patient","meta":{"security":[{"system":"S","code":"T"}]},"x":1})");
}

}  // namespace
}  // namespace fhirehose
