#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "source/catalog.hpp"

namespace fhirehose::source::testing {

/// All that a reader gave, and the error that ended it, if one did.
struct Delivered {
  std::string bytes;
  std::string error;
};

/// Reads to the end, `window` bytes at a time.
inline Delivered read_all(MemberReader& reader, std::size_t window = 1 << 20) {
  Delivered all;
  std::string buffer(window, '\0');
  while (true) {
    const auto got = reader.read(buffer);
    if (!got) all.error = got.error().message;
    if (!got || *got == 0) return all;
    all.bytes.append(buffer, 0, *got);
  }
}

inline Delivered read_member(const Catalog& catalog, std::size_t index,
                             std::size_t window = 1 << 20) {
  const auto reader = catalog.open_member(index);
  return reader ? read_all(**reader, window) : Delivered{{}, reader.error().message};
}

inline std::vector<std::string> names_of(const Catalog& catalog) {
  std::vector<std::string> names;
  for (const Member& member : catalog.members()) names.push_back(member.name);
  return names;
}

/// A folder of the test's own, gone after it; it is the working directory, so that names are short.
class Scratch : public ::testing::Test {
 protected:
  Scratch() : before_(std::filesystem::current_path()) {
    std::string pattern = ::testing::TempDir() + "fhirehose-source-XXXXXX";
    folder_ = mkdtemp(pattern.data());
    std::filesystem::current_path(folder_);
  }
  ~Scratch() override {
    std::filesystem::current_path(before_);
    std::filesystem::remove_all(folder_);
  }

  static void write(const std::filesystem::path& path, std::string_view content) {
    if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path());
    // ext4 waits for the disk when a file is overwritten, not when a new one is made.
    std::filesystem::remove(path);
    std::ofstream(path, std::ios::binary) << content;
  }

  static core::Result<Catalog> open(const std::vector<std::filesystem::path>& paths,
                                    const Limits& limits = {}) {
    return Catalog::open(paths, limits);
  }

  /// The only member of a file with that content.
  static Delivered through(std::string_view content, std::size_t window = 1 << 20) {
    write("through", content);
    const auto catalog = open({"through"});
    if (!catalog) return {{}, catalog.error().message};
    if (catalog->members().empty()) return {{}, catalog->problems().at(0).what};
    return read_member(*catalog, 0, window);
  }

  /// Of content that may be damaged: as much in each window, and the same sentence.
  static void expect_the_same_in_all_windows(std::string_view content) {
    const Delivered expected = through(content);
    for (const std::size_t window : {1'000U, 65'536U, 70'001U, 500'000U}) {
      const Delivered found = through(content, window);
      EXPECT_TRUE(found.bytes == expected.bytes)
          << window << ": " << found.bytes.size() << " of " << expected.bytes.size();
      EXPECT_EQ(found.error, expected.error) << window;
    }
  }

  static std::string with_a_bit_turned(std::string content, std::size_t place) {
    content[place] = static_cast<char>(content[place] ^ (1 << (place % 8)));
    return content;
  }

 private:
  const std::filesystem::path before_;
  std::filesystem::path folder_;
};

}  // namespace fhirehose::source::testing
