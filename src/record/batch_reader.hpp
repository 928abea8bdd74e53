#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "record/entry_request.hpp"
#include "record/form.hpp"
#include "record/line_scan.hpp"
#include "record/parse.hpp"
#include "record/structural_index.hpp"
#include "record/walk.hpp"

namespace fhirehose::record {

/// Fills a batch with the records of its chunk, value by value, in the order of the input.
class BatchReader {
 public:
  /// With `use` no rejection is kept: each goes there, in order.
  BatchReader(RecordBatch& batch, StructuralIndex& index, const ParseOptions& options,
              const RejectionUse& use)
      : batch_(batch), index_(index), options_(options), walk_(batch, options.depth), use_(use) {}

  void read_lines();
  void read_values(const Cut& cut);

 private:
  /// A value with where it stands.
  struct Place {
    std::string_view raw;
    std::uint32_t line = 0;
    std::uint32_t bundle = 0;  ///< as RecordView::bundle
  };

  std::size_t read_group(std::string_view group);
  Token read_indexed(Token at, std::size_t line_end, const Tokens& tokens);
  void read_line(std::string_view group, std::size_t line);
  void read_all(const Cut& cut, std::uint32_t line, std::uint32_t bundles_before);
  void read_value(const Place& place);
  void read_expanded(const Place& place, Form form);
  void read_entry(const Place& place);

  void reserve_references(std::size_t bytes);
  bool index_text(const Place& place, Tokens& tokens, Fault& fault);
  void accept(const Place& place, const WalkedResource& walked, const WalkedEntry* entry);
  void accept_entry(const Place& place, const WalkedEntry& walked, std::size_t references);
  void accept_delete(const Place& place, const EntryRequest& request, const WalkedEntry& walked);
  EntryRequest request_of(const WalkedEntry& walked);
  void date(const WalkedEntry& entry, RecordView& record);
  void reject_long_id(const Place& place, core::ResourceType type);
  void put_in_place(const Place& place, RecordView& record);
  const char* identify(const WalkedResource& walked, RecordView& record);
  bool take_id_of_full_url(RecordView& record);
  void derive_id(RecordView& record);
  void insert_id(RecordView& record);
  std::string_view patient_of(const WalkedResource& walked, const RecordView& record);
  [[nodiscard]] std::uint64_t offset_of(std::string_view raw) const;
  std::string_view plain(const Spelled& spelled);
  Rejection& reject(const Place& place, const Reason& reason,
                    std::optional<core::ResourceType> type);
  void reject(const Cut::Broken& broken, std::uint32_t line);
  Rejection& next_rejection();
  void use_last();

  RecordBatch& batch_;
  StructuralIndex& index_;
  const ParseOptions& options_;
  Walk walk_;
  const RejectionUse& use_;
  std::optional<Rejection> last_;  ///< that is not kept
  LineScan lines_;                 ///< the group at hand
};

}  // namespace fhirehose::record
