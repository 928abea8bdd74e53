#include "transform/drop_bad_last_updated.hpp"

#include <string>

#include <gtest/gtest.h>

#include "support/batch_builder.hpp"
#include "transform/tenant_label.hpp"

namespace fhirehose {
namespace {

std::string dropped(std::string_view json, bool label = false) {
  auto batch = tests::batch_of(json);
  transform::Chain chain;
  chain.push_back(std::make_unique<transform::DropBadLastUpdated>());
  if (label) chain.push_back(std::make_unique<transform::TenantLabel>("T", "S"));
  transform::apply(chain, batch);
  return tests::printed(batch);
}

TEST(DropBadLastUpdated, LeavesAnInstantAlone) {
  for (const std::string_view at : {"2020-01-07T03:02:28.000000Z", "2023-04-13T18:18:27-04:00"}) {
    const std::string text =
        R"({"resourceType":"Patient","meta":{"lastUpdated":")" + std::string(at) + R"("}})";
    EXPECT_EQ(dropped(text), text);
  }
}

TEST(DropBadLastUpdated, CutsOutWhatIsNone) {
  EXPECT_EQ(
      dropped(R"({"resourceType":"Basic","meta":{"lastUpdated":"x", "source":"s"},"id":"1"})"),
      R"({"resourceType":"Basic","meta":{"source":"s"},"id":"1"})");
  EXPECT_EQ(dropped(R"({"resourceType":"Basic","meta":{"source":"s", "lastUpdated":1 },"id":"1"})"),
            R"({"resourceType":"Basic","meta":{"source":"s" },"id":"1"})");
}

TEST(DropBadLastUpdated, LeavesNoEmptyMeta) {
  EXPECT_EQ(dropped(R"({"resourceType":"Basic","meta":{"lastUpdated":"x"},"id":"1"})"),
            R"({"resourceType":"Basic","id":"1"})");
  EXPECT_EQ(dropped(R"({"meta":{"lastUpdated":null}, "resourceType":"Basic"})"),
            R"({"resourceType":"Basic"})");
}

TEST(DropBadLastUpdated, TouchesNoOtherOfThatName) {
  const std::string text = R"({"resourceType":"Basic","contained":[{"resourceType":"Basic",)"
                           R"("meta":{"lastUpdated":"x"}}],"lastUpdated":"x"})";
  EXPECT_EQ(dropped(text), text);
}

TEST(DropBadLastUpdated, MakesRoomForALabel) {
  EXPECT_EQ(dropped(R"({"resourceType":"Basic","meta":{"lastUpdated":"x"}})", true),
            R"({"resourceType":"Basic","meta":{"security":[{"system":"S","code":"T"}]}})");
}

}  // namespace
}  // namespace fhirehose
