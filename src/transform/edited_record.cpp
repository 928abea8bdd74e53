#include "transform/edited_record.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

#include "memory/region.hpp"
#include "transform/find_references.hpp"

namespace fhirehose::transform {
namespace {

using Edits = std::vector<record::Edit>;

std::size_t end_of(const record::Edit& edit) { return edit.offset + edit.remove; }

/// Both lists in one, by offset; nullopt when an edit of one overlaps or touches one of the other.
std::optional<Edits> merge(const Edits& earlier, const Edits& later) {
  Edits merged;
  merged.reserve(earlier.size() + later.size());
  auto a = earlier.begin();
  auto b = later.begin();
  while (a != earlier.end() && b != later.end()) {
    if (end_of(*a) < b->offset) {
      merged.push_back(*a++);
    } else if (end_of(*b) < a->offset) {
      merged.push_back(*b++);
    } else {
      return std::nullopt;
    }
  }
  merged.insert(merged.end(), a, earlier.end());
  merged.insert(merged.end(), b, later.end());
  return merged;
}

bool is_cut_out(const record::Edit& edit, const Edits& earlier) {
  const auto behind = std::ranges::upper_bound(earlier, edit.offset, {}, &record::Edit::offset);
  if (behind == earlier.begin()) return false;
  const record::Edit& before = *std::prev(behind);
  return before.insert.empty() && before.offset < edit.offset && end_of(edit) < end_of(before);
}

std::string print(std::string_view body, const Edits& edits, std::size_t padding) {
  std::string out;
  out.reserve(body.size() + padding);
  std::size_t at = 0;
  for (const record::Edit& edit : edits) {
    out.append(body.substr(at, edit.offset - at)).append(edit.insert);
    at = end_of(edit);
  }
  return out.append(body.substr(at)).append(padding, '\0');
}

}  // namespace

EditedRecord::EditedRecord(record::RecordBatch& batch, const record::RecordView& record)
    : batch_(batch),
      references_(batch.references.size()),
      original_size_(record.body.size()),
      record_(record) {
  const auto first = batch.edits.begin() + record.first_edit;
  edits_.assign(first, first + record.edits);
}

EditedRecord::~EditedRecord() { batch_.references.resize(references_); }

void EditedRecord::transform(const Transform& transform) {
  Edits later;
  transform.edit(batch_, record_, later);
  if (transform.edits_single_strings()) {
    std::erase_if(later, [this](const record::Edit& edit) { return is_cut_out(edit, edits_); });
  }
  if (later.empty()) return;
  if (auto merged = merge(edits_, later)) {
    edits_ = std::move(*merged);
    return;
  }
  reread();
  later.clear();
  transform.edit(batch_, record_, later);
  edits_ = std::move(later);
}

/// Puts the text so far in the place of the original, as parse would have found it.
void EditedRecord::reread() {
  printed_ = print(record_.body, edits_, memory::kPadding);
  edits_.clear();
  record_.body = std::string_view(printed_).substr(0, printed_.size() - memory::kPadding);
  batch_.references.resize(references_);
  find_references(record_.body, batch_.references);
  record_.first_reference = static_cast<std::uint32_t>(references_);
  record_.references = static_cast<std::uint32_t>(batch_.references.size() - references_);
}

void EditedRecord::finish(Edits& edits) {
  if (printed_.empty()) {
    edits.insert(edits.end(), edits_.begin(), edits_.end());
    return;
  }
  const std::string_view text = batch_.keep(print(record_.body, edits_, 0));
  edits.push_back({.offset = 0, .remove = original_size_, .insert = text});
}

}  // namespace fhirehose::transform
