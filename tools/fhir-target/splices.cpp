#include "fhir-target/splices.hpp"

#include <algorithm>
#include <utility>

namespace fhirehose::target {

void Splices::replace(std::size_t offset, std::size_t remove, std::string insert) {
  splices_.push_back({offset, remove, std::move(insert)});
}

std::string Splices::apply(std::string_view text) {
  std::ranges::sort(splices_, {}, &Splice::offset);
  std::string result;
  result.reserve(moved(text.size()));
  std::size_t at = 0;
  for (const Splice& splice : splices_) {
    result.append(text.substr(at, splice.offset - at)).append(splice.insert);
    at = splice.offset + splice.remove;
  }
  result.append(text.substr(at));
  return result;
}

std::size_t Splices::moved(std::size_t offset) const {
  std::size_t place = offset;
  for (const Splice& splice : splices_)
    if (splice.offset < offset) place = place + splice.insert.size() - splice.remove;
  return place;
}

}  // namespace fhirehose::target
