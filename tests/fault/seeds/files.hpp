#pragma once

#include <string>
#include <vector>

#include "draw.hpp"
#include "population.hpp"

namespace fhirehose::fault {

struct File {
  std::string name;
  std::string bytes;
};

/// Spreads the records over files in any order: lines, lines of Bundles, Bundles and arrays; plain,
/// in gzip, zstd and zip.
std::vector<File> draw_files(Draw& draw, Population population);

}  // namespace fhirehose::fault
