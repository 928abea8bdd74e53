#pragma once

#include <random>
#include <string>

namespace fhirehose::tests {

/// Records of several types, with duplicates, bad lines, records without id, and sizes from bytes
/// to more than a window.
inline std::string made_input(std::mt19937& random) {
  std::string text;
  for (int i = 0; i < 400; ++i) {
    const std::string id = std::to_string(random() % 250);
    const std::string filler(random() % 20 == 0 ? 9'000 : random() % 300, 'x');
    switch (random() % 10) {
      case 0:
        text += "no json\n";
        break;
      case 1:
        text += R"({"resourceType":"Organization","name":")" + filler + "\"}\n";
        break;
      case 2:
        text += R"({"resourceType":"Patient","id":")" + id + R"(","language":")" + filler + "\"}\n";
        break;
      default:
        text += R"({"resourceType":"Observation","id":")" + id + R"(","meta":{"versionId":")" +
                std::to_string(random() % 4) + R"("},"valueString":")" + filler +
                R"(","subject":{"reference":"Patient/)" + id + "\"}}\n";
    }
  }
  return text;
}

}  // namespace fhirehose::tests
