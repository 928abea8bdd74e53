#pragma once

#include <array>
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
  bool odd_last_updated = false;   ///< it is there as something else than a string
  bool entry_before_type = false;  ///< it has a member `entry`, before its resourceType or none
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
  std::optional<Spelled> method;         ///< of the request
  std::optional<Spelled> url;            ///< likewise
  std::optional<Spelled> search_mode;    ///< `match`, `include` or `outcome`
  std::optional<Spelled> last_modified;  ///< of the response
  std::optional<Spelled> etag;           ///< likewise: `W/"3"`
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
  /// What starts at `at` among the tokens is one resource. Gives what follows it, or nullptr after
  /// a fault.
  Token resource_at(Token at, const Tokens& tokens, WalkedResource& out);
  /// All of `tokens` is one entry.
  bool entry_text(const Tokens& tokens, WalkedEntry& out);

  [[nodiscard]] const Fault& fault() const { return tokens_.fault(); }

 private:
  static constexpr std::size_t kBefore = 16;

  // Each takes what starts at `at` and gives what follows it, or nullptr after a fault.
  Token value(Token at, std::size_t room);
  Token object(Token at, std::size_t room);
  Token array(Token at, std::size_t room);
  Token reference(Token at);

  Token resource(Token at, WalkedResource& out);
  Token resource_member(std::string_view name, Token at, WalkedResource& out);
  Token patient_member(PatientElement element, Token at, WalkedResource& out);
  Token meta(Token at, WalkedResource& out);
  Token entry_member(std::string_view name, Token at, WalkedEntry& out);
  Token entry_part_member(std::string_view name, const Spelled& key, Token at, WalkedEntry& out);
  Token string_or_other(Token at, std::optional<Spelled>& out);
  Token must_be_string(Token at, const char* fault, std::optional<Spelled>& out);

  template <class Each>
  Token members(Token at, Each each);
  std::string_view undo_escapes(std::string_view text);
  bool is_last(Token at);

  RecordBatch& batch_;
  const std::size_t room_;
  Tokens tokens_;
  std::size_t first_reference_ = 0;          ///< of the resource at hand
  std::array<Reference, kBefore> before_{};  ///< by place among its resource's references
  KeySet resource_keys_;
  KeySet entry_keys_;
};

}  // namespace fhirehose::record
