#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lane/bundle.hpp"
#include "sink/fhir/delivery.hpp"

namespace fhirehose::sink::fhir {

/// A Bundle's JSON (http://hl7.org/fhir/R4/bundle.html) as runs of bytes: the records' own, which
/// are not copied, and the framing between them, which it owns.
class BundleBody {
 public:
  BundleBody() = default;
  BundleBody(const BundleBody&) = delete;
  BundleBody& operator=(const BundleBody&) = delete;

  /// Makes it the Bundle of some entries, each a PUT or a DELETE by id; what it held before is
  /// gone. `entries` are places in `bundle.entries`; `bundle` outlives the use of the runs.
  void assign(const lane::Bundle& bundle, std::span<const std::uint32_t> entries, BundleKind kind);

  [[nodiscard]] std::span<const std::string_view> runs() const { return runs_; }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }  ///< of all runs

 private:
  void reserve(const lane::Bundle& bundle, std::span<const std::uint32_t> entries);
  void add_resource(const lane::Entry& entry);
  void add_request(const record::RecordView& record);
  void end_framing();
  void add_run(std::string_view run);

  std::string framing_;
  std::size_t framed_ = 0;  ///< bytes of framing_ that are in runs_
  std::vector<std::string_view> runs_;
  std::uint64_t bytes_ = 0;
};

}  // namespace fhirehose::sink::fhir
