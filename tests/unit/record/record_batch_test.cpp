#include "record/record_batch.hpp"

#include <gtest/gtest.h>

#include "support/parsed.hpp"

namespace fhirehose::record {
namespace {

TEST(RecordBatch, FootprintGrowsWithRecordsReferencesAndKeptTexts) {
  const auto one = tests::parsed(R"({"resourceType":"Patient","id":"a"})"
                                 "\n");
  const auto two =
      tests::parsed(R"({"resourceType":"Patient","id":"a"})"
                    "\n"
                    R"({"resourceType":"Encounter","id":"e","subject":{"reference":"Patient/a"}})"
                    "\n");
  EXPECT_GE(footprint(*one), sizeof(RecordBatch) + sizeof(RecordView));
  EXPECT_GE(footprint(*two), sizeof(RecordBatch) + 2 * sizeof(RecordView) + sizeof(Reference));
  EXPECT_GT(footprint(*two), footprint(*one));
  const std::size_t before = footprint(*two);
  two->keep(std::string(10'000, 'x'));
  EXPECT_GE(footprint(*two), before + 10'000);
}

TEST(RecordBatch, EditedSizeIsTheLengthOfTheEditedText) {
  const auto batch = tests::parsed(R"({"resourceType":"Patient","active":true})"
                                   "\n");
  const RecordView& record = batch->records[0];
  ASSERT_GT(record.edits, 0U) << "the derived id is an edit";
  EXPECT_EQ(edited_size(*batch, record), edited_text(*batch, record).size());
  EXPECT_GT(edited_size(*batch, record), record.body.size());
}

}  // namespace
}  // namespace fhirehose::record
