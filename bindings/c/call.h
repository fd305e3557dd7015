// One call of a C function: its arguments checked and turned into ours, its outcome turned into a
// status, an error and out parameters.
#ifndef BINDINGS_C_CALL_H_
#define BINDINGS_C_CALL_H_

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "bindings/c/changepolicy.h"
#include "bindings/c/handles.h"
#include "google/protobuf/message.h"
#include "libchangepolicy/base/status.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/engine.h"
#include "libchangepolicy/issue.h"

namespace changepolicy::c {

using Subject = std::variant<v1::ChangeRequest, v1::Release>;

// What was wrong besides the status: filled by whoever finds it.
class Call {
 public:
  // INVALID_ARGUMENT, with the argument or the field as the error's path.
  absl::Status Wrong(std::string_view path, std::string_view message);
  // INVALID_ARGUMENT with all of the issues, when one is an error; RESOURCE_EXHAUSTED where the
  // first one is that a document is too large.
  absl::Status Refuse(const Issues& issues);

  // The status as a handle.
  changepolicy_error* MakeError(const absl::Status& status) const;

 private:
  std::string path_;
  Issues issues_;
};

Owned<changepolicy_issues> MakeIssues(const Issues& issues);

// For an error that could not even be made there is the status.
template <typename Make>
changepolicy_status Fail(changepolicy_status status, changepolicy_error** error, Make make) {
  if (error == nullptr) return status;
  try {
    *error = make();
  } catch (...) {
    return status;
  }
  return status;
}

// Runs the body of a function. Whatever is thrown below, memory that runs out above all, ends here.
template <typename Body>
changepolicy_status Run(changepolicy_error** error, Body body) {
  try {
    Call call;
    const absl::Status status = body(call);
    if (status.ok()) return CHANGEPOLICY_OK;
    return Fail(static_cast<changepolicy_status>(status.code()), error,
                [&] { return call.MakeError(status); });
  } catch (const std::exception& exception) {
    return Fail(CHANGEPOLICY_INTERNAL, error,
                [&] { return Call().MakeError(Internal(exception.what())); });
  } catch (...) {
    return Fail(CHANGEPOLICY_INTERNAL, error,
                [] { return Call().MakeError(Internal("an unknown exception")); });
  }
}

// ---- Arguments

absl::Status NotNull(Call& call, const void* argument, std::string_view name);

template <typename T>
absl::Status CheckHandle(Call& call, const T* handle, std::string_view name) {
  CP_RETURN_IF_ERROR(NotNull(call, handle, name));
  if (IsAlive(handle)) return absl::OkStatus();
  return call.Wrong(name, StrCat("`", name, "` is no live ", T::kName,
                                 "; give one that was made by this library and not freed"));
}

// How long a struct was in the first version that had it: programs that were built then give no
// more, and what was added is absent.
template <typename T>
inline constexpr size_t kFirstSize = sizeof(T);
template <>
inline constexpr size_t kFirstSize<changepolicy_question> = offsetof(changepolicy_question,
                                                                     now_seconds);

// The caller's struct as this library knows it. One of another size that is shorter was not filled
// as the header says, one that is longer may say only what is known here.
absl::Status CheckStructSize(Call& call, const void* given, size_t struct_size, size_t first,
                             size_t known, std::string_view name);
template <typename T>
absl::StatusOr<T> ReadStruct(Call& call, const T* given, std::string_view name) {
  CP_RETURN_IF_ERROR(NotNull(call, given, name));
  const size_t size = given->struct_size;
  CP_RETURN_IF_ERROR(CheckStructSize(call, given, size, kFirstSize<T>, sizeof(T), name));
  T read{};
  std::memcpy(&read, given, std::min(size, sizeof(T)));
  return read;
}
template <typename T>
absl::StatusOr<T> ReadOptionalStruct(Call& call, const T* given, std::string_view name) {
  if (given == nullptr) return T{};
  return ReadStruct(call, given, name);
}

// Texts are UTF-8. NULL is refused, or is nothing.
absl::StatusOr<std::string> ReadText(Call& call, const char* text, std::string_view name);
absl::StatusOr<std::string> ReadOptionalText(Call& call, const char* text, std::string_view name);

absl::Status CheckView(Call& call, const char* data, size_t size, std::string_view name);
absl::StatusOr<std::string_view> ReadView(Call& call, changepolicy_view view,
                                          std::string_view name);
// An array of `count` elements, which may be NULL where there are none.
absl::Status CheckArray(Call& call, const void* array, size_t count, std::string_view name);
absl::StatusOr<std::vector<std::string>> ReadTexts(Call& call, const char* const* texts,
                                                   size_t count, std::string_view name);
absl::StatusOr<std::vector<std::string>> ReadViews(Call& call, const changepolicy_view* views,
                                                   size_t count, std::string_view name);

absl::Status CheckEncoding(Call& call, changepolicy_encoding encoding, std::string_view name);
absl::StatusOr<absl::Time> ReadNow(Call& call, const char* text, std::string_view name);
// Of a question, as text or as a number.
absl::StatusOr<absl::Time> ReadNow(Call& call, const changepolicy_question& question);
absl::StatusOr<std::optional<absl::Time>> ReadOptionalInstant(Call& call, const char* text,
                                                              std::string_view name);
// By its name; false where it is none. NULL and "" are unspecified.
bool FindTransition(const char* text, v1::Transition* transition);
absl::StatusOr<v1::Transition> ReadTransition(Call& call, const char* text);
absl::StatusOr<Question> ReadQuestion(Call& call, const changepolicy_question& question);
absl::StatusOr<v1::SubjectKind> ReadKind(Call& call, changepolicy_kind kind);

// Of which kind it says to be, where all of it but the bytes themselves is right.
absl::StatusOr<v1::SubjectKind> CheckSubject(Call& call, const changepolicy_subject* subject);
absl::StatusOr<Subject> ReadSubject(Call& call, const changepolicy_subject* subject);
// By kind, each in the order in which they stand.
struct Subjects {
  std::vector<v1::ChangeRequest> changes;
  std::vector<v1::Release> releases;
};
absl::StatusOr<Subjects> ReadSubjects(Call& call, const changepolicy_subject* subjects,
                                      size_t count);
absl::Status ReadMessage(Call& call, const changepolicy_message* given, std::string_view name,
                         google::protobuf::Message* message);
absl::StatusOr<std::vector<NamedText>> ReadDocuments(Call& call,
                                                     const changepolicy_document* documents,
                                                     size_t count);

// ---- Outcomes

absl::StatusOr<std::string> WriteMessage(const google::protobuf::Message& message,
                                         changepolicy_encoding encoding);
// Sets the out parameter.
void Give(std::string bytes, changepolicy_bytes** out);
void Give(std::vector<std::string> items, changepolicy_list** out);
absl::Status Give(const google::protobuf::Message& message, changepolicy_encoding encoding,
                  changepolicy_bytes** out);
template <typename T>
absl::Status Give(const absl::StatusOr<T>& message, changepolicy_encoding encoding,
                  changepolicy_bytes** out) {
  CP_RETURN_IF_ERROR(message.status());
  return Give(*message, encoding, out);
}

// Each message of the list.
template <typename T>
absl::Status Give(const std::vector<T>& messages, changepolicy_encoding encoding,
                  changepolicy_list** out) {
  std::vector<std::string> items;
  items.reserve(messages.size());
  for (const T& message : messages) {
    CP_ASSIGN_OR_RETURN(std::string bytes, WriteMessage(message, encoding));
    items.push_back(std::move(bytes));
  }
  Give(std::move(items), out);
  return absl::OkStatus();
}

}  // namespace changepolicy::c

#endif  // BINDINGS_C_CALL_H_
