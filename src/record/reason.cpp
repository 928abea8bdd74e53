#include "record/reason.hpp"

#include <fmt/format.h>

namespace fhirehose::record {

Reason Reason::too_long(std::uint64_t offset, std::uint64_t max_record) {
  Reason reason;
  reason.number_ = offset;
  reason.limit_ = max_record;
  reason.kind_ = kTooLong;
  return reason;
}

std::string Reason::sentence() const {
  switch (kind_) {
    case kAtByte:
      return fmt::format("{}, at byte {}", what_, number_);
    case kTooLong:
      return fmt::format("the record at byte {} of its member exceeds the limit of {} bytes",
                         number_, limit_);
    case kConstant:
      break;
  }
  return what_;
}

}  // namespace fhirehose::record
