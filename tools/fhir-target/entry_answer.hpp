#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "fhir-target/refusal.hpp"
#include "fhir-target/write.hpp"

namespace fhirehose::target {

/// What one entry is answered
/// (http://hl7.org/fhir/R4/bundle-definitions.html#Bundle.entry.response).
struct EntryAnswer {
  int status = 200;
  std::string location{};     ///< `Patient/1/_history/1`; empty: none
  std::uint32_t version = 0;  ///< for the ETag; 0: none
  std::string resource{};     ///< what was read
  std::string outcome{};      ///< an OperationOutcome
};

/// `201 Created`; empty for a status that this server never gives.
std::string_view status_line(int status);

EntryAnswer answer_of(const Written& written);
EntryAnswer answer_of(const Refusal& refusal);

/// Appends it as an element of Bundle.entry.
void append_entry(std::string& out, const EntryAnswer& answer);

}  // namespace fhirehose::target
