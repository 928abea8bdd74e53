#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "lane/bundle.hpp"

namespace fhirehose::lane {

/// Puts transactions that are kept whole together from their parts, which come in any order. One
/// thread at a time.
class Gathering {
 public:
  /// The transaction, once each of its entries is accounted for; nothing where none of them is to
  /// be sent.
  std::optional<Bundle> add(const AtomicPart& part);
  /// No more parts will come: those that are not whole, as they are.
  std::vector<Bundle> finish();

 private:
  struct Open {
    Bundle bundle;
    std::uint32_t entries = 0;  ///< of the source's Bundle, accounted for so far
  };
  static std::optional<Bundle> close(Open open);

  std::map<AtomicName, Open> open_;
};

}  // namespace fhirehose::lane
