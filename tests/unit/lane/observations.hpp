#pragma once

#include <numeric>
#include <string>
#include <vector>

#include "lane/route.hpp"
#include "support/parsed.hpp"

namespace fhirehose::lane {

inline record::BatchHandle observations(int count, const std::string& patient = "p",
                                        const memory::ChunkOrigin& origin = {}) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    text += R"({"resourceType":"Observation","id":")" + std::to_string(i) +
            R"(","subject":{"reference":"Patient/)" + patient + "\"}}\n";
  }
  return tests::parsed(text, origin);
}

/// Resources that belong to no patient.
inline record::BatchHandle organizations(int count) {
  std::string text;
  for (int i = 0; i < count; ++i)
    text += R"({"resourceType":"Organization","id":")" + std::to_string(i) + "\"}\n";
  return tests::parsed(text);
}

inline std::vector<std::uint32_t> all_rows(const record::BatchHandle& batch) {
  std::vector<std::uint32_t> rows(batch->records.size());
  std::iota(rows.begin(), rows.end(), 0U);
  return rows;
}

inline Dealt dealt(const record::BatchHandle& batch, std::uint32_t lanes) {
  return route(batch, all_rows(batch), lanes);
}

}  // namespace fhirehose::lane
