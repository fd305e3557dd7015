// A disk in memory under SQLite on which things go wrong: an operation fails, a write is torn, the
// power goes off and takes with it what was not synchronized.
#ifndef TESTS_AUDIT_FAULT_VFS_H_
#define TESTS_AUDIT_FAULT_VFS_H_

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace changepolicy {

enum class Fault {
  kNone,
  kReadError,   // this operation fails, if it reads
  kWriteError,  // this operation fails, if it writes, and changes nothing
  kFull,        // no room for it, if it writes
  kSyncError,   // this operation fails, if it synchronizes
  kTear,        // half of it is written, then the power is gone
  kPowerOff,    // from this operation on nothing works
};

class FaultDisk {
 public:
  // The name under which SQLite knows it; one disk per name.
  explicit FaultDisk(std::string vfs_name);
  ~FaultDisk();
  FaultDisk(const FaultDisk&) = delete;
  FaultDisk& operator=(const FaultDisk&) = delete;

  const std::string& vfs_name() const { return vfs_name_; }

  // The operation with this number, from 0, goes wrong; `forever`: and those after it too.
  void FailAt(int64_t operation, Fault fault, bool forever = false);
  int64_t operations() const { return operations_; }
  bool has_failed() const { return failed_; }

  // What a machine finds that starts again: what was synchronized, and of every later write of each
  // sector some and others not, by the seed.
  void StartAgain(uint64_t seed);

  std::string& content(const std::string& file) { return files_[file].now; }
  bool Has(const std::string& file) const { return files_.count(file) > 0; }

  // For the methods of the VFS.
  struct Write {
    int64_t offset = 0;
    std::string bytes;
    bool truncates = false;  // to `offset`
  };
  struct File {
    std::string now, durable;
    std::vector<Write> pending;
  };
  enum class Kind { kRead, kWrite, kSync };
  // SQLITE_OK, or the error with which the operation ends. `torn`: half of it takes place.
  int Operate(Kind kind, bool* torn);
  void Apply(const std::string& file, Write write);
  void Synchronize(const std::string& file);
  bool Remove(const std::string& file) { return files_.erase(file) > 0; }
  File& At(const std::string& file) { return files_[file]; }

 private:
  std::string vfs_name_;
  std::map<std::string, File> files_;
  int64_t operations_ = 0;
  int64_t fail_at_ = -1;
  Fault fault_ = Fault::kNone;
  bool forever_ = false;
  bool failed_ = false;
  bool off_ = false;
};

}  // namespace changepolicy

#endif  // TESTS_AUDIT_FAULT_VFS_H_
