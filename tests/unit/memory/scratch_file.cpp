#include "memory/scratch_file.hpp"

#include <cstdlib>
#include <string>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace fhirehose::memory {
namespace {

TEST(ScratchFile, GivesBackWhatWasWrittenAtThatPlace) {
  const auto scratch = ScratchFile::make();
  ASSERT_TRUE(scratch);
  ASSERT_TRUE(scratch->write(std::string("behind"), 100'000));
  ASSERT_TRUE(scratch->write(std::string("front"), 0));
  std::string bytes(6, '\0');
  ASSERT_TRUE(scratch->read(bytes, 100'000));
  EXPECT_EQ(bytes, "behind");
}

TEST(ScratchFile, SaysThatItEndsBeforeWhatIsAskedFor) {
  const auto scratch = ScratchFile::make();
  ASSERT_TRUE(scratch);
  std::string bytes(1, '\0');
  const core::Status read = scratch->read(bytes, 0);
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().message.find("can't be read"), std::string::npos);
}

TEST(ScratchFile, HasNoNameAndIsForItsOwnerOnly) {
  const auto scratch = ScratchFile::make();
  ASSERT_TRUE(scratch);
  const int descriptor = scratch->duplicate();
  struct stat status {};
  ASSERT_EQ(::fstat(descriptor, &status), 0);
  ::close(descriptor);
  EXPECT_EQ(status.st_nlink, 0U);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST(ScratchFile, CanNotBeMadeInAFolderThatIsNotThere) {
  setenv("TMPDIR", "/nowhere", 1);
  const auto scratch = ScratchFile::make();
  unsetenv("TMPDIR");
  ASSERT_FALSE(scratch);
  EXPECT_NE(scratch.error().message.find("/nowhere"), std::string::npos);
}

}  // namespace
}  // namespace fhirehose::memory
