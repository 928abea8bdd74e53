#include "record/batch_reader.hpp"

#include <utility>

#include <fmt/format.h>

#include "core/byte_size.hpp"
#include "core/fhir_id.hpp"
#include "record/blank.hpp"
#include "record/element_scan.hpp"
#include "record/json_string.hpp"
#include "record/reference_text.hpp"

namespace fhirehose::record {
namespace {

/// Bytes of lines that are indexed at once: the first stage does not start anew for each, and what
/// it has read is still in the nearest cache when it is walked.
constexpr std::size_t kGroup = 64 * core::kKiB;

constexpr std::string_view kBundleFront = R"({"resourceType":"Bundle")";

std::optional<core::ResourceType> type_of(const std::optional<Spelled>& spelled) {
  if (!spelled) return std::nullopt;
  return spelled->escaped ? lookup_type(unescape(spelled->text)) : lookup_type(spelled->text);
}

bool is_bundle(const WalkedResource& walked) {
  if (walked.type && spells(*walked.type, "Bundle")) return true;
  return walked.entry_before_type && probe(walked.body).form == Form::kBundle;
}

bool is_container(std::string_view raw) { return raw.front() == '{' || raw.front() == '['; }

}  // namespace

void BatchReader::read_lines() {
  std::string_view rest = batch_.chunk->bytes;
  while (!rest.empty()) {
    scan_lines(rest, kGroup, lines_);
    const std::string_view group = rest.substr(0, lines_.size);
    for (std::size_t line = read_group(group); line < lines_.ends.size(); ++line)
      read_line(group, line);
    rest.remove_prefix(lines_.size);
  }
  use_last();
}

/// Reads lines from one index of them all, as long as each is blank or a resource and nothing else;
/// gives the place of the first that is not. From that one on they are read one by one: what is
/// broken must not reach beyond its line.
std::size_t BatchReader::read_group(std::string_view group) {
  const std::size_t count = lines_.ends.size();
  if (count == 1 || index_.read(group).what != nullptr || index_.has_more()) return 0;
  const Tokens tokens(group, index_.tokens(), lines_.backslash);
  Token at = tokens.first();
  for (std::size_t line = 0; line < count; ++line) {
    const std::size_t end = lines_.ends[line];
    const bool blank = tokens.is_end(at) || *at > end;
    if (!blank) at = read_indexed(at, end, tokens);
    if (at == nullptr) return line;
    if (end < group.size()) ++batch_.newline_count;
  }
  return count;
}

/// The resource at `at`, which has to end on its line; what follows it, or nullptr: nothing was
/// read.
Token BatchReader::read_indexed(Token at, std::size_t line_end, const Tokens& tokens) {
  if (tokens.text().substr(*at).starts_with(kBundleFront)) return nullptr;
  const std::size_t references = batch_.references.size();
  WalkedResource walked;
  const Token behind = walk_.resource_at(at, tokens, walked);
  const bool alone = behind != nullptr && behind[-1]<line_end&& * behind> line_end;
  if (!alone || is_bundle(walked)) {
    batch_.references.resize(references);
    return nullptr;
  }
  accept({walked.body, batch_.newline_count}, walked, nullptr);
  return behind;
}

void BatchReader::read_line(std::string_view group, std::size_t line) {
  const std::size_t begin = line == 0 ? 0 : lines_.ends[line - 1] + 1;
  const std::size_t end = lines_.ends[line];
  const std::string_view text = trim(group.substr(begin, end - begin));
  if (!text.empty()) read_value({text, batch_.newline_count});
  if (end < group.size()) ++batch_.newline_count;
}

void BatchReader::read_values(const Cut& cut) {
  batch_.bundles = cut.bundles;
  batch_.newline_count = cut.newlines;
  read_all(cut, 0, 0);
  use_last();
}

/// Values and what is broken, merged into the order in which they stand.
void BatchReader::read_all(const Cut& cut, std::uint32_t line, std::uint32_t bundles_before) {
  auto broken = cut.broken.begin();
  for (const Value& value : cut.values) {
    const std::uint64_t offset = offset_of(value.bytes);
    for (; broken != cut.broken.end() && broken->offset < offset; ++broken) reject(*broken, line);
    if (value.bundle == 0) {
      read_value({value.bytes, line + value.line});
    } else {
      read_entry({value.bytes, line + value.line, bundles_before + value.bundle});
    }
  }
  for (; broken != cut.broken.end(); ++broken) reject(*broken, line);
}

void BatchReader::read_value(const Place& place) {
  if (place.raw.front() == '[') return read_expanded(place, Form::kArray);
  if (place.raw.starts_with(kBundleFront)) return read_expanded(place, Form::kBundle);
  const std::size_t references = batch_.references.size();
  Tokens tokens;
  Fault fault;
  WalkedResource walked;
  const bool good = index_text(place, tokens, fault) && walk_.resource_text(tokens, walked);
  if (good && !is_bundle(walked)) {
    return accept(place, walked, nullptr);
  }
  batch_.references.resize(references);
  if (good) return read_expanded(place, Form::kBundle);
  if (fault.what == nullptr) fault = walk_.fault();
  Probe probed;
  if (is_container(place.raw)) probed = probe(place.raw);
  if (probed.form == Form::kBundle) return read_expanded(place, Form::kBundle);
  reject(place, Reason(fault), type_of(Spelled{probed.type, true}));
}

/// Cuts a Bundle or an array that stands whole in the chunk as the splitter would have streamed it.
void BatchReader::read_expanded(const Place& place, Form form) {
  const Mark start{offset_of(place.raw), 0};
  const char* const end = place.raw.data() + place.raw.size();
  const char* at = place.raw.data();
  ElementScan elements(form, start, place.raw.size());
  auto progress = ElementScan::Progress::kFull;
  while (progress == ElementScan::Progress::kFull) {
    Cut cut;
    CutWriter writer(place.raw, start, cut);
    progress = elements.advance(at, end, writer);
    if (progress == ElementScan::Progress::kDone) {
      at = skip_blanks(at, end);
      if (at != end) writer.broken(writer.mark_of(at), writer.offset_of(end), Reason(kTextBehind));
    } else if (progress != ElementScan::Progress::kFull) {
      const bool lost = progress == ElementScan::Progress::kLost;
      writer.broken(elements.take_failing().from, writer.offset_of(end),
                    Reason(lost ? kNoElement : kUnclosed));
    }
    const auto bundles_before = static_cast<std::uint32_t>(batch_.bundles.size());
    batch_.bundles.insert(batch_.bundles.end(), cut.bundles.begin(), cut.bundles.end());
    read_all(cut, place.line, bundles_before);
  }
}

void BatchReader::read_entry(const Place& place) {
  const std::size_t references = batch_.references.size();
  Tokens tokens;
  Fault fault;
  WalkedEntry walked;
  const bool good = index_text(place, tokens, fault) && walk_.entry_text(tokens, walked);
  if (good) return accept_entry(place, walked, references);
  batch_.references.resize(references);
  if (fault.what == nullptr) fault = walk_.fault();
  reject(place, Reason(fault), type_of(walked.resource.type));
}

/// A well-formed entry. `references`: the batch's before it.
void BatchReader::accept_entry(const Place& place, const WalkedEntry& walked,
                               std::size_t references) {
  const EntryRequest request = request_of(walked);
  const char* const refusal = refusal_of(request);
  if (walked.has_resource && refusal == nullptr && request.method != Method::kDelete) {
    batch_.references.resize(walked.resource.behind_references);
    // Its references are of no resource that is loaded: they are the last of the batch.
    const bool outcome = walked.search_mode && spells(*walked.search_mode, "outcome");
    if (!outcome) return accept(place, walked.resource, &walked);
    batch_.references.resize(references);
    ++batch_.search_outcomes;
    return;
  }
  batch_.references.resize(references);
  if (refusal != nullptr) {
    reject(place, Reason(refusal), type_of(walked.resource.type));
    return;
  }
  if (request.method == Method::kDelete) return accept_delete(place, request, walked);
  reject(place, Reason("the Bundle's entry has no resource"), std::nullopt);
}

EntryRequest BatchReader::request_of(const WalkedEntry& walked) {
  if (!walked.method) return {};
  return read_request(walked.method->text, walked.url ? plain(*walked.url) : std::string_view());
}

/// A server's history says in the response when an entry was written, of a DELETE only there.
void BatchReader::date(const WalkedEntry& entry, RecordView& record) {
  if (entry.last_modified && record.last_updated == core::kNever) {
    record.last_updated = core::parse_instant(plain(*entry.last_modified)).value_or(core::kNever);
  }
  if (entry.etag && record.version_id.empty()) record.version_id = version_of(plain(*entry.etag));
}

void BatchReader::accept_delete(const Place& place, const EntryRequest& request,
                                const WalkedEntry& walked) {
  if (!options_.ids.fits(request.id)) return reject_long_id(place, request.type);
  RecordView& record = batch_.records.emplace_back();
  record.raw = place.raw;
  record.body = place.raw.substr(place.raw.size());
  record.type = request.type;
  record.id = request.id;
  record.method = Method::kDelete;
  if (record.type == core::kPatient) record.patient = record.id;
  record.first_reference = static_cast<std::uint32_t>(batch_.references.size());
  record.first_edit = static_cast<std::uint32_t>(batch_.edits.size());
  date(walked, record);
  put_in_place(place, record);
}

/// A record of millions of references would hold them twice whenever the vector grows. Room that is
/// not used takes no memory.
void BatchReader::reserve_references(std::size_t bytes) {
  constexpr std::size_t kLeastBytes = std::string_view(R"("reference":"",)").size();
  if (bytes > StructuralIndex::kPiece)
    batch_.references.reserve(batch_.references.size() + bytes / kLeastBytes);
}

bool BatchReader::index_text(const Place& place, Tokens& tokens, Fault& fault) {
  fault = index_.read(place.raw);
  if (fault.what != nullptr) return false;
  tokens = Tokens(place.raw, index_);
  reserve_references(place.raw.size());
  return true;
}

void BatchReader::accept(const Place& place, const WalkedResource& walked,
                         const WalkedEntry* entry) {
  RecordView& record = batch_.records.emplace_back();
  record.raw = place.raw;
  record.body = walked.body;
  if (entry != nullptr && entry->full_url) record.full_url = plain(*entry->full_url);
  const EntryRequest request = entry != nullptr ? request_of(*entry) : EntryRequest{};
  // A copy: a part of the chunk's text would be taken for the resource's own id (LayoutLog).
  if (request.names_target && !walked.id) record.id = batch_.keep(std::string(request.id));
  const char* fault = identify(walked, record);
  if (fault == nullptr) fault = contradiction(request, record);
  if (fault != nullptr) {
    batch_.records.pop_back();
    batch_.references.resize(walked.first_reference);
    reject(place, Reason(fault), type_of(walked.type));
    return;
  }
  if (!batch_.chunk->origin.renamed && !options_.ids.fits(record.id)) {
    const core::ResourceType type = record.type;
    batch_.records.pop_back();
    batch_.references.resize(walked.first_reference);
    return reject_long_id(place, type);
  }
  if (walked.version_id) record.version_id = plain(*walked.version_id);
  if (walked.last_updated) {
    record.last_updated = core::parse_instant(plain(*walked.last_updated)).value_or(core::kNever);
  }
  record.bad_last_updated =
      walked.odd_last_updated || (walked.last_updated && record.last_updated == core::kNever);
  record.patient = patient_of(walked, record);
  record.first_reference = walked.first_reference;
  record.references = walked.behind_references - walked.first_reference;
  record.method = request.method;
  if (entry != nullptr) date(*entry, record);
  put_in_place(place, record);
}

void BatchReader::reject_long_id(const Place& place, core::ResourceType type) {
  reject(place, Reason(kIdTooLong), type).in_transform = true;
}

void BatchReader::put_in_place(const Place& place, RecordView& record) {
  record.key = core::key_of(record.type, record.id);
  record.ordinal = batch_.record_count++;
  record.line = place.line;
  record.bundle = place.bundle;
}

/// Type and id; what speaks against them, or nullptr.
const char* BatchReader::identify(const WalkedResource& walked, RecordView& record) {
  if (!walked.type) return "the resourceType is missing";
  const auto type = type_of(walked.type);
  if (!type) return "the resourceType is none of FHIR R4";
  record.type = *type;
  record.first_edit = static_cast<std::uint32_t>(batch_.edits.size());
  if (!walked.id) {
    if (record.id.empty() && !take_id_of_full_url(record)) derive_id(record);
    if (!core::is_legal_id(record.id)) return kIllegalId;
    insert_id(record);
    return nullptr;
  }
  record.id = plain(*walked.id);
  return core::is_legal_id(record.id) ? nullptr : kIllegalId;
}

bool BatchReader::take_id_of_full_url(RecordView& record) {
  const auto below = options_.bases.below(record.full_url);
  const ReferenceTarget own = below ? read_reference(*below) : ReferenceTarget{};
  if (own.type != record.type || !core::is_legal_id(own.id)) return false;
  record.id = batch_.keep(std::string(own.id));
  return true;
}

void BatchReader::derive_id(RecordView& record) {
  std::string id(core::kContentIdLength, '\0');
  core::content_id(record.body, id.data());
  record.id = batch_.keep(std::move(id));
}

void BatchReader::insert_id(RecordView& record) {
  // The object is not empty: it has a resourceType, so that the comma has something to part.
  batch_.edits.push_back({1, 0, batch_.keep(fmt::format(R"("id":"{}",)", record.id))});
  record.edits = 1;
}

std::string_view BatchReader::patient_of(const WalkedResource& walked, const RecordView& record) {
  if (record.type == core::kPatient) return record.id;
  if (walked.patient_element == PatientElement::kNone) return {};
  constexpr core::ResourceType kProvenance = core::resource_type("Provenance");
  if (walked.patient_element == PatientElement::kTarget && record.type != kProvenance) return {};
  const Reference& reference = batch_.references[walked.patient_reference];
  const std::string_view text = plain({reference.text(), reference.escaped});
  return reference.kind == ReferenceKind::kUrn ? text : id_in(text, reference);
}

std::string_view BatchReader::plain(const Spelled& spelled) {
  return spelled.escaped ? batch_.keep(unescape(spelled.text)) : spelled.text;
}

std::uint64_t BatchReader::offset_of(std::string_view raw) const {
  const memory::Chunk& chunk = *batch_.chunk;
  return chunk.origin.offset + static_cast<std::uint64_t>(raw.data() - chunk.bytes.data());
}

Rejection& BatchReader::next_rejection() {
  const std::uint32_t ordinal = batch_.record_count++;
  ++batch_.rejected;
  use_last();
  const bool kept = !use_ && batch_.rejections.size() < kRejectionsAtHand;
  Rejection& rejection = kept ? batch_.rejections.emplace_back() : last_.emplace();
  rejection.ordinal = ordinal;
  return rejection;
}

/// Only now that the next one comes it has all that is to be said of it.
void BatchReader::use_last() {
  if (use_ && last_) use_(*last_);
  last_.reset();
}

Rejection& BatchReader::reject(const Place& place, const Reason& reason,
                               std::optional<core::ResourceType> type) {
  Rejection& rejection = next_rejection();
  rejection.raw = place.raw;
  rejection.length = place.raw.size();
  rejection.line = place.line;
  rejection.is_entry = place.bundle > 0;
  rejection.type = type.value_or(core::ResourceType{});
  rejection.has_type = type.has_value();
  rejection.reason = reason;
  rejection.offset = offset_of(place.raw);
  return rejection;
}

/// `line`: newlines in the chunk before the cut's.
void BatchReader::reject(const Cut::Broken& broken, std::uint32_t line) {
  Rejection& rejection = next_rejection();
  rejection.raw = broken.bytes;
  rejection.length = broken.length;
  rejection.line = line + broken.line;
  rejection.reason = broken.reason;
  rejection.offset = broken.offset;
}

}  // namespace fhirehose::record
