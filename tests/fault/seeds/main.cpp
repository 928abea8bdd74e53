#include <cstdlib>

#include <CLI/CLI.hpp>

#include "campaign.hpp"

int main(int argc, char** argv) {
  fhirehose::fault::Wishes wishes;
  CLI::App app("Loads what a seed makes through the faults that it draws, and compares.");
  app.add_option("--from", wishes.from, "First seed")->capture_default_str();
  app.add_option("--seeds", wishes.seeds, "How many")->capture_default_str();
  app.add_option("--jobs", wishes.jobs, "Loads at a time")->capture_default_str();
  app.add_option("--patience", wishes.patience, "Seconds until a seed is taken to hang")
      ->capture_default_str();
  app.add_option("--timeout", wishes.timeout, "Milliseconds that a request is given")
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  return fhirehose::fault::Campaign(wishes).run() == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
