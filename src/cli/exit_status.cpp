#include "cli/exit_status.hpp"

namespace fhirehose::cli {

ExitStatus exit_status(const Report& report) {
  if (report.state == State::kStopped) return ExitStatus::kStopped;
  if (!report.total.conserved()) return ExitStatus::kNotConserved;
  if (report.total.rejected > 0 || may_lack_records(report.problems))
    return ExitStatus::kSomeRejected;
  return ExitStatus::kAllLoaded;
}

}  // namespace fhirehose::cli
