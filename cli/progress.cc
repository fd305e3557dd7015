#include "cli/progress.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "cli/files.h"

namespace changepolicy::cli {

Progress::Progress(std::string what) : what_(std::move(what)), on_(IsTerminal(STDERR_FILENO)) {}

Progress::~Progress() {
  if (shown_) std::cerr << "\r\x1b[K" << std::flush;
}

void Progress::Show(int64_t done, int64_t total) {
  constexpr int64_t kWidth = 40;
  constexpr int64_t kSteps = 500;
  if (!on_ || total <= 1) return;
  const int64_t step = std::max<int64_t>(total / kSteps, 1);
  if (done % step != 0 && done != total) return;
  shown_ = true;
  const auto filled = static_cast<size_t>(std::min(done, total) * kWidth / total);
  std::cerr << "\r" << what_ << (what_.empty() ? "" : " ") << "[" << std::string(filled, '#')
            << std::string(static_cast<size_t>(kWidth) - filled, ' ') << "] " << done << "/"
            << total << std::flush;
}

}  // namespace changepolicy::cli
