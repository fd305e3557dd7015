#include "libchangepolicy/flat/projection.h"

#include <algorithm>
#include <utility>

#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy::flat {

// A table that differs from the message's own in what the parser does with its fields.
struct Projection::Part {
  MessageTable table;
  std::vector<ParseEntry> entries;
};

namespace {

// `a.b.c` to `a` and `b.c`.
std::pair<std::string_view, std::string_view> Split(std::string_view path) {
  const size_t dot = path.find('.');
  if (dot == std::string_view::npos) return {path, ""};
  return {path.substr(0, dot), path.substr(dot + 1)};
}

absl::Status CheckPath(const MessageTable& message, std::string_view path) {
  const MessageTable* table = &message;
  std::string_view rest = path;
  do {
    const auto [name, behind] = Split(rest);
    const FieldTable* const field = table == nullptr ? nullptr : table->FindByName(name);
    const bool leads_on = name.size() < rest.size();
    if (field == nullptr || (leads_on && (behind.empty() || field->kind == Kind::kMap))) {
      return InvalidArgument(StrCat("`", path, "` is no field of ", message.full_name));
    }
    table = field->message;
    rest = behind;
  } while (!rest.empty());
  return absl::OkStatus();
}

}  // namespace

Projection::Projection() = default;
Projection::Projection(Projection&&) noexcept = default;
Projection& Projection::operator=(Projection&&) noexcept = default;
Projection::~Projection() = default;

absl::StatusOr<Projection> Projection::Make(const MessageTable& message,
                                            std::span<const std::string> paths) {
  for (const std::string& path : paths) CP_RETURN_IF_ERROR(CheckPath(message, path));
  Projection projection;
  projection.top_ = projection.Stored(message, paths);
  return projection;
}

Projection::Part& Projection::AddPart(const MessageTable& message) {
  Part& part = *parts_.emplace_back(std::make_unique<Part>());
  part.table = message;
  part.entries.assign(message.entries, message.entries + message.entries[0].offset);
  part.entries[0].message = &part.table;
  part.table.entries = part.entries.data();
  return part;
}

const MessageTable* Projection::Stored(const MessageTable& message,
                                       std::span<const std::string> paths) {
  Part& part = AddPart(message);
  // What follows each field in the paths; an empty path means all of it.
  std::map<std::string_view, std::vector<std::string>> inside;
  uint64_t oneofs = 0;
  for (const std::string& path : paths) {
    const auto [name, behind] = Split(path);
    inside[name].emplace_back(behind);
    oneofs |= message.FindByName(name)->oneof;
  }
  for (uint32_t i = 0; i < message.field_count; ++i) {
    const FieldTable& field = message.fields[i];
    ParseEntry& entry = part.entries[field.number];
    const auto found = inside.find(field.name);
    if (found == inside.end()) {
      if ((oneofs >> i & 1) == 0) entry = SkippedEntry(entry, message);
      continue;
    }
    const std::vector<std::string>& rest = found->second;
    if (std::find(rest.begin(), rest.end(), "") == rest.end()) {
      entry.message = Stored(*field.message, rest);
      if (entry.kind == Kind::kTime) entry.kind = Kind::kMessage;
    }
  }
  return &part.table;
}

const MessageTable* Projection::Skipped(const MessageTable& message) {
  const auto [found, added] = skipped_.try_emplace(&message, nullptr);
  if (!added) return found->second;
  Part& part = AddPart(message);
  skipped_[&message] = &part.table;  // before its fields, which may be of the same type
  for (uint32_t i = 0; i < message.field_count; ++i) {
    ParseEntry& entry = part.entries[message.fields[i].number];
    entry = SkippedEntry(entry, message);
  }
  return &part.table;
}

ParseEntry Projection::SkippedEntry(const ParseEntry& entry, const MessageTable& message) {
  ParseEntry skipped = entry;
  switch (message.fields[entry.bit].kind) {
    case Kind::kString:
    case Kind::kRepeatedString:
      skipped.kind = Kind::kSkippedString;
      break;
    case Kind::kBytes:
      skipped.kind = Kind::kSkippedBytes;
      break;
    case Kind::kDouble:
      skipped.kind = Kind::kSkippedDouble;
      break;
    case Kind::kMessage:
    case Kind::kRepeatedMessage:
    case Kind::kMap:
      skipped.kind = Kind::kSkippedMessage;
      skipped.message = Skipped(*entry.message);
      break;
    case Kind::kRepeatedInt32:
    case Kind::kRepeatedInt64:
      skipped.kind = Kind::kSkippedPackable;
      break;
    default:
      skipped.kind = Kind::kSkippedVarint;
  }
  return skipped;
}

}  // namespace changepolicy::flat
