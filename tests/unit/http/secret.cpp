#include "http/secret.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "asking.hpp"
#include "support/scratch_directory.hpp"
#include "support/variable.hpp"

namespace fhirehose::http {
namespace {

using testing::HasSubstr;
using testing::Not;
using tests::Variable;

constexpr const char* kVariable = "FHIREHOSE_TEST_SECRET";

class Secret : public testing::Test {
 protected:
  core::Result<std::string> read(std::string_view content) {
    write_text(file_, content);
    return read_secret({.file = file_});
  }
  tests::ScratchDirectory scratch_;
  const std::filesystem::path file_ = scratch_ / "secret";
};

TEST_F(Secret, LeavesTheEndOfItsLineOut) {
  EXPECT_EQ(read("sesame\n"), "sesame");
  EXPECT_EQ(read("sesame\r\n"), "sesame");
  EXPECT_EQ(read(" open sesame "), " open sesame ");
}

TEST_F(Secret, ThatCouldEndAHeaderIsRefusedWithoutBeingRepeated) {
  for (const char* content : {"sesame\nX-Admin: 1", "sesame\r\nX: 1\n", "ses\tame", "\x7Fsesame"}) {
    const auto secret = read(content);
    ASSERT_FALSE(secret);
    EXPECT_EQ(secret.error().kind, core::ErrorKind::kUsage);
    EXPECT_THAT(secret.error().message, HasSubstr(file_.string()));
    EXPECT_THAT(secret.error().message, Not(HasSubstr("sesame")));
  }
}

TEST_F(Secret, ThatIsMissingEmptyOrEndlessIsRefused) {
  EXPECT_FALSE(read_secret({.file = scratch_ / "none"}));
  EXPECT_FALSE(read_secret({.file = scratch_.path()}));
  EXPECT_FALSE(read_secret({.file = "/dev/zero"}));
  EXPECT_FALSE(read("\n"));
  EXPECT_FALSE(read(std::string(70'000, 'x')));
  EXPECT_FALSE(read_secret({.variable = kVariable}));
}

TEST_F(Secret, ComesFromTheEnvironmentWhereNoFileIsNamed) {
  const Variable variable(kVariable, "from the environment");
  EXPECT_EQ(read_secret({.variable = kVariable}), "from the environment");
  write_text(file_, "from the file");
  EXPECT_EQ(read_secret({.file = file_, .variable = kVariable}), "from the file");
}

TEST_F(Secret, KnowsWhetherItIsGiven) {
  EXPECT_FALSE(is_given({.variable = kVariable}));
  EXPECT_TRUE(is_given({.file = "x", .variable = kVariable}));
  const Variable variable(kVariable, "");
  EXPECT_TRUE(is_given({.variable = kVariable}));
}

TEST_F(Secret, KnowsWhoCanReadItsFile) {
  using std::filesystem::perms;
  write_text(file_, "x");
  std::filesystem::permissions(file_, perms::owner_read | perms::owner_write);
  EXPECT_FALSE(is_open_to_others(file_));
  std::filesystem::permissions(file_, perms::owner_read | perms::group_read);
  EXPECT_TRUE(is_open_to_others(file_));
  std::filesystem::permissions(file_, perms::owner_read | perms::others_read);
  EXPECT_TRUE(is_open_to_others(file_));
  EXPECT_FALSE(is_open_to_others(scratch_ / "none"));
}

}  // namespace
}  // namespace fhirehose::http
