#include "cli/program.hpp"

int main(int argc, char** argv) { return fhirehose::cli::run_program(argc, argv); }
