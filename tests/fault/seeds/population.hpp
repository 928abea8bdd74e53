#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "draw.hpp"

namespace fhirehose::fault {

/// What the server that a population is loaded into insists on.
struct Strictness {
  bool references = true;   ///< a reference's target must be there
  bool numeric_ids = true;  ///< an id of digits only is refused
};

/// Sums that a load must come to, known from the making of its input.
struct Sums {
  std::uint64_t read = 0, loaded = 0, duplicate = 0, rejected = 0;
  std::uint64_t deleted = 0;  ///< of `loaded`, DELETEs, which leave nothing behind
  std::map<std::string, std::uint64_t> loaded_of_type;
};

/// Records of patients, providers and what happened to them, of which some are spoiled. Each is a
/// text of one line.
struct Population {
  std::vector<std::string> loose;                      ///< resources
  std::vector<std::string> broken;                     ///< lines that are none
  std::vector<std::vector<std::string>> transactions;  ///< entries of Bundles that belong together
  Sums sums;
};

Population draw_population(Draw& draw, const Strictness& server);

}  // namespace fhirehose::fault
