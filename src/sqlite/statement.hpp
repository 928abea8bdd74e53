#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "core/result.hpp"

struct sqlite3_stmt;

namespace fhirehose::sqlite {

enum class Step : std::uint8_t { kRow, kDone };

/// A prepared statement. One thread at a time; its Database must outlive it, and may be moved.
class Statement {
 public:
  Statement() = default;

  /// Parameters count from 1. Texts and blobs are not copied: they must live until the next
  /// reset() or run() returns. A failure to bind is told by the next step.
  void bind(int parameter, std::int64_t value);
  void bind(int parameter, std::string_view text);
  void bind_blob(int parameter, std::string_view bytes);
  void bind_null(int parameter);
  /// The text, or NULL where it is empty.
  void bind_optional(int parameter, std::string_view text);

  core::Result<Step> step();
  /// All steps to the end, then reset(): for statements whose rows are of no interest.
  core::Status run();
  /// Ends the execution; the next step starts anew with the same parameters.
  void reset();

  /// Columns of the row that the last step reached, from 0. Texts live until the next step, reset
  /// or destruction.
  [[nodiscard]] std::int64_t integer(int column) const;
  /// An integer that was unsigned when it was bound.
  [[nodiscard]] std::uint64_t count(int column) const {
    return static_cast<std::uint64_t>(integer(column));
  }
  [[nodiscard]] std::string_view text(int column) const;  ///< a blob's bytes too; empty for NULL
  [[nodiscard]] bool is_null(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int bind_failure_ = 0;
};

/// Resets a statement at the end of a scope, so that no read lock outlives its use.
class ResetAtEnd {
 public:
  explicit ResetAtEnd(Statement& statement) : statement_(statement) {}
  ResetAtEnd(const ResetAtEnd&) = delete;
  ResetAtEnd& operator=(const ResetAtEnd&) = delete;
  ~ResetAtEnd() { statement_.reset(); }

 private:
  Statement& statement_;
};

/// Calls `use` at each row that is left, then resets the statement.
template <class Use>
core::Status for_each_row(Statement& statement, Use use) {
  const ResetAtEnd end(statement);
  for (;;) {
    const core::Result<Step> step = statement.step();
    if (!step) return tl::unexpected(step.error());
    if (*step == Step::kDone) return {};
    use(statement);
  }
}

}  // namespace fhirehose::sqlite
