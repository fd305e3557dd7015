// Files that a suite names, by paths relative to itself.
#ifndef LIBCHANGEPOLICY_TRIAL_SUITE_FILES_H_
#define LIBCHANGEPOLICY_TRIAL_SUITE_FILES_H_

#include <functional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"

namespace changepolicy {

// Reads a file that a suite names; paths are as the suite writes them.
using FileReader = std::function<absl::StatusOr<std::string>(const std::string& path)>;

class SuiteFiles {
 public:
  // `reader` must outlive it.
  SuiteFiles(const std::string& suite, const FileReader& reader)
      : folder_(suite.substr(0, suite.rfind('/') + 1)), reader_(reader) {}

  // The path from where the suite's own path starts.
  std::string PathOf(const std::string& file) const {
    return file.starts_with('/') ? file : folder_ + file;
  }
  absl::StatusOr<std::string> Read(const std::string& file) const { return reader_(PathOf(file)); }

 private:
  const std::string folder_;
  const FileReader& reader_;
};

}  // namespace changepolicy

#endif  // LIBCHANGEPOLICY_TRIAL_SUITE_FILES_H_
