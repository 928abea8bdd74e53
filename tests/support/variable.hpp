#pragma once

#include <cstdlib>
#include <string>

namespace fhirehose::tests {

/// A variable of the environment for as long as this lives. Before threads are started only.
class Variable {
 public:
  Variable(std::string name, const std::string& value) : name_(std::move(name)) {
    ::setenv(name_.c_str(), value.c_str(), 1);
  }
  ~Variable() { ::unsetenv(name_.c_str()); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const std::string name_;
};

}  // namespace fhirehose::tests
