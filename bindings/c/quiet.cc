// Part of self-contained builds alone, whose protobuf belongs to nobody else: it says nothing on
// standard error about bytes that it refuses. Callers are told by the error.
#include "google/protobuf/stubs/logging.h"

namespace changepolicy::c {

namespace {

[[maybe_unused]] google::protobuf::LogHandler* const kBefore =
    google::protobuf::SetLogHandler(nullptr);

}  // namespace

}  // namespace changepolicy::c
