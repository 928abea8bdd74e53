#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "fhir-target/body.hpp"
#include "fhir-target/bundle_frame.hpp"
#include "fhir-target/digest.hpp"
#include "fhir-target/entry_answer.hpp"
#include "fhir-target/entry_counter.hpp"
#include "fhir-target/gate.hpp"
#include "fhir-target/rules.hpp"
#include "fhir-target/store.hpp"

namespace fhirehose::target {

/// A request as far as FHIR goes. Views live as long as the call.
struct Request {
  Method method = Method::kGet;
  std::string_view
      url{};  ///< below the base, without a slash before it, with its query; empty: base
  std::string_view if_none_exist{};
  bool minimal = false;  ///< Prefer: return=minimal
  const Body* body = nullptr;
  Gate* gate = nullptr;  ///< null: nothing is in the way
};

struct Answer {
  int status = 200;
  std::string body{};
  std::string location{};     ///< below the base; empty: none
  std::uint32_t version = 0;  ///< for the ETag; 0: none
};

/// The FHIR R4 endpoint without its HTTP: a request in, an answer out. Thread-safe.
class Endpoint {
 public:
  explicit Endpoint(const Rules& rules) : rules_(rules), store_(rules) {}

  /// Whatever is asked below the base. Never throws on input.
  Answer handle(const Request& request);
  /// The state, as JSON.
  std::string digest() const;
  [[nodiscard]] const Rules& rules() const { return rules_; }
  /// In Mode::kCount what was counted.
  [[nodiscard]] StoreTally stored() const;
  [[nodiscard]] RequestTally asked() const;
  /// Empties the store and the counts.
  void reset();

 private:
  Answer route(const Request& request);
  /// POST to the base.
  Answer bundle(const Request& request);
  /// All that is about one resource or one type.
  Answer single(const Request& request);
  Answered<EntryAnswer> single_entry(const Request& request);
  Answered<std::vector<EntryAnswer>> execute(const Frame& frame);
  /// Does what the gate lets through; all, where there is none.
  Answered<std::vector<EntryAnswer>> pass(Gate* gate, const Frame& frame);
  Answered<EntryAnswer> pass_single(const Request& request, const Entry& entry);
  void count_refused(const std::vector<EntryAnswer>& answers);

  /// RequestTally while it grows: nothing is decided by them.
  struct Counters {
    std::atomic<std::uint64_t> requests = 0, refused_requests = 0, bundles = 0, entries = 0,
                               refused_entries = 0;
  };

  const Rules rules_;
  Store store_;
  EntryCounter counter_;  ///< in the store's place in Mode::kCount
  Counters asked_;
};

}  // namespace fhirehose::target
