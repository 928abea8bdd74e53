#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace fhirehose::bench {

/// What the benchmarks read: the files of FHIREHOSE_BENCH_DATA with that extension, one behind the
/// other, where the environment names a folder; else made-up resources of Synthea's shape.
inline std::string files_with(const std::string& extension) {
  const char* const folder = std::getenv("FHIREHOSE_BENCH_DATA");
  std::string text;
  if (folder == nullptr) return text;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
    if (file.path().extension() != extension) continue;
    std::ifstream in(file.path(), std::ios::binary);
    text.append(std::istreambuf_iterator<char>(in), {});
    if (!text.ends_with('\n')) text += '\n';
  }
  return text;
}

inline std::string observation(int number) {
  const std::string id = std::to_string(100'000 + number) + "-c8d3-a395-7aea-cfddf136a45a";
  return R"({"resourceType":"Observation","id":")" + id +
         R"(","meta":{"profile":["http://hl7.org/fhir/us/core/StructureDefinition/us-core-vital"]},)"
         R"("status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/)"
         R"(observation-category","code":"vital-signs","display":"Vital signs"}]}],"code":{"coding":[)"
         R"({"system":"http://loinc.org","code":"8302-2","display":"Body Height"}],"text":"Body Height"},)"
         R"("subject":{"reference":"Patient/)" +
         id + R"("},"encounter":{"reference":"Encounter/)" + id +
         R"("},"effectiveDateTime":"2012-04-08T04:12:03-04:00","issued":"2012-04-08T04:12:03.811-04:00",)"
         R"("valueQuantity":{"value":163.100,"unit":"cm","system":"http://unitsofmeasure.org","code":"cm"}})";
}

/// NDJSON of resources.
inline const std::string& lines() {
  static const std::string text = [] {
    std::string out = files_with(".ndjson");
    for (int i = 0; out.empty() || i % 50'000 != 0; ++i) out += observation(i) + "\n";
    return out;
  }();
  return text;
}

/// One Bundle or more, pretty-printed.
inline const std::string& bundles() {
  static const std::string text = [] {
    std::string out = files_with(".json");
    if (!out.empty()) return out;
    out = "{\n  \"resourceType\": \"Bundle\",\n  \"type\": \"batch\",\n  \"entry\": [";
    for (int i = 0; i < 50'000; ++i) {
      out += (i > 0 ? ", {\n    \"fullUrl\": \"urn:uuid:" : " {\n    \"fullUrl\": \"urn:uuid:") +
             std::to_string(i) + "\",\n    \"resource\": " + observation(i) + "\n  }";
    }
    return out + " ]\n}\n";
  }();
  return text;
}

}  // namespace fhirehose::bench
