#pragma once

#include <stop_token>

#include "index/layout_log.hpp"
#include "memory/byte_budget.hpp"
#include "memory/region.hpp"
#include "pipeline/settings.hpp"
#include "record/parse.hpp"
#include "source/catalog.hpp"

namespace fhirehose::pipeline {

/// What both passes need to read the input; outlives the graphs.
struct Input {
  const source::Catalog& catalog;
  const Settings& settings;
  memory::RegionPool& pool;
  memory::ByteBudget& budget;
  const record::ParseOptions& parsing;
  index::LayoutLog* layouts = nullptr;  ///< the look writes it for the load; null: none follows
  std::stop_token stop = {};            ///< once asked for, nothing more is read
};

}  // namespace fhirehose::pipeline
