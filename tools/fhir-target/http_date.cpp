#include "fhir-target/http_date.hpp"

#include <fmt/chrono.h>

namespace fhirehose::target {

std::string http_date(std::time_t time) {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(time));
}

}  // namespace fhirehose::target
