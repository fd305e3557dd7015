// What every function hands out: bytes, lists, errors, issues.
#include <algorithm>

#include "bindings/c/call.h"
#include "bindings/c/handles.h"
#include "libchangepolicy/base/text.h"

using changepolicy::FromAbsl;
using changepolicy::Issue;
using changepolicy::StrCat;
using changepolicy::c::Call;
using changepolicy::c::FreeHandle;
using changepolicy::c::Give;
using changepolicy::c::IsAlive;
using changepolicy::c::NotNull;
using changepolicy::c::Run;

extern "C" {

const char* changepolicy_bytes_data(const changepolicy_bytes* bytes) {
  return IsAlive(bytes) ? bytes->bytes.c_str() : "";
}

size_t changepolicy_bytes_size(const changepolicy_bytes* bytes) {
  return IsAlive(bytes) ? bytes->bytes.size() : 0;
}

changepolicy_status changepolicy_bytes_create(changepolicy_bytes** bytes,
                                              changepolicy_error** error) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(NotNull(call, bytes, "bytes"));
    Give(std::string(), bytes);
    return absl::OkStatus();
  });
}

void changepolicy_bytes_free(changepolicy_bytes* bytes) { FreeHandle(bytes); }

size_t changepolicy_list_size(const changepolicy_list* list) {
  return IsAlive(list) ? list->items.size() : 0;
}

changepolicy_view changepolicy_list_at(const changepolicy_list* list, size_t index) {
  if (!IsAlive(list) || index >= list->items.size()) return {"", 0};
  return {list->items[index].data(), list->items[index].size()};
}

void changepolicy_list_free(changepolicy_list* list) { FreeHandle(list); }

changepolicy_status changepolicy_error_code(const changepolicy_error* error) {
  if (error == nullptr) return CHANGEPOLICY_OK;
  return IsAlive(error) ? error->code : CHANGEPOLICY_INVALID_ARGUMENT;
}

const char* changepolicy_error_message(const changepolicy_error* error) {
  if (error == nullptr) return "";
  return IsAlive(error) ? error->message.c_str() : "the error is no live changepolicy_error";
}

const char* changepolicy_error_path(const changepolicy_error* error) {
  return IsAlive(error) ? error->path.c_str() : "";
}

const changepolicy_issues* changepolicy_error_issues(const changepolicy_error* error) {
  return IsAlive(error) ? error->issues.get() : nullptr;
}

void changepolicy_error_free(changepolicy_error* error) { FreeHandle(error); }

size_t changepolicy_issues_size(const changepolicy_issues* issues) {
  return IsAlive(issues) ? issues->issues.size() : 0;
}

changepolicy_status changepolicy_issues_at(const changepolicy_issues* issues, size_t index,
                                           changepolicy_issue* issue, changepolicy_error** error) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_RETURN_IF_ERROR(CheckHandle(call, issues, "issues"));
    CP_RETURN_IF_ERROR(NotNull(call, issue, "issue"));
    // It is filled here: what a longer one holds beyond is left as it is.
    if (issue->struct_size < sizeof *issue) {
      return call.Wrong("issue.struct_size",
                        "`issue.struct_size` is less than the struct; set it "
                        "to sizeof(changepolicy_issue)");
    }
    if (index >= issues->issues.size()) {
      return absl::OutOfRangeError(
          changepolicy::ToAbsl(StrCat("there are ", issues->issues.size(), " issues")));
    }
    const Issue& found = issues->issues[index];
    issue->severity = static_cast<changepolicy_severity>(found.severity);
    issue->line = found.position.line;
    issue->column = found.position.column;
    issue->length = found.length;
    issue->id = found.id.c_str();
    issue->message = found.message.c_str();
    issue->help = found.help.c_str();
    issue->path = found.path.c_str();
    issue->file = found.file.c_str();
    issue->source_line = found.source_line.c_str();
    issue->text = issues->texts[index].c_str();
    return absl::OkStatus();
  });
}

}  // extern "C"
