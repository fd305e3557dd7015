// Files and the terminal: what the library never touches.
#ifndef CLI_FILES_H_
#define CLI_FILES_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace changepolicy::cli {

// The whole file; `-` is standard input. Refuses what is larger than 64 MiB.
absl::StatusOr<std::string> ReadFile(const std::string& path);

absl::Status WriteFile(const std::string& path, std::string_view content);
// The same, but whoever reads meanwhile finds the old file or the whole new one, and so does
// whoever comes after a failure.
absl::Status ReplaceFile(const std::string& path, std::string_view content);

// A new file that only its owner may read. Refuses one that is there already: a key that is written
// over is lost.
absl::Status WriteSecret(const std::string& path, std::string_view content);

// Files as they are; of folders all files below that end in one of `extensions`, sorted.
absl::StatusOr<std::vector<std::string>> ExpandFolders(const std::vector<std::string>& paths,
                                                       const std::vector<std::string>& extensions);

// Bytes to standard output. One message after the other would not be told apart, so that each of
// several has its length before it, in four bytes, the lowest first.
void WriteBytes(std::string_view bytes, bool of_several);

bool IsTerminal(int descriptor);

}  // namespace changepolicy::cli

#endif  // CLI_FILES_H_
