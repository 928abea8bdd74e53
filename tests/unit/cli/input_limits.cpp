#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/program.hpp"
#include "support/loading.hpp"
#include "support/scratch_directory.hpp"

namespace fhirehose::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using namespace tests;

constexpr const char* kPatient = "{\"resourceType\":\"Patient\",\"id\":\"a\"}\n";

/// A folder of two small members, one of them in a folder of its own.
class InputLimit : public testing::Test {
 protected:
  InputLimit() {
    std::filesystem::create_directories(scratch_ / "in" / "deep" / "deeper");
    write_file(scratch_ / "in" / "x.ndjson", kPatient);
    write_file(scratch_ / "in" / "deep" / "deeper" / "y.ndjson", kPatient);
  }

  /// Status, and all that was said.
  [[nodiscard]] std::pair<int, std::string> inspect(const char* option, const char* value) const {
    const std::string folder = (scratch_ / "in").string();
    const std::vector<const char*> words = {"fhirehose", "inspect", folder.c_str(), option, value};
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int status = run_program(static_cast<int>(words.size()), words.data());
    std::string said = testing::internal::GetCapturedStdout();
    said += testing::internal::GetCapturedStderr();
    return {status, said};
  }
  ScratchDirectory scratch_;
};

TEST_F(InputLimit, OnMembersIsAnOption) {
  EXPECT_EQ(inspect("--max-members", "2").first, 0);
  const auto [status, said] = inspect("--max-members", "1");
  EXPECT_EQ(status, 2);
  EXPECT_THAT(said, HasSubstr("members"));
}

TEST_F(InputLimit, OnDirectoriesInDirectoriesIsAnOption) {
  EXPECT_EQ(inspect("--max-depth", "2").first, 0);
  const auto [status, said] = inspect("--max-depth", "1");
  EXPECT_NE(status, 0);
  EXPECT_THAT(said, HasSubstr("deep"));
}

TEST_F(InputLimit, OnOneMembersBytesIsAnOption) {
  const auto [status, said] = inspect("--max-member", "10");
  EXPECT_EQ(status, 1);
  EXPECT_THAT(said, AllOf(HasSubstr("x.ndjson"), HasSubstr("y.ndjson"), HasSubstr("10 B")));
}

TEST_F(InputLimit, OnAllBytesIsAnOption) {
  const auto [status, said] = inspect("--max-total", "50");
  EXPECT_EQ(status, 2);
  EXPECT_THAT(said, HasSubstr("sum of all members"));
}

TEST_F(InputLimit, IsNeverNothing) {
  for (const char* option : {"--max-ratio", "--max-members", "--max-depth"})
    EXPECT_EQ(inspect(option, "0").first, 2) << option;
}

}  // namespace
}  // namespace fhirehose::cli
