#include "libchangepolicy/audit/store.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "libchangepolicy/audit/format.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy {

namespace {

// Entries, nodes and blobs are written once: triggers refuse what a slip of some other program
// would do to them. Who means harm drops the triggers; against that there is the tree.
constexpr std::string_view kSchema = R"(
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE entries(idx INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
CREATE TABLE nodes(position INTEGER PRIMARY KEY, hash BLOB NOT NULL);
CREATE TABLE blobs(digest BLOB NOT NULL UNIQUE, bytes BLOB NOT NULL);
CREATE TABLE openings(commitment BLOB PRIMARY KEY, salt BLOB NOT NULL, value BLOB NOT NULL UNIQUE)
  WITHOUT ROWID;
CREATE TABLE checkpoints(ordinal INTEGER PRIMARY KEY, size INTEGER NOT NULL, note TEXT NOT NULL);
CREATE TRIGGER entries_stay BEFORE UPDATE ON entries
  BEGIN SELECT RAISE(ABORT, 'entries of an audit log are never changed'); END;
CREATE TRIGGER entries_remain BEFORE DELETE ON entries
  BEGIN SELECT RAISE(ABORT, 'entries of an audit log are never deleted'); END;
CREATE TRIGGER nodes_stay BEFORE UPDATE ON nodes
  BEGIN SELECT RAISE(ABORT, 'hashes of an audit log are never changed'); END;
CREATE TRIGGER nodes_remain BEFORE DELETE ON nodes
  BEGIN SELECT RAISE(ABORT, 'hashes of an audit log are never deleted'); END;
CREATE TRIGGER blobs_stay BEFORE UPDATE ON blobs
  BEGIN SELECT RAISE(ABORT, 'blobs of an audit log are never changed'); END;
CREATE TRIGGER blobs_remain BEFORE DELETE ON blobs
  BEGIN SELECT RAISE(ABORT, 'blobs of an audit log are never deleted'); END;
)";

enum Query {
  kBegin,
  kCommit,
  kBeginRead,
  kSave,
  kKeepSaved,
  kDataVersion,
  kOrigin,
  kSetOrigin,
  kSize,
  kAddEntry,
  kEntry,
  kAddNode,
  kNode,
  kAddBlob,
  kBlob,
  kAddOpening,
  kOpeningOf,
  kOpeningOfValue,
  kEraseOpening,
  kAddCheckpoint,
  kReplaceCheckpoint,
  kCheckpoints,
  kEachEntry,
  kEachNode,
  kEachBlob,
  kEachOpening,
  kQueries
};
constexpr std::array<const char*, kQueries> kTexts = {
    "BEGIN IMMEDIATE",
    "COMMIT",
    "BEGIN",
    "SAVEPOINT job",
    "RELEASE job",
    "PRAGMA data_version",
    "SELECT value FROM meta WHERE key = 'origin'",
    "INSERT INTO meta(key, value) VALUES ('origin', ?1)",
    "SELECT max(idx) FROM entries",
    "INSERT INTO entries(idx, bytes) VALUES (?1, ?2)",
    "SELECT bytes FROM entries WHERE idx = ?1",
    "INSERT INTO nodes(position, hash) VALUES (?1, ?2)",
    "SELECT hash FROM nodes WHERE position = ?1",
    "INSERT INTO blobs(digest, bytes) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
    "SELECT bytes FROM blobs WHERE digest = ?1",
    "INSERT INTO openings(commitment, salt, value) VALUES (?1, ?2, ?3)",
    "SELECT commitment, salt, value FROM openings WHERE commitment = ?1",
    "SELECT commitment, salt, value FROM openings WHERE value = ?1",
    "DELETE FROM openings WHERE commitment = ?1",
    "INSERT INTO checkpoints(size, note) VALUES (?1, ?2)",
    "UPDATE checkpoints SET note = ?2 WHERE ordinal = ?1",
    "SELECT ordinal, size, note FROM checkpoints ORDER BY ordinal",
    "SELECT idx, bytes FROM entries WHERE idx >= ?1 ORDER BY idx",
    "SELECT position, hash FROM nodes WHERE position >= ?1 ORDER BY position",
    "SELECT digest, bytes FROM blobs ORDER BY digest",
    "SELECT commitment, salt, value FROM openings ORDER BY commitment",
};

std::string_view Bytes(sqlite3_stmt* statement, int column) {
  const auto* const data = static_cast<const char*>(sqlite3_column_blob(statement, column));
  return {data, static_cast<size_t>(sqlite3_column_bytes(statement, column))};
}

StoredOpening OpeningRow(sqlite3_stmt* statement) {
  return {.commitment = std::string(Bytes(statement, 0)),
          .salt = std::string(Bytes(statement, 1)),
          .value = std::string(Bytes(statement, 2))};
}

}  // namespace

class LogStore::Connection {
 public:
  Connection(std::string path, sqlite3* database) : path_(std::move(path)), database_(database) {}
  ~Connection() {
    for (sqlite3_stmt* const statement : statements_) sqlite3_finalize(statement);
    sqlite3_close_v2(database_);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  absl::Status ErrorOf(int code) const {
    const std::string what = StrCat("audit log `", path_, "`: ");
    const int extended = sqlite3_extended_errcode(database_);
    const std::string detail =
        StrCat(sqlite3_errmsg(database_), " (SQLite error ", extended != 0 ? extended : code, ")");
    switch (code & 0xff) {
      case SQLITE_BUSY:
      case SQLITE_LOCKED:
        return absl::UnavailableError(ToAbsl(
            StrCat(what, "another writer holds it; nothing was written; try again: ", detail)));
      case SQLITE_FULL:
        return absl::ResourceExhaustedError(ToAbsl(StrCat(
            what, "the disk is full; nothing was written; make room and append again: ", detail)));
      case SQLITE_READONLY:
      case SQLITE_PERM:
      case SQLITE_AUTH:
        return absl::PermissionDeniedError(ToAbsl(StrCat(
            what,
            "it cannot be written here; check the rights of the file and its folder: ", detail)));
      case SQLITE_CANTOPEN:
        return absl::NotFoundError(
            ToAbsl(StrCat(what, "it cannot be opened; check the path and the rights: ", detail)));
      case SQLITE_NOTADB:
        return FailedPrecondition(
            StrCat(what, "it is no audit log: the file is no SQLite database"));
      case SQLITE_CORRUPT:
        return absl::DataLossError(ToAbsl(StrCat(
            what,
            "the database is damaged; keep it as it is, and go on with a copy that verifies: ",
            detail)));
      default:
        return absl::DataLossError(ToAbsl(
            StrCat(what, "it could not be read or written; nothing was appended: ", detail)));
    }
  }

  absl::Status Execute(const char* text) {
    const int code = sqlite3_exec(database_, text, nullptr, nullptr, nullptr);
    return code == SQLITE_OK ? absl::OkStatus() : ErrorOf(code);
  }

  // SQLite does not wait for others at this change, since two that both read and both waited to
  // write would wait for each other: it gives up its lock and says busy, and we ask again.
  absl::Status SwitchToWal(absl::Duration timeout) {
    constexpr int kStepMillis = 5;
    const char* const text = "PRAGMA journal_mode = WAL";
    for (int64_t left = absl::ToInt64Milliseconds(timeout);; left -= kStepMillis) {
      const int code = sqlite3_exec(database_, text, nullptr, nullptr, nullptr);
      if (code == SQLITE_OK) return absl::OkStatus();
      if ((code & 0xff) != SQLITE_BUSY || left <= 0) return ErrorOf(code);
      sqlite3_sleep(kStepMillis);
    }
  }

  // Runs a statement to its end, row by row.
  template <typename Row, typename... Values>
  absl::Status Run(Query query, const Row& row, const Values&... values) {
    sqlite3_stmt*& statement = statements_[query];
    if (statement == nullptr) {
      const int code = sqlite3_prepare_v3(database_, kTexts[query], -1, SQLITE_PREPARE_PERSISTENT,
                                          &statement, nullptr);
      if (code != SQLITE_OK) return ErrorOf(code);
    }
    int position = 0;
    (BindTo(statement, ++position, values), ...);
    absl::Status status = absl::OkStatus();
    for (;;) {
      const int code = sqlite3_step(statement);
      if (code == SQLITE_ROW) {
        if (!row(statement)) break;
        continue;
      }
      if (code != SQLITE_DONE) status = ErrorOf(code);
      break;
    }
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return status;
  }
  template <typename... Values>
  absl::Status Do(Query query, const Values&... values) {
    return Run(
        query, [](sqlite3_stmt*) { return true; }, values...);
  }
  // The first column of the only row; nothing where there is none.
  template <typename... Values>
  absl::StatusOr<std::optional<std::string>> One(Query query, const Values&... values) {
    std::optional<std::string> found;
    CP_RETURN_IF_ERROR(Run(
        query,
        [&](sqlite3_stmt* statement) {
          found = std::string(Bytes(statement, 0));
          return false;
        },
        values...));
    return found;
  }
  template <typename... Values>
  absl::StatusOr<std::optional<int64_t>> OneNumber(Query query, const Values&... values) {
    std::optional<int64_t> found;
    CP_RETURN_IF_ERROR(Run(
        query,
        [&](sqlite3_stmt* statement) {
          if (sqlite3_column_type(statement, 0) != SQLITE_NULL) {
            found = sqlite3_column_int64(statement, 0);
          }
          return false;
        },
        values...));
    return found;
  }
  absl::StatusOr<std::optional<StoredOpening>> OneOpening(Query query, std::string_view key) {
    std::optional<StoredOpening> found;
    CP_RETURN_IF_ERROR(Run(
        query,
        [&](sqlite3_stmt* statement) {
          found = OpeningRow(statement);
          return false;
        },
        key));
    return found;
  }

  sqlite3* database() { return database_; }

 private:
  static void BindTo(sqlite3_stmt* statement, int position, int64_t value) {
    sqlite3_bind_int64(statement, position, value);
  }
  // The views outlive the step.
  static void BindTo(sqlite3_stmt* statement, int position, std::string_view value) {
    // A null pointer would bind NULL.
    sqlite3_bind_blob64(statement, position, value.data() == nullptr ? "" : value.data(),
                        value.size(), SQLITE_STATIC);
  }

  const std::string path_;
  sqlite3* const database_;
  std::array<sqlite3_stmt*, kQueries> statements_ = {};
};

LogStore::LogStore(std::string path, std::unique_ptr<Connection> connection)
    : path_(std::move(path)), connection_(std::move(connection)) {}
LogStore::~LogStore() = default;

namespace {

// As a URI, in which only these characters stand for themselves.
std::string FileUri(std::string_view path, std::string_view query) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string uri = "file:";
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::string_view("%?#").find(c) == std::string_view::npos && byte > 0x20 && byte < 0x7f) {
      uri += c;
    } else {
      uri += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return StrCat(uri, query);
}

}  // namespace

absl::StatusOr<std::unique_ptr<LogStore>> LogStore::Open(const std::string& path,
                                                         const StoreOptions& options) {
  if (path.empty() || path.find('\0') != std::string::npos) {
    return InvalidArgument("an audit log needs the name of a file");
  }
  if (options.create && options.read_only) {
    return InvalidArgument("a log that is only read cannot be created");
  }
  const auto open = [&](std::string_view query) {
    sqlite3* database = nullptr;
    int flags = SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
    flags |= options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    if (options.create) flags |= SQLITE_OPEN_CREATE;
    const int code = sqlite3_open_v2(FileUri(path, query).c_str(), &database, flags,
                                     options.vfs.empty() ? nullptr : options.vfs.c_str());
    auto connection = std::make_unique<Connection>(path, database);
    absl::Status status = code == SQLITE_OK ? absl::OkStatus() : connection->ErrorOf(code);
    sqlite3_extended_result_codes(database, 1);
    sqlite3_busy_timeout(database,
                         static_cast<int>(absl::ToInt64Milliseconds(options.busy_timeout)));
    return std::make_pair(std::move(connection), std::move(status));
  };
  const auto number = [](Connection* connection, const char* pragma) -> absl::StatusOr<int64_t> {
    int64_t value = 0;
    const auto row = [](void* out, int, char** columns, char**) {
      *static_cast<int64_t*>(out) = columns[0] == nullptr ? 0 : strtoll(columns[0], nullptr, 10);
      return 0;
    };
    const int code = sqlite3_exec(connection->database(), pragma, row, &value, nullptr);
    if (code != SQLITE_OK) return connection->ErrorOf(code);
    return value;
  };

  auto [connection, status] = open("");
  CP_RETURN_IF_ERROR(status);
  absl::StatusOr<int64_t> tables = number(connection.get(), "SELECT count(*) FROM sqlite_schema");
  if (!tables.ok() && options.read_only &&
      (absl::IsNotFound(tables.status()) || absl::IsPermissionDenied(tables.status()))) {
    // A log on a medium that nobody writes to has no journal and cannot get one.
    std::tie(connection, status) = open("?immutable=1");
    CP_RETURN_IF_ERROR(status);
    tables = number(connection.get(), "SELECT count(*) FROM sqlite_schema");
  }
  if (!tables.ok()) return tables.status();

  CP_RETURN_IF_ERROR(connection->Execute("PRAGMA synchronous = FULL"));
  CP_RETURN_IF_ERROR(connection->Execute("PRAGMA secure_delete = ON"));
  CP_RETURN_IF_ERROR(connection->Execute("PRAGMA trusted_schema = OFF"));
  CP_RETURN_IF_ERROR(connection->Execute("PRAGMA temp_store = MEMORY"));
  if (*tables == 0) {
    if (!options.create) {
      return FailedPrecondition(StrCat("audit log `", path, "`: it is no audit log: the file is ",
                                       "empty; a new log is made where that is asked for"));
    }
    CP_RETURN_IF_ERROR(connection->SwitchToWal(options.busy_timeout));
    CP_RETURN_IF_ERROR(connection->Execute("BEGIN IMMEDIATE"));
    // Somebody else may have made it meanwhile.
    const absl::StatusOr<int64_t> now =
        number(connection.get(), "SELECT count(*) FROM sqlite_schema");
    absl::Status made = now.status();
    if (made.ok() && *now == 0) {
      made = connection->Execute(std::string(kSchema).c_str());
      if (made.ok()) {
        made = connection->Execute(StrCat("PRAGMA application_id = ", kLogApplicationId,
                                          "; PRAGMA user_version = ", kLogFormatVersion)
                                       .c_str());
      }
    }
    if (made.ok()) made = connection->Execute("COMMIT");
    if (!made.ok()) {
      connection->Execute("ROLLBACK").IgnoreError();
      return made;
    }
  }
  CP_ASSIGN_OR_RETURN(const int64_t application, number(connection.get(), "PRAGMA application_id"));
  if (application != kLogApplicationId) {
    return FailedPrecondition(StrCat("audit log `", path,
                                     "`: it is no audit log: a database of another program; it was "
                                     "left as it is"));
  }
  CP_ASSIGN_OR_RETURN(const int64_t version, number(connection.get(), "PRAGMA user_version"));
  if (version != kLogFormatVersion) {
    return FailedPrecondition(StrCat("audit log `", path, "`: its format is version ", version,
                                     ", and this library knows ", kLogFormatVersion,
                                     version > kLogFormatVersion ? "; use a later library" : ""));
  }
  return std::unique_ptr<LogStore>(new LogStore(path, std::move(connection)));
}

absl::Status LogStore::Begin() { return connection_->Do(kBegin); }
absl::Status LogStore::Commit() {
  absl::Status status = connection_->Do(kCommit);
  if (!status.ok()) Rollback();
  return status;
}
void LogStore::Rollback() {
  // SQLite may have rolled back by itself, which is no error then.
  if (sqlite3_get_autocommit(connection_->database()) == 0) {
    connection_->Execute("ROLLBACK").IgnoreError();
  }
}
absl::Status LogStore::Save() { return connection_->Do(kSave); }
absl::Status LogStore::KeepSaved() { return connection_->Do(kKeepSaved); }
void LogStore::UndoSaved() {
  if (sqlite3_get_autocommit(connection_->database()) != 0) return;
  connection_->Execute("ROLLBACK TO job").IgnoreError();
  connection_->Execute("RELEASE job").IgnoreError();
}
absl::Status LogStore::BeginRead() { return connection_->Do(kBeginRead); }
void LogStore::EndRead() { Rollback(); }

absl::StatusOr<int64_t> LogStore::DataVersion() {
  CP_ASSIGN_OR_RETURN(const std::optional<int64_t> version, connection_->OneNumber(kDataVersion));
  return version.value_or(0);
}

absl::StatusOr<std::string> LogStore::Origin() {
  CP_ASSIGN_OR_RETURN(std::optional<std::string> origin, connection_->One(kOrigin));
  return std::move(origin).value_or("");
}
absl::Status LogStore::SetOrigin(std::string_view origin) {
  return connection_->Do(kSetOrigin, origin);
}

absl::StatusOr<int64_t> LogStore::Size() {
  CP_ASSIGN_OR_RETURN(const std::optional<int64_t> last, connection_->OneNumber(kSize));
  return last.has_value() ? *last + 1 : 0;
}
absl::Status LogStore::AddEntry(int64_t index, std::string_view bytes) {
  return connection_->Do(kAddEntry, index, bytes);
}
absl::StatusOr<std::optional<std::string>> LogStore::Entry(int64_t index) {
  return connection_->One(kEntry, index);
}

absl::Status LogStore::AddNode(int64_t position, std::string_view hash) {
  return connection_->Do(kAddNode, position, hash);
}
absl::StatusOr<std::optional<std::string>> LogStore::Node(int64_t position) {
  return connection_->One(kNode, position);
}

absl::Status LogStore::AddBlob(std::string_view digest, std::string_view bytes) {
  return connection_->Do(kAddBlob, digest, bytes);
}
absl::StatusOr<std::optional<std::string>> LogStore::Blob(std::string_view digest) {
  return connection_->One(kBlob, digest);
}

absl::Status LogStore::AddOpening(const StoredOpening& opening) {
  return connection_->Do(kAddOpening, std::string_view(opening.commitment),
                         std::string_view(opening.salt), std::string_view(opening.value));
}
absl::StatusOr<std::optional<StoredOpening>> LogStore::OpeningOf(std::string_view commitment) {
  return connection_->OneOpening(kOpeningOf, commitment);
}
absl::StatusOr<std::optional<StoredOpening>> LogStore::OpeningOfValue(std::string_view value) {
  return connection_->OneOpening(kOpeningOfValue, value);
}
absl::Status LogStore::EraseOpening(std::string_view commitment) {
  return connection_->Do(kEraseOpening, commitment);
}
absl::Status LogStore::Settle() {
  int busy = 0;
  const auto row = [](void* out, int, char** columns, char**) {
    *static_cast<int*>(out) = columns[0] != nullptr && columns[0][0] != '0' ? 1 : 0;
    return 0;
  };
  const int code =
      sqlite3_exec(connection_->database(), "PRAGMA wal_checkpoint(TRUNCATE)", row, &busy, nullptr);
  if (code != SQLITE_OK) return connection_->ErrorOf(code);
  if (busy != 0) {
    return absl::UnavailableError(ToAbsl(StrCat(
        "audit log `", path_,
        "`: another program reads it, so that its journal could not be emptied; erased values may "
        "still stand in it; try again when that program is done")));
  }
  return absl::OkStatus();
}

absl::Status LogStore::AddCheckpoint(int64_t size, std::string_view note) {
  return connection_->Do(kAddCheckpoint, size, note);
}
absl::Status LogStore::ReplaceCheckpoint(int64_t ordinal, std::string_view note) {
  return connection_->Do(kReplaceCheckpoint, ordinal, note);
}
absl::StatusOr<std::vector<LogStore::Checkpoint>> LogStore::Checkpoints() {
  std::vector<Checkpoint> checkpoints;
  CP_RETURN_IF_ERROR(connection_->Run(kCheckpoints, [&](sqlite3_stmt* statement) {
    checkpoints.push_back({.ordinal = sqlite3_column_int64(statement, 0),
                           .size = sqlite3_column_int64(statement, 1),
                           .note = std::string(Bytes(statement, 2))});
    return true;
  }));
  return checkpoints;
}

absl::Status LogStore::EachEntry(int64_t first, const Row& row) {
  return connection_->Run(
      kEachEntry,
      [&](sqlite3_stmt* statement) {
        return row(sqlite3_column_int64(statement, 0), Bytes(statement, 1));
      },
      first);
}
absl::Status LogStore::EachNode(int64_t first, const Row& row) {
  return connection_->Run(
      kEachNode,
      [&](sqlite3_stmt* statement) {
        return row(sqlite3_column_int64(statement, 0), Bytes(statement, 1));
      },
      first);
}
absl::Status LogStore::EachBlob(
    const std::function<bool(std::string_view, std::string_view)>& row) {
  return connection_->Run(kEachBlob, [&](sqlite3_stmt* statement) {
    return row(Bytes(statement, 0), Bytes(statement, 1));
  });
}
absl::Status LogStore::EachOpening(const std::function<bool(const StoredOpening&)>& row) {
  return connection_->Run(kEachOpening,
                          [&](sqlite3_stmt* statement) { return row(OpeningRow(statement)); });
}

absl::StatusOr<std::vector<std::string>> LogStore::CheckStructure() {
  std::vector<std::string> complaints;
  const auto row = [](void* out, int, char** columns, char**) {
    const std::string text = columns[0] == nullptr ? "" : columns[0];
    if (text != "ok") static_cast<std::vector<std::string>*>(out)->push_back(text);
    return 0;
  };
  const int code = sqlite3_exec(connection_->database(), "PRAGMA integrity_check(20)", row,
                                &complaints, nullptr);
  if (code != SQLITE_OK) complaints.push_back(sqlite3_errmsg(connection_->database()));
  return complaints;
}

}  // namespace changepolicy
