#pragma once

#include "lane/pace.hpp"
#include "sink/fhir/fhir_options.hpp"

namespace fhirehose::sink::fhir {

/// Where a Pacer begins and between what it may choose; what may not vary has one value.
struct PaceLimits {
  lane::Pace start{.in_flight = 2, .entries = 100};
  lane::Pace least{.in_flight = 1, .entries = 10};
  lane::Pace most{.in_flight = 128, .entries = 1'000};
};

/// What was asked for is fixed.
inline PaceLimits pace_limits(const FhirOptions& options) {
  PaceLimits limits;
  for (lane::Pace* const pace : {&limits.start, &limits.least, &limits.most}) {
    pace->in_flight = options.concurrency.value_or(pace->in_flight);
    pace->entries = options.batch.value_or(pace->entries);
  }
  return limits;
}

}  // namespace fhirehose::sink::fhir
