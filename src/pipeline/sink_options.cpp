#include "pipeline/sink_options.hpp"

namespace fhirehose::pipeline {

sink::SinkOptions sink_options(const LoadOptions& options, const std::stop_token& stop) {
  sink::SinkOptions wishes;
  wishes.concurrency = options.concurrency;
  wishes.batch = options.batch;
  wishes.fhir.access = options.access;
  wishes.fhir.profile = options.profile;
  wishes.fhir.patience.max_attempts = options.endurance.attempts;
  wishes.fhir.patience.total = options.endurance.patience;
  wishes.fhir.patience.base = options.endurance.backoff;
  wishes.fhir.patience.cap = options.endurance.longest_backoff;
  wishes.fhir.patience.longest_retry_after = options.endurance.longest_retry_after;
  wishes.fhir.request_timeout = options.endurance.timeout;
  wishes.fhir.stop = stop;
  return wishes;
}

}  // namespace fhirehose::pipeline
