#pragma once

#include <string>
#include <string_view>

namespace fhirehose::core {

/// `location` as it may be written down: of a URL (`scheme://...`) the user and password, the query
/// (signed links carry their secret there) and the fragment are left out. A path stays as it is.
std::string without_credentials(std::string_view location);

}  // namespace fhirehose::core
