#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fhir-target/address.hpp"
#include "fhir-target/bundle_frame.hpp"
#include "fhir-target/reference_resolver.hpp"
#include "fhir-target/refusal.hpp"
#include "fhir-target/rules.hpp"
#include "fhir-target/store.hpp"
#include "fhir-target/write.hpp"

namespace fhirehose::target {

/// Does entries together: all or, with the first refusal, none. The order of the entries does not
/// matter (http://hl7.org/fhir/R4/http.html#trules). Used for one transaction, by one thread.
class Transaction {
 public:
  Transaction(Store& store, const Rules& rules) : store_(store), rules_(rules) {}

  /// POST, PUT and DELETE entries; the results are in their order.
  Answered<std::vector<Written>> run(std::span<const Entry* const> entries);

 private:
  /// Settles which resource the entry is about, before any content is looked at.
  Answered<Write> plan(const Entry& entry);
  Answered<Write> plan_post(const Entry& entry, const Address& address);
  Answered<Write> plan_put(const Address& address);
  /// One match is written to as `when_found`, none creates, several are refused.
  Answered<Write> plan_conditional(core::ResourceType type, std::string_view query,
                                   Write::Kind when_found);
  Answered<Write> plan_delete(const Address& address);
  /// HAPI-0535.
  [[nodiscard]] Answered<void> check_twice() const;
  void name_full_urls(std::span<const Entry* const> entries);
  /// Resolves, splices and hashes: what the write will store.
  [[nodiscard]] Answered<void> fill(const ResourceScan& resource, Write& write) const;

  Store& store_;
  const Rules& rules_;
  std::vector<Write> writes_;  ///< by entry, in their order
  FullUrls full_urls_;
};

}  // namespace fhirehose::target
