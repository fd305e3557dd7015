#include "cli/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <system_error>

#include "absl/strings/ascii.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy::cli {

namespace {

constexpr size_t kLargest = 64u << 20;

absl::StatusOr<std::string> ReadStream(std::istream& stream, const std::string& name) {
  std::string content;
  char buffer[1 << 16];
  while (stream.read(buffer, sizeof buffer) || stream.gcount() > 0) {
    content.append(buffer, static_cast<size_t>(stream.gcount()));
    if (content.size() > kLargest) {
      return ResourceExhausted(StrCat(Printable(name), ": larger than ", kLargest >> 20,
                                      " MiB\n  help: split the file"));
    }
  }
  return content;
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  if (path == "-") return ReadStream(std::cin, "standard input");
  std::error_code error;
  if (!std::filesystem::exists(path, error)) {
    return NotFound(StrCat(Printable(path), ": no such file\n  help: check the path"));
  }
  if (std::filesystem::is_directory(path, error)) {
    return InvalidArgument(
        StrCat(Printable(path), ": is a folder, expected a file\n  help: name a file in it"));
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return NotFound(StrCat(Printable(path), ": cannot be read"));
  return ReadStream(file, path);
}

absl::Status WriteFile(const std::string& path, std::string_view content) {
  std::ofstream file(path, std::ios::binary);
  file.write(content.data(), static_cast<std::streamsize>(content.size()));
  file.close();
  if (file) return absl::OkStatus();
  return InvalidArgument(StrCat(Printable(path),
                                ": cannot be written\n  help: name a file in a folder that there "
                                "is, in which you may write"));
}

absl::Status ReplaceFile(const std::string& path, std::string_view content) {
  // In the same folder, so that it only has to be renamed.
  std::string part = StrCat(path, ".XXXXXX");
  const int descriptor = mkstemp(part.data());
  if (descriptor < 0) return WriteFile(part, "");  // says why not
  const mode_t mask = umask(0);
  umask(mask);
  const bool readable = fchmod(descriptor, 0666 & ~mask) == 0;
  close(descriptor);
  absl::Status written = WriteFile(part, content);
  std::error_code error;
  if (written.ok() && readable) std::filesystem::rename(part, path, error);
  if (written.ok() && readable && !error) return absl::OkStatus();
  std::filesystem::remove(part, error);
  return InvalidArgument(StrCat(Printable(path), ": cannot be written"));
}

absl::Status WriteSecret(const std::string& path, std::string_view content) {
  const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return InvalidArgument(StrCat(Printable(path), errno == EEXIST
                                                       ? ": is there already and was left as it is"
                                                       : ": cannot be written"));
  }
  const ssize_t written = write(descriptor, content.data(), content.size());
  const bool whole = close(descriptor) == 0 && written == static_cast<ssize_t>(content.size());
  if (whole) return absl::OkStatus();
  std::error_code error;
  std::filesystem::remove(path, error);
  return InvalidArgument(StrCat(Printable(path), ": cannot be written"));
}

absl::StatusOr<std::vector<std::string>> ExpandFolders(const std::vector<std::string>& paths,
                                                       const std::vector<std::string>& extensions) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) {
      files.push_back(path);
      continue;
    }
    std::vector<std::string> found;
    for (auto entry = std::filesystem::recursive_directory_iterator(path, error);
         entry != std::filesystem::recursive_directory_iterator(); entry.increment(error)) {
      if (error) return InvalidArgument(StrCat(path, ": ", error.message()));
      const std::string name = absl::AsciiStrToLower(entry->path().filename().string());
      // Whatever else bears such a name, like a link that leads nowhere, is named when it is read.
      if (!entry->is_directory(error) &&
          std::any_of(extensions.begin(), extensions.end(),
                      [&](const std::string& ending) { return name.ends_with(ending); })) {
        found.push_back(entry->path().string());
      }
    }
    if (error) return InvalidArgument(StrCat(path, ": ", error.message()));
    std::sort(found.begin(), found.end());
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

void WriteBytes(std::string_view bytes, bool of_several) {
  if (of_several) {
    const uint32_t size = static_cast<uint32_t>(bytes.size());
    for (int shift = 0; shift < 32; shift += 8) std::cout.put(static_cast<char>(size >> shift));
  }
  std::cout.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

bool IsTerminal(int descriptor) { return isatty(descriptor) == 1; }

}  // namespace changepolicy::cli
