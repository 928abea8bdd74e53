#pragma once

#include <cstdio>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <rapidjson/document.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace fhirehose::tests {

using Document = rapidjson::Document;
using Value = rapidjson::Value;

/// Numbers keep their spelling on both sides of a comparison: they are strings between `@` while
/// they are in a document, and lose quotes and `@` when it is printed.
inline std::string unmark_numbers(std::string_view text, std::string_view in_place_of_mark = "") {
  std::string out;
  while (!text.empty()) {
    const bool mark = text.starts_with("\"@") || text.starts_with("@\"");
    out.append(mark ? in_place_of_mark : text.substr(0, 1));
    text.remove_prefix(mark ? 2 : 1);
  }
  return out;
}

/// Parses with another library than the product; numbers become plain strings.
inline Document parsed(std::string_view text) {
  Document document;
  document.Parse<rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseFullPrecisionFlag>(
      text.data(), text.size());
  return document;
}

inline std::string_view view_of(const Value& string) {
  return {string.GetString(), string.GetStringLength()};
}

template <class Writer>
std::string print_with(const Value& value) {
  rapidjson::StringBuffer buffer;
  Writer writer(buffer);
  value.Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

inline std::string compact(const Value& value) {
  return print_with<rapidjson::Writer<rapidjson::StringBuffer>>(value);
}

inline std::string pretty(const Value& value) {
  return print_with<rapidjson::PrettyWriter<rapidjson::StringBuffer>>(value);
}

/// Draws resources in which whatever transforms look for stands in likely and unlikely places. Only
/// the resource's own members have names of their own each, and its id is one, as parse demands.
class RandomDocument {
 public:
  explicit RandomDocument(std::uint32_t seed) : random_(seed) {}

  Document resource(std::string_view type) {
    Document document(rapidjson::kObjectType);
    allocator_ = &document.GetAllocator();
    const std::size_t place = below(3);
    for (std::size_t i = 0; i < 8; ++i) {
      if (i == place) document.AddMember("resourceType", string(type), *allocator_);
      const std::string_view key = pick(kRootKeys);
      if (document.HasMember(string(key))) continue;
      const bool id = key == "id";
      document.AddMember(string(key), id ? string(pick(kIds)) : value(0), *allocator_);
    }
    return document;
  }

  std::size_t below(std::size_t limit) { return random_() % limit; }

  /// The document as a careless hand might spell it: blanks and escapes anywhere.
  std::string sloppy(const Value& value) {
    if (value.IsString()) return sloppy_string(view_of(value));
    if (!value.IsObject() && !value.IsArray()) return compact(value);
    std::string out = value.IsObject() ? "{" : "[";
    const auto child = [&](const std::string& text) {
      if (out.size() > 1) out += blanks() + ",";
      out += blanks() + text;
    };
    if (value.IsObject()) {
      for (const auto& member : value.GetObject()) {
        child(sloppy(member.name) + blanks() + ":" + blanks() + sloppy(member.value));
      }
    } else {
      for (const auto& element : value.GetArray()) child(sloppy(element));
    }
    return out + blanks() + (value.IsObject() ? "}" : "]");
  }

 private:
  using Words = std::vector<std::string_view>;
  const Words kRootKeys{"insurance", "insurance", "contained", "contained", "meta",
                        "item",      "payee",     "extension", "id"};
  const Words kIds{"a", "b", "x-a", "12", "Patient", "-."};
  const Words kKeys{"coverage",   "coverage", "reference", "reference",    "type",
                    "identifier", "display",  "insurance", "resourceType", "security",
                    "security",   "system",   "code",      "contained",    "focal",
                    "id",         "url",      "value",     "versionId",    "lastUpdated",
                    "lastUpdated"};
  const Words kTexts{"Coverage",
                     "Coverage/1",
                     "Coverage/1/_history/2",
                     "Patient/Coverage",
                     "Coverage?a=b",
                     "#",
                     "#a",
                     "#b",
                     "a",
                     "b",
                     "urn:uuid:1",
                     "urn:uuid:2",
                     "urn:uuid:3",
                     "S",
                     "T",
                     "U",
                     "x\"}]\\{[,:",
                     "Patient/1",
                     "Patient/1/_history/\"2",
                     "Patient/a_b",
                     "http://a.example/fhir/Patient/7/_history/1",
                     "http://a.example/fhir/Practitioner?a=\\b",
                     "http://a.example/fhir/other/Patient/7",
                     "2020-01-07T03:02:28.000000Z",
                     "2020-02-30T00:00:00Z",
                     "@3.000@",
                     "@-1E-22@",
                     "@0@",
                     "http://a.example/fhir/Coverage/1",
                     "drug coverage\n",
                     "\xC3\xA9\xF0\x9F\x98\x80",
                     "",
                     "Claim"};

  std::string_view pick(const Words& words) { return words[below(words.size())]; }
  Value string(std::string_view text) {
    return {text.data(), static_cast<rapidjson::SizeType>(text.size()), *allocator_};
  }

  Value value(std::size_t depth) {
    const std::size_t kind = below(depth < 5 ? 8 : 4);
    if (kind == 0) return below(2) == 0 ? Value() : Value(below(2) == 0);
    if (kind < 4) return string(pick(kTexts));
    Value container(kind < 7 ? rapidjson::kObjectType : rapidjson::kArrayType);
    for (std::size_t left = below(4); left > 0; --left) {
      if (kind < 7) {
        container.AddMember(string(pick(kKeys)), value(depth + 1), *allocator_);
      } else {
        container.PushBack(value(depth + 1), *allocator_);
      }
    }
    return container;
  }

  std::string blanks() {
    const Words blanks{"", "", "", " ", "\n  ", "\t", "\r\n"};
    return std::string(pick(blanks));
  }

  std::string sloppy_string(std::string_view text) {
    if (text.starts_with('@')) return std::string(text.substr(1, text.size() - 2));
    const bool escaping = below(6) == 0;
    std::string out = "\"";
    for (const char c : text) {
      const bool must = c == '"' || c == '\\' || c == '\n';
      if (c == '/' && below(6) == 0) {
        out += "\\/";
      } else if (must || (escaping && below(4) == 0 && c > 0)) {
        char escape[7];
        std::snprintf(escape, sizeof escape, "\\u%04X", static_cast<unsigned>(c));
        out += escape;
      } else {
        out += c;
      }
    }
    return out + '"';
  }

  std::mt19937 random_;
  Document::AllocatorType* allocator_ = nullptr;
};

}  // namespace fhirehose::tests
