#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "record/key_set.hpp"
#include "record/record_batch.hpp"
#include "record/tokens.hpp"

namespace fhirehose::record {

/// Which of a resource's own members names its patient, the most telling first.
enum class PatientElement : std::uint8_t {
  kPatient,
  kSubject,
  kBeneficiary,
  kFor,
  kIndividual,
  kTarget,  ///< Provenance only
  kNone,
};

/// A resource as one walk has seen it. Views point into its text, escapes as spelled.
struct WalkedResource {
  std::string_view body;
  std::optional<Spelled> type;
  std::optional<Spelled> id;
  std::optional<Spelled> version_id;
  std::optional<Spelled> last_updated;
  PatientElement patient_element = PatientElement::kNone;
  std::uint32_t patient_reference = 0;  ///< in `RecordBatch::references`, as the next two
  std::uint32_t first_reference = 0;
  std::uint32_t behind_references = 0;
};

/// A Bundle's entry as one walk has seen it.
struct WalkedEntry {
  bool has_resource = false;
  WalkedResource resource;
  std::optional<Spelled> full_url;
  std::optional<Spelled> method;
};

/// Walks the grammar of one text after the other, token by token to the last (RFC 8259), and notes
/// on its way what a record is known by. References go to the batch. A fault ends a walk: what was
/// noted stands, and the references are the caller's to take back.
class Walk {
 public:
  /// `room`: how deep a resource may nest, itself included.
  Walk(RecordBatch& batch, std::size_t room) : batch_(batch), room_(room) {}

  /// All of `tokens` is one resource.
  bool resource_text(const Tokens& tokens, WalkedResource& out);
  /// All of `tokens` is one entry.
  bool entry_text(const Tokens& tokens, WalkedEntry& out);

  [[nodiscard]] const Fault& fault() const { return tokens_.fault(); }

 private:
  bool value(std::size_t room);
  bool object(std::size_t room);
  bool array(std::size_t room);
  bool reference();

  bool resource(WalkedResource& out);
  bool resource_member(std::string_view name, WalkedResource& out);
  bool patient_member(PatientElement element, WalkedResource& out);
  bool meta(WalkedResource& out);
  bool entry_member(std::string_view name, WalkedEntry& out);
  bool request(WalkedEntry& out);
  bool string_or_other(std::optional<Spelled>& out);
  bool must_be_string(std::optional<Spelled>& out, const char* fault);

  template <class Each>
  bool members(Each each);
  bool take_key(Spelled& key);
  std::string_view name_of(const Spelled& key);
  bool end_of_text();
  bool fail(const char* what) { return tokens_.fail(what, tokens_.place()); }

  RecordBatch& batch_;
  const std::size_t room_;
  Tokens tokens_;
  KeySet resource_keys_;
  KeySet entry_keys_;
};

}  // namespace fhirehose::record
