#include "fhir-target/reader.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "fhir-target/address.hpp"
#include "fhir-target/reference.hpp"
#include "fhir-target/split_text.hpp"

namespace fhirehose::target {
namespace {

constexpr std::string_view kCount = "_summary=count";
constexpr std::string_view kId = "_id=";

/// The one parameter that selects; empty where there is none or several.
std::string_view criterion_of(std::string_view query) {
  std::vector<std::string_view> parameters = split(query, '&');
  std::erase_if(parameters, [](std::string_view parameter) {
    return parameter.starts_with("_format=") || parameter.starts_with("_pretty=");
  });
  return parameters.size() == 1 ? parameters.front() : std::string_view();
}

EntryAnswer count(const Store& store, core::ResourceType type) {
  return {.resource = fmt::format(R"({{"resourceType":"Bundle","type":"searchset","total":{}}})",
                                  store.tally().resources[core::index_of(type)])};
}

EntryAnswer searchset(const Store& store, core::ResourceType type,
                      const std::vector<std::string>& ids) {
  std::string entries;
  std::size_t total = 0;
  for (const std::string& id : ids) {
    const std::optional<Stored> stored = store.read(core::key_of(type, id));
    // Not found, or deleted since the search: a search answers what is there.
    if (!stored) continue;
    if (total++ > 0) entries += ',';
    entries.append("{\"resource\":").append(stored->text).append("}");
  }
  return {.resource = fmt::format(
              R"({{"resourceType":"Bundle","type":"searchset","total":{},"entry":[{}]}})", total,
              entries)};
}

Answered<EntryAnswer> search(const Store& store, const Address& address) {
  const std::string_view query = criterion_of(address.query);
  if (query == kCount) return count(store, address.type);
  if (query.starts_with(kId))
    return searchset(store, address.type, split(percent_decoded(query.substr(kId.size())), ','));
  if (const auto key = identifier_criterion(address.type, query))
    return searchset(store, address.type, store.find(*key));
  return refuse(400,
                "HAPI-0524: this search is not supported: _summary=count, _id= and "
                "identifier= are");
}

}  // namespace

Answered<EntryAnswer> read(const Store& store, std::string_view url) {
  const auto address = read_address(url);
  if (!address) return tl::unexpected(address.error());
  if (address->id.empty()) return search(store, *address);
  std::optional<Stored> stored = store.read(core::key_of(address->type, address->id));
  if (!stored)
    return refuse(404, fmt::format("HAPI-2001: Resource {}/{} is not known",
                                   core::name_of(address->type), address->id));
  EntryAnswer answer =
      answer_of(Written{Written::Effect::kUnchanged, stored->type, stored->id, stored->version});
  answer.resource = std::move(stored->text);
  return answer;
}

}  // namespace fhirehose::target
