#pragma once

#include <string_view>

namespace fhirehose::core {

/// A place where a test has the process end as if it were killed: FHIREHOSE_CRASH_AT=NAME:N in the
/// environment ends it when that name is passed the Nth time. Does nothing, and costs nothing, in
/// what users run: only the CMake option FHIREHOSE_CRASH_POINTS builds it in.
#ifdef FHIREHOSE_CRASH_POINTS
void crash_point(std::string_view name);
#else
inline void crash_point(std::string_view) {}
#endif

}  // namespace fhirehose::core
