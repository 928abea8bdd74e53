#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <utility>

#include "core/result.hpp"
#include "fhirehose/load.hpp"
#include "fhirehose/options.hpp"
#include "index/load_plan.hpp"
#include "index/survey.hpp"
#include "memory/byte_budget.hpp"
#include "memory/region.hpp"
#include "pipeline/reading.hpp"
#include "pipeline/settings.hpp"
#include "source/catalog.hpp"
#include "source/text_catalog.hpp"

namespace fhirehose::pipeline {

/// An opened input and what reading it takes. Stays where it is: what is read refers to it.
class Session {
 public:
  /// Opens the sources; kUsage when an option is out of range or a source can't be opened.
  /// Standard input is read there and then, until `stop` is asked for.
  static core::Result<std::unique_ptr<Session>> open(const InputOptions& options,
                                                     std::stop_token stop = {});
  /// Of texts that are at hand instead of the options' sources.
  static core::Result<std::unique_ptr<Session>> over(source::TextCatalog texts,
                                                     const InputOptions& options);

  [[nodiscard]] const source::Catalog& catalog() const { return catalog_; }
  [[nodiscard]] Input input() {
    return {catalog_, settings_, pool_, budget_, parsing_, layouts_ ? &*layouts_ : nullptr, stop_};
  }

  /// How records are read in what follows.
  void read_as(record::ParseOptions parsing, index::UrnReach urns) {
    parsing_ = std::move(parsing);
    urns_ = urns;
  }

  /// Nothing more is read once `stop` is asked for.
  void heed(std::stop_token stop) { stop_ = std::move(stop); }
  /// Has the look that follows remember where each record lies, for the load behind it.
  void remember_layouts(index::LayoutLog::References references) { layouts_.emplace(references); }

  /// Looks at everything; `survey`, where there is one, too. kUsage where all members together
  /// exceed the limit: which of them would be read to the end is chance.
  core::Result<std::unique_ptr<const index::LoadPlan>> look(Duplicates rule, Progress& progress,
                                                            index::Survey* survey = nullptr);

  /// Runs `work` with as many computing threads as were asked for, this one among them, but for
  /// those that are busy elsewhere: one too many costs more, in waiting, than it does.
  void compute(const std::function<void()>& work, std::size_t busy_elsewhere = 0) const;

 private:
  Session(source::Catalog catalog, const Settings& settings);

  source::Catalog catalog_;
  const Settings settings_;
  memory::ByteBudget budget_;
  memory::RegionPool pool_;
  record::ParseOptions parsing_;
  index::UrnReach urns_ = index::UrnReach::kBundle;
  std::optional<index::LayoutLog> layouts_;
  std::stop_token stop_;
};

/// What is wrong with the input: left out by the catalog, or broken as the look saw it.
std::vector<Problem> problems(const source::Catalog& catalog, const index::LoadPlan& plan);

}  // namespace fhirehose::pipeline
