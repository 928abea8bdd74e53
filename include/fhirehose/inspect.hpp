#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "fhirehose/load.hpp"
#include "fhirehose/options.hpp"
#include "fhirehose/report.hpp"

namespace fhirehose {

/// How many bytes the resources of a type have; duplicates are of them.
struct SizeSummary {
  std::uint64_t p50 = 0, p99 = 0;  ///< at most 1.6 % beside the true ones
  std::uint64_t max = 0;           ///< exact
};

/// References by where they point; each is counted once
/// (http://hl7.org/fhir/R4/references.html). One that has an identifier but no `reference` is none
/// of them.
struct ReferenceSummary {
  std::uint64_t present = 0;         ///< relative or absolute; that Type/id is in the input
  std::uint64_t missing = 0;         ///< relative or absolute; it is not
  std::uint64_t conditional = 0;     ///< `Practitioner?identifier=...`
  std::uint64_t contained = 0;       ///< `#id`
  std::uint64_t urn_resolved = 0;    ///< `urn:`, a fullUrl of the same Bundle
  std::uint64_t urn_unresolved = 0;  ///< `urn:`, and none
  std::uint64_t other = 0;           ///< a URL of no resource, an unknown type, free text
  std::map<std::string, std::uint64_t> missing_by_target;  ///< `missing`, by type of the target
};

/// What there is of one resource type.
struct TypeSummary {
  std::uint64_t resources = 0;  ///< accepted ones
  std::uint64_t duplicates = 0;
  std::uint64_t bytes = 0;
  std::uint64_t without_id = 0;        ///< get one from their content
  std::uint64_t numeric_ids = 0;       ///< HAPI refuses these from clients by default
  std::uint64_t illegal_ids = 0;       ///< records that are rejected for that
  std::vector<std::string> refers_to;  ///< types
  SizeSummary size;
  ReferenceSummary references;  ///< of resources of this type
};

/// What there is of one member of the input.
struct MemberSummary {
  std::string name;
  std::uint64_t stored_bytes = 0, bytes = 0, records = 0, rejected = 0;
};

/// A record that would become a dead letter; no resource content.
struct BadRecord {
  std::string member;
  std::uint64_t line = 0;            ///< from 1
  std::uint64_t begin = 0, end = 0;  ///< bytes in the member's decompressed text, half-open
  std::string reason;
};

/// What is in an input, as the first pass sees it.
struct Inspection {
  std::uint64_t read = 0, duplicate = 0, rejected = 0, bytes = 0;
  double seconds = 0;
  std::uint64_t peak_rss_bytes = 0;
  std::map<std::string, TypeSummary> types;
  ReferenceSummary references;  ///< of all types
  std::vector<MemberSummary> members;
  std::map<std::string, std::uint64_t> bundles;   ///< by Bundle.type
  std::map<std::string, std::uint64_t> requests;  ///< of their entries, accepted ones, by method
  std::uint64_t search_outcomes = 0;              ///< entries left out: they are no resources
  std::uint64_t bad_last_updated = 0;             ///< records whose meta.lastUpdated is no instant
  /// What is loaded one after the other into a server that checks references: `Device Encounter`.
  std::vector<std::string> order;
  std::vector<BadRecord> bad_records;  ///< the first 1,000
  std::vector<Problem> problems;
};

/// Reads all of the input and sends nothing. Refused when a source can't be opened.
std::variant<Inspection, Refused> inspect(const InputOptions& options, Progress& progress);

/// One JSON object, one line, no line feed at its end.
std::string to_json(const Inspection& inspection);

}  // namespace fhirehose
