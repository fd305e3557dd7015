#include "tests/audit/fault_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <memory>

namespace changepolicy {

namespace {

constexpr size_t kSector = 512;

// What SQLite allocates for an open file. Zeroed by it, destroyed by Close.
struct OpenFile {
  sqlite3_file base;
  FaultDisk* disk;
  std::string* name;
  std::vector<std::unique_ptr<std::vector<char>>>* shared;
};

OpenFile* Of(sqlite3_file* file) { return reinterpret_cast<OpenFile*>(file); }

int Close(sqlite3_file* file) {
  delete Of(file)->name;
  delete Of(file)->shared;
  return SQLITE_OK;
}

int Read(sqlite3_file* file, void* out, int amount, sqlite3_int64 offset) {
  bool torn = false;
  if (const int code = Of(file)->disk->Operate(FaultDisk::Kind::kRead, &torn); code != SQLITE_OK) {
    return code;
  }
  const std::string& content = Of(file)->disk->At(*Of(file)->name).now;
  const auto from = static_cast<size_t>(offset);
  const size_t there =
      from >= content.size() ? 0 : std::min(content.size() - from, static_cast<size_t>(amount));
  std::memset(out, 0, static_cast<size_t>(amount));
  if (there > 0) std::memcpy(out, content.data() + from, there);
  return there == static_cast<size_t>(amount) ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int Write(sqlite3_file* file, const void* bytes, int amount, sqlite3_int64 offset) {
  bool torn = false;
  const int code = Of(file)->disk->Operate(FaultDisk::Kind::kWrite, &torn);
  const auto length = static_cast<size_t>(torn ? amount / 2 : amount);
  if (code == SQLITE_OK || torn) {
    Of(file)->disk->Apply(
        *Of(file)->name,
        {.offset = offset, .bytes = std::string(static_cast<const char*>(bytes), length)});
  }
  return code;
}

int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  bool torn = false;
  const int code = Of(file)->disk->Operate(FaultDisk::Kind::kWrite, &torn);
  if (code != SQLITE_OK) return code;
  Of(file)->disk->Apply(*Of(file)->name, {.offset = size, .bytes = "", .truncates = true});
  return SQLITE_OK;
}

int Sync(sqlite3_file* file, int) {
  bool torn = false;
  const int code = Of(file)->disk->Operate(FaultDisk::Kind::kSync, &torn);
  if (code != SQLITE_OK) return code;
  Of(file)->disk->Synchronize(*Of(file)->name);
  return SQLITE_OK;
}

int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  *size = static_cast<sqlite3_int64>(Of(file)->disk->At(*Of(file)->name).now.size());
  return SQLITE_OK;
}

// One connection at a time uses the disk.
int Lock(sqlite3_file*, int) { return SQLITE_OK; }
int CheckReservedLock(sqlite3_file*, int* reserved) {
  *reserved = 0;
  return SQLITE_OK;
}
int FileControl(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int SectorSize(sqlite3_file*) { return kSector; }
int DeviceCharacteristics(sqlite3_file*) { return 0; }
int ShmMap(sqlite3_file* file, int region, int size, int, void volatile** out) {
  auto& shared = *Of(file)->shared;
  while (shared.size() <= static_cast<size_t>(region)) {
    shared.push_back(std::make_unique<std::vector<char>>(static_cast<size_t>(size)));
  }
  *out = shared[static_cast<size_t>(region)]->data();
  return SQLITE_OK;
}
int ShmLock(sqlite3_file*, int, int, int) { return SQLITE_OK; }
void ShmBarrier(sqlite3_file*) {}
int ShmUnmap(sqlite3_file* file, int) {
  Of(file)->shared->clear();
  return SQLITE_OK;
}

const sqlite3_io_methods* Methods() {
  static const sqlite3_io_methods* const kMethods = [] {
    auto* const methods = new sqlite3_io_methods();
    methods->iVersion = 2;
    methods->xClose = Close;
    methods->xRead = Read;
    methods->xWrite = Write;
    methods->xTruncate = Truncate;
    methods->xSync = Sync;
    methods->xFileSize = FileSize;
    methods->xLock = Lock;
    methods->xUnlock = Lock;
    methods->xCheckReservedLock = CheckReservedLock;
    methods->xFileControl = FileControl;
    methods->xSectorSize = SectorSize;
    methods->xDeviceCharacteristics = DeviceCharacteristics;
    methods->xShmMap = ShmMap;
    methods->xShmLock = ShmLock;
    methods->xShmBarrier = ShmBarrier;
    methods->xShmUnmap = ShmUnmap;
    return methods;
  }();
  return kMethods;
}

FaultDisk* DiskOf(sqlite3_vfs* vfs) { return static_cast<FaultDisk*>(vfs->pAppData); }

int Open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  FaultDisk* const disk = DiskOf(vfs);
  file->pMethods = nullptr;
  const std::string path = name == nullptr ? "temporary" : name;
  if (!disk->Has(path)) {
    if ((flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
    bool torn = false;
    if (const int code = disk->Operate(FaultDisk::Kind::kWrite, &torn); code != SQLITE_OK) {
      return SQLITE_CANTOPEN;
    }
    disk->At(path);
  }
  OpenFile* const open = Of(file);
  open->disk = disk;
  open->name = new std::string(path);
  open->shared = new std::vector<std::unique_ptr<std::vector<char>>>();
  if (out_flags != nullptr) *out_flags = flags;
  file->pMethods = Methods();
  return SQLITE_OK;
}

int Delete(sqlite3_vfs* vfs, const char* name, int) {
  bool torn = false;
  const int code = DiskOf(vfs)->Operate(FaultDisk::Kind::kWrite, &torn);
  if (code != SQLITE_OK) return SQLITE_IOERR_DELETE;
  return DiskOf(vfs)->Remove(name) ? SQLITE_OK : SQLITE_IOERR_DELETE_NOENT;
}

int Access(sqlite3_vfs* vfs, const char* name, int, int* out) {
  *out = DiskOf(vfs)->Has(name) ? 1 : 0;
  return SQLITE_OK;
}

int FullPathname(sqlite3_vfs*, const char* name, int size, char* out) {
  std::strncpy(out, name, static_cast<size_t>(size));
  return SQLITE_OK;
}

int Randomness(sqlite3_vfs*, int size, char* out) {
  std::memset(out, 7, static_cast<size_t>(size));
  return size;
}
int Sleep(sqlite3_vfs*, int) { return SQLITE_OK; }
int CurrentTime(sqlite3_vfs*, double* out) {
  *out = 2460000.5;
  return SQLITE_OK;
}
int GetLastError(sqlite3_vfs*, int, char*) { return 0; }

std::map<std::string, sqlite3_vfs*>& Registered() {
  static auto* const kRegistered = new std::map<std::string, sqlite3_vfs*>();
  return *kRegistered;
}

}  // namespace

FaultDisk::FaultDisk(std::string vfs_name) : vfs_name_(std::move(vfs_name)) {
  auto* const vfs = new sqlite3_vfs();
  vfs->iVersion = 1;
  vfs->szOsFile = sizeof(OpenFile);
  vfs->mxPathname = 512;
  vfs->zName = vfs_name_.c_str();
  vfs->pAppData = this;
  vfs->xOpen = Open;
  vfs->xDelete = Delete;
  vfs->xAccess = Access;
  vfs->xFullPathname = FullPathname;
  vfs->xRandomness = Randomness;
  vfs->xSleep = Sleep;
  vfs->xCurrentTime = CurrentTime;
  vfs->xGetLastError = GetLastError;
  sqlite3_vfs_register(vfs, 0);
  Registered()[vfs_name_] = vfs;
}

FaultDisk::~FaultDisk() {
  sqlite3_vfs* const vfs = Registered()[vfs_name_];
  sqlite3_vfs_unregister(vfs);
  Registered().erase(vfs_name_);
  delete vfs;
}

void FaultDisk::FailAt(int64_t operation, Fault fault, bool forever) {
  operations_ = 0;
  fail_at_ = operation;
  fault_ = fault;
  forever_ = forever;
  failed_ = false;
}

int FaultDisk::Operate(Kind kind, bool* torn) {
  *torn = false;
  const int64_t number = operations_++;
  const int error = kind == Kind::kRead    ? SQLITE_IOERR_READ
                    : kind == Kind::kWrite ? SQLITE_IOERR_WRITE
                                           : SQLITE_IOERR_FSYNC;
  if (off_) return error;
  const bool now =
      fault_ != Fault::kNone && (number == fail_at_ || (forever_ && failed_ && number > fail_at_));
  if (!now) return SQLITE_OK;
  switch (fault_) {
    case Fault::kReadError:
      if (kind != Kind::kRead) return SQLITE_OK;
      break;
    case Fault::kWriteError:
    case Fault::kFull:
      if (kind != Kind::kWrite) return SQLITE_OK;
      break;
    case Fault::kSyncError:
      if (kind != Kind::kSync) return SQLITE_OK;
      break;
    case Fault::kTear:
      *torn = kind == Kind::kWrite;
      off_ = true;
      break;
    case Fault::kPowerOff:
      off_ = true;
      break;
    case Fault::kNone:
      return SQLITE_OK;
  }
  failed_ = true;
  return fault_ == Fault::kFull ? SQLITE_FULL : error;
}

namespace {

void ApplyTo(std::string* content, const FaultDisk::Write& write) {
  const auto offset = static_cast<size_t>(write.offset);
  if (write.truncates) {
    content->resize(offset);
    return;
  }
  if (content->size() < offset + write.bytes.size()) content->resize(offset + write.bytes.size());
  content->replace(offset, write.bytes.size(), write.bytes);
}

}  // namespace

void FaultDisk::Apply(const std::string& file, Write write) {
  File& target = files_[file];
  ApplyTo(&target.now, write);
  target.pending.push_back(std::move(write));
}

void FaultDisk::Synchronize(const std::string& file) {
  File& target = files_[file];
  target.durable = target.now;
  target.pending.clear();
}

void FaultDisk::StartAgain(uint64_t seed) {
  std::mt19937_64 random(seed);
  for (auto& [name, file] : files_) {
    std::string found = file.durable;
    for (const Write& write : file.pending) {
      if (write.truncates) {
        if (random() % 2 == 0) ApplyTo(&found, write);
        continue;
      }
      for (size_t at = 0; at < write.bytes.size(); at += kSector) {
        if (random() % 2 == 0) continue;
        ApplyTo(&found, {.offset = write.offset + static_cast<int64_t>(at),
                         .bytes = write.bytes.substr(at, kSector)});
      }
    }
    file.now = file.durable = std::move(found);
    file.pending.clear();
  }
  fault_ = Fault::kNone;
  fail_at_ = -1;
  off_ = false;
  failed_ = false;
}

}  // namespace changepolicy
