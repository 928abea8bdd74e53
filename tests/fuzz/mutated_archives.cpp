#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

#include "fuzz/target.hpp"
#include "unit/source/compressed.hpp"
#include "unit/source/zip_builder.hpp"

namespace fhirehose::fuzz {
namespace {

using source::testing::ZipMember;

/// Made of a seed and nothing else, so that a number is enough to see a finding again.
class ArchiveMaker {
 public:
  explicit ArchiveMaker(std::uint32_t seed) : random_(seed) {}

  std::string mutated() {
    std::string archive = whole();
    if (chance(5)) return archive;
    for (std::size_t left = 1 + below(4); left > 0 && !archive.empty(); --left) mutate(archive);
    return archive;
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }
  bool chance(std::size_t one_in) { return below(one_in) == 0; }

  std::string whole() {
    switch (below(6)) {
      case 0:
        return framed(source::testing::gzipped);
      case 1:
        return framed(source::testing::zstd_frame);
      case 2:
        return content();
      default:
        return zip();
    }
  }

  /// One to three streams behind each other.
  std::string framed(std::string (*compress)(std::string_view)) {
    std::string out;
    for (std::size_t left = 1 + below(3); left > 0; --left) out += compress(content());
    return out;
  }

  std::string zip() {
    std::vector<ZipMember> members;
    for (std::size_t left = 1 + below(4); left > 0; --left)
      members.push_back(member(members.size()));
    const std::string prefix = chance(10) ? "#!/bin/sh\nexit\n" : "";
    return prefix + source::testing::build_zip(members, chance(4)
                                                            ? source::testing::ZipStyle::kZip64
                                                            : source::testing::ZipStyle::kClassic);
  }

  ZipMember member(std::size_t earlier) {
    ZipMember member;
    member.name = chance(12) ? "../up.ndjson" : "m" + std::to_string(below(6)) + ".ndjson";
    member.content = content();
    if (chance(8)) member.content = source::testing::gzipped(member.content);
    if (chance(20)) member.content = source::testing::build_zip({{.name = "in", .content = "{}"}});
    if (chance(4)) member.method = 0;
    if (chance(20)) member.method = static_cast<std::uint16_t>(below(20));
    if (chance(20)) member.flags = static_cast<std::uint16_t>(below(16));
    if (chance(15)) member.crc = static_cast<std::uint32_t>(random_());
    if (chance(15)) member.bytes = below(2 * member.content.size() + 2);
    if (earlier > 0 && chance(20)) member.shares = below(earlier);
    return member;
  }

  std::string content() {
    std::string text = chance(3) ? bundle() : lines();
    if (chance(4)) mutate(text);
    return text;
  }

  /// Of all kinds; or, from kFirstRemembered on, of those that the load does not parse again.
  std::string resource(std::size_t from = 0) {
    const std::string id = std::to_string(below(30));
    const std::string filler(chance(15) ? 6'000 : below(200), 'x');
    switch (from + below(6 - from)) {
      case 0:
        return R"({"resourceType":"Organization","name":")" + filler + "\"}";
      case 1:
        return R"({"resourceType":"Nonsense","id":")" + id + "\"}";
      case 2:
        return R"({"resourceType":"ExplanationOfBenefit","id":")" + id +
               R"(","insurance":[{"coverage":{"reference":"Coverage/1"}}]})";
      case 3:
        return R"({"resourceType":"Patient","id":")" + id + R"(","language":")" + filler + "\"}";
      default:
        return R"({"resourceType":"Observation","id":")" + id + R"(","meta":{"versionId":")" +
               std::to_string(below(4)) + R"("},"valueString":")" + filler +
               R"(","subject":{"reference":"Patient/)" + id + "\"}}";
    }
  }

  std::string lines() {
    std::string text;
    const std::size_t from = chance(3) ? kFirstRemembered : 0;
    for (std::size_t left = below(40); left > 0; --left)
      text += resource(from) + (chance(9) ? "\r\n" : "\n");
    return text;
  }

  std::string bundle() {
    const std::size_t from = chance(3) ? kFirstRemembered : 0;
    const std::string gap = chance(2) ? "\n  " : "";
    std::string text = "{" + gap + R"("resourceType":"Bundle",)" + gap +
                       (chance(2) ? R"("type":"transaction",)" : R"("type":"collection",)") + gap +
                       R"("entry":[)";
    for (std::size_t left = below(12); left > 0; --left) {
      text += gap + R"({"fullUrl":"urn:uuid:)" + std::to_string(below(30)) + R"(","resource":)" +
              resource(from) + "}" + (left > 1 ? "," : "");
    }
    return text + gap + "]}";
  }

  /// One change: a byte, a bit, a piece cut out, doubled or moved, the end cut off.
  void mutate(std::string& text) {
    if (text.empty()) return;
    const std::size_t at = below(text.size());
    const std::size_t size = 1 + below(std::min<std::size_t>(text.size() - at, 64));
    switch (below(7)) {
      case 0:
        text[at] = static_cast<char>(random_());
        break;
      case 1:
        text[at] = static_cast<char>(text[at] ^ (1 << below(8)));
        break;
      case 2:
        text.erase(at, size);
        break;
      case 3:
        text.insert(at, text.substr(at, size));
        break;
      case 4:
        text.insert(below(text.size()), text.substr(at, size));
        break;
      case 5:
        text.resize(at);
        break;
      default:
        mutate_near_the_end(text);
    }
  }

  /// Where a zip keeps its directory.
  void mutate_near_the_end(std::string& text) {
    const std::size_t reach = std::min<std::size_t>(text.size(), 120);
    text[text.size() - 1 - below(reach)] = static_cast<char>(chance(2) ? 0xFF : random_());
  }

  static constexpr std::size_t kFirstRemembered = 2;

  std::mt19937 random_;
};

char last_words[64] = "";

void say_and_end(int) {
  const auto written = write(STDERR_FILENO, last_words, std::strlen(last_words));
  _exit(written > 0 ? 3 : 4);
}

struct Wanted {
  std::uint32_t first = 0;
  std::uint32_t count = 1'000;
  unsigned patience = 5;       ///< seconds for one archive
  const char* keep = nullptr;  ///< where the first of them is written to
};

Wanted wanted(int count, char** arguments) {
  Wanted wanted;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string_view name = arguments[i];
    const auto value = static_cast<std::uint32_t>(std::strtoul(arguments[i + 1], nullptr, 10));
    if (name == "--first") wanted.first = value;
    if (name == "--count") wanted.count = value;
    if (name == "--patience") wanted.patience = value;
    if (name == "--keep") wanted.keep = arguments[i + 1];
  }
  return wanted;
}

}  // namespace
}  // namespace fhirehose::fuzz

/// Loads `--count` archives, each mutated by its number, from `--first` on. A crash or a broken
/// count aborts; `--patience` seconds for one of them end it too; `--keep FILE`
/// writes the first to FILE. The last line names the archive.
int main(int count, char** arguments) {
  using namespace fhirehose::fuzz;
  const Wanted run = wanted(count, arguments);
  std::signal(SIGALRM, say_and_end);
  if (run.keep != nullptr) std::ofstream(run.keep) << ArchiveMaker(run.first).mutated();
  for (std::uint32_t seed = run.first; seed < run.first + run.count; ++seed) {
    std::snprintf(last_words, sizeof last_words, "archive %u takes too long\n", seed);
    std::printf("archive %u\r", seed);
    std::fflush(stdout);
    alarm(run.patience);
    run_one(ArchiveMaker(seed).mutated());
    alarm(0);
  }
  std::printf("%u archives\n", run.count);
}
