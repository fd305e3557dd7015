// A line that shows how far a long command is.
#ifndef CLI_PROGRESS_H_
#define CLI_PROGRESS_H_

#include <cstdint>
#include <string>

namespace changepolicy::cli {

// One line that is written over itself, on standard error, where that is a terminal; gone at the
// end.
class Progress {
 public:
  explicit Progress(std::string what = "");
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void Show(int64_t done, int64_t total);

 private:
  const std::string what_;
  const bool on_;
  bool shown_ = false;
};

}  // namespace changepolicy::cli

#endif  // CLI_PROGRESS_H_
