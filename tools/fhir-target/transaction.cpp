#include "fhir-target/transaction.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace fhirehose::target {
namespace {

Write write_to(Write::Kind kind, core::ResourceType type, std::string id) {
  Write write;
  write.kind = kind;
  write.type = type;
  write.key = core::key_of(type, id);
  write.id = std::move(id);
  return write;
}

std::string name_of(const Write& write) {
  return fmt::format("{}/{}", core::name_of(write.type), write.id);
}

bool stores(const Write& write) {
  return write.kind == Write::Kind::kCreate || write.kind == Write::Kind::kUpdate;
}

/// A resource is found by each of its identifiers with and without the system.
std::vector<core::ResourceKey> keys_of(const ResourceScan& resource, core::ResourceType type) {
  std::vector<core::ResourceKey> keys;
  keys.reserve(2 * resource.identifiers.size());
  std::string token;
  for (const Identifier& identifier : resource.identifiers) {
    token.assign(identifier.system).append("|").append(identifier.value);
    keys.push_back(identifier_key(type, token));
    keys.push_back(identifier_key(type, identifier.value));
  }
  std::ranges::sort(keys);
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

/// The id in the text becomes the one that it is stored under.
void set_id(const ResourceScan& resource, const std::string& id, Splices& splices) {
  if (resource.id == id) return;
  // Without an id it goes in front of the first member, which there is: the resourceType.
  if (resource.id.data() == nullptr) {
    splices.replace(1, 0, "\"id\":\"" + id + "\",");
  } else {
    const auto offset = static_cast<std::size_t>(resource.id.data() - resource.text.data());
    splices.replace(offset, resource.id.size(), id);
  }
}

}  // namespace

Answered<std::vector<Written>> Transaction::run(std::span<const Entry* const> entries) {
  writes_.reserve(entries.size());
  for (const Entry* entry : entries) {
    auto planned = plan(*entry);
    if (!planned) return tl::unexpected(std::move(planned.error()));
    writes_.push_back(std::move(*planned));
  }
  if (auto checked = check_twice(); !checked) return tl::unexpected(std::move(checked.error()));
  name_full_urls(entries);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    // A match of a conditional create keeps its own content.
    if (!stores(writes_[i])) continue;
    if (auto filled = fill(*entries[i]->resource, writes_[i]); !filled)
      return tl::unexpected(std::move(filled.error()));
  }
  return store_.commit(writes_);
}

Answered<Write> Transaction::plan(const Entry& entry) {
  const auto address = read_address(entry.url);
  if (!address) return tl::unexpected(address.error());
  if (entry.method == Method::kDelete) return plan_delete(*address);
  if (entry.method != Method::kPost && entry.method != Method::kPut)
    return refuse(400,
                  "HAPI-0547: Unable to handle verb in transaction: POST, PUT, DELETE and GET "
                  "are supported");
  if (!entry.resource) return refuse(400, "HAPI-0543: the entry has no resource to write");
  if (entry.resource->type != address->type)
    return refuse(400, "HAPI-0544: the resource is not of the type that the URL names");
  return entry.method == Method::kPost ? plan_post(entry, *address) : plan_put(*address);
}

Answered<Write> Transaction::plan_post(const Entry& entry, const Address& address) {
  if (!entry.if_none_exist.empty()) {
    // Written as `identifier=...`, but `Patient?identifier=...` is met as well.
    const std::size_t question = entry.if_none_exist.find('?');
    const std::size_t start = question == std::string_view::npos ? 0 : question + 1;
    return plan_conditional(address.type, entry.if_none_exist.substr(start),
                            Write::Kind::kExisting);
  }
  return write_to(Write::Kind::kCreate, address.type, store_.assign_id(address.type));
}

Answered<Write> Transaction::plan_put(const Address& address) {
  if (!address.query.empty())
    return plan_conditional(address.type, address.query, Write::Kind::kUpdate);
  if (address.id.empty())
    return refuse(400, "HAPI-0419: Can not update resource, the request URL has no ID");
  return write_to(Write::Kind::kUpdate, address.type, std::string(address.id));
}

Answered<Write> Transaction::plan_conditional(core::ResourceType type, std::string_view query,
                                              Write::Kind when_found) {
  const auto key = identifier_criterion(type, query);
  if (!key) return refuse(400, "HAPI-0957: a condition other than identifier= is not supported");
  const std::vector<std::string> found = store_.find(*key);
  if (found.size() > 1)
    return refuse(412, fmt::format("HAPI-0958: Failed to write {} with match URL because this "
                                   "search matched {} resources",
                                   core::name_of(type), found.size()));
  if (!found.empty()) return write_to(when_found, type, found.front());
  Write write = write_to(Write::Kind::kCreate, type, store_.assign_id(type));
  write.if_none_exists = key;
  return write;
}

Answered<Write> Transaction::plan_delete(const Address& address) {
  if (address.id.empty()) return refuse(400, "HAPI-0548: a DELETE needs a URL with an ID");
  return write_to(Write::Kind::kDelete, address.type, std::string(address.id));
}

Answered<void> Transaction::check_twice() const {
  std::vector<const Write*> by_key;
  by_key.reserve(writes_.size());
  // Two conditional creates may find the same resource: neither of them writes it.
  for (const Write& write : writes_)
    if (write.kind != Write::Kind::kExisting) by_key.push_back(&write);
  std::ranges::sort(by_key, {}, [](const Write* write) { return write->key; });
  const auto twice =
      std::ranges::adjacent_find(by_key, {}, [](const Write* write) { return write->key; });
  if (twice == by_key.end()) return {};
  return refuse(400, "HAPI-0535: Transaction bundle contains multiple resources with ID: " +
                         name_of(**twice));
}

void Transaction::name_full_urls(std::span<const Entry* const> entries) {
  full_urls_.reserve(entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i)
    if (!entries[i]->full_url.empty())
      full_urls_.emplace(entries[i]->full_url, name_of(writes_[i]));
}

Answered<void> Transaction::fill(const ResourceScan& resource, Write& write) const {
  Splices splices;
  set_id(resource, write.id, splices);
  const ReferenceResolver resolver(store_, rules_, full_urls_);
  if (auto resolved = resolver.resolve(resource, write, splices); !resolved) return resolved;
  write.text = splices.apply(resource.text);
  for (Target& target : write.targets) target.offset = splices.moved(target.offset);
  write.last_updated = resource.last_updated;
  write.version_id = resource.version_id;
  write.identifiers = keys_of(resource, write.type);
  write.hash = hash_of(write.type, write.key, write.text);
  return {};
}

}  // namespace fhirehose::target
