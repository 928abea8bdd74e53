#pragma once

#include <string_view>

#include "core/result.hpp"
#include "fhir-target/behaviour.hpp"

namespace fhirehose::target {

/// `texts` with what `json` changes: the body of `POST /_control`, an object with members of the
/// names that BehaviourTexts has. A member that is absent stays; a list or text that is empty ends
/// what it stands for. kUsage where it is anything else; what the texts say is not looked at.
core::Result<BehaviourTexts> changed_by(BehaviourTexts texts, std::string_view json);

}  // namespace fhirehose::target
