#pragma once

#include <string_view>

#include "core/resource_type.hpp"
#include "fhir-target/refusal.hpp"

namespace fhirehose::target {

/// What a URL below the base names: `Patient`, `Patient/1` or `Patient?identifier=...`.
struct Address {
  core::ResourceType type{};
  std::string_view id{};     ///< empty: none
  std::string_view query{};  ///< empty: none
};

/// `url` with or without a slash before it.
Answered<Address> read_address(std::string_view url);

}  // namespace fhirehose::target
