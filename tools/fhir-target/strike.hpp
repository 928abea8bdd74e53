#pragma once

#include <httplib.h>

#include "fhir-target/connection_stream.hpp"
#include "fhir-target/misconduct.hpp"

namespace fhirehose::target {

/// Does to an answer, or to the connection that it goes over, what the fault says. `response` is
/// the good answer where the fault comes after the work, and an empty one before.
void strike(const Fate& fate, httplib::Response& response, ConnectionStream& connection);

}  // namespace fhirehose::target
