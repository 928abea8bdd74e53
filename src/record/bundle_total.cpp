#include "record/bundle_total.hpp"

#include <simdjson.h>

namespace fhirehose::record {

std::optional<std::uint64_t> read_bundle_total(std::string& body) {
  namespace ondemand = simdjson::ondemand;
  body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
  const simdjson::padded_string_view padded(body.data(), body.size(), body.capacity());
  ondemand::parser parser;
  ondemand::document document;
  std::string_view type;
  std::uint64_t total = 0;
  if (parser.iterate(padded).get(document) != simdjson::SUCCESS ||
      document["resourceType"].get_string().get(type) != simdjson::SUCCESS || type != "Bundle" ||
      document["total"].get_uint64().get(total) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  return total;
}

}  // namespace fhirehose::record
