// Arguments of C functions as ours.
#include <algorithm>
#include <cstdint>
#include <utility>

#include "bindings/c/call.h"
#include "bindings/c/plain_question.h"
#include "changepolicy/v1/cel.pb.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/utf8.h"
#include "libchangepolicy/source/read.h"
#include "libchangepolicy/source/records.h"
#include "libchangepolicy/source/scalar.h"

namespace changepolicy::c {

namespace {

constexpr std::string_view kBuiltin = "builtin:";

bool IsEncoding(changepolicy_encoding encoding) {
  return encoding == CHANGEPOLICY_BINARY || encoding == CHANGEPOLICY_JSON;
}

std::string Element(std::string_view name, size_t index) { return StrCat(name, "[", index, "]"); }

Format FormatOfEncoding(changepolicy_encoding encoding) {
  return encoding == CHANGEPOLICY_JSON ? Format::kJson : Format::kBinary;
}

absl::StatusOr<v1::SubjectKind> CheckNamedSubject(Call& call, const changepolicy_subject& subject,
                                                  std::string_view name) {
  CP_ASSIGN_OR_RETURN(const v1::SubjectKind kind, ReadKind(call, subject.kind));
  if (!IsEncoding(subject.encoding)) {
    return CheckEncoding(call, subject.encoding, StrCat(name, ".encoding"));
  }
  CP_RETURN_IF_ERROR(CheckView(call, subject.data, subject.size, name));
  return kind;
}

absl::StatusOr<Subject> ReadNamedSubject(Call& call, const changepolicy_subject& subject,
                                         std::string_view name) {
  CP_ASSIGN_OR_RETURN(const v1::SubjectKind kind, CheckNamedSubject(call, subject, name));
  SubjectResult read = changepolicy::ReadSubject({subject.data, subject.size},
                                                 FormatOfEncoding(subject.encoding), name, kind);
  CP_RETURN_IF_ERROR(call.Refuse(read.issues));
  return *std::move(read.subject);
}

// With and without what the names of the enum begin with.
struct TransitionName {
  std::string full;
  std::string_view brief;
  v1::Transition transition;
};

const std::vector<TransitionName>& TransitionNames() {
  static const auto& names = *[] {
    auto* const made = new std::vector<TransitionName>();
    const google::protobuf::EnumDescriptor& declared = *v1::Transition_descriptor();
    for (int i = 0; i < declared.value_count(); ++i) {
      made->push_back({.full = declared.value(i)->name(),
                       .transition = static_cast<v1::Transition>(declared.value(i)->number())});
    }
    for (TransitionName& name : *made) {
      name.brief = std::string_view(name.full).substr(sizeof("TRANSITION_") - 1);
    }
    return made;
  }();
  return names;
}

}  // namespace

absl::Status NotNull(Call& call, const void* argument, std::string_view name) {
  if (argument != nullptr) return absl::OkStatus();
  return call.Wrong(name, StrCat("`", name, "` is NULL; it is required"));
}

absl::Status CheckStructSize(Call& call, const void* given, size_t struct_size, size_t first,
                             size_t known, std::string_view name) {
  if (struct_size == first) return absl::OkStatus();
  if (struct_size < known) {
    return call.Wrong(StrCat(name, ".struct_size"),
                      StrCat("`", name, ".struct_size` is ", struct_size, ", less than the ", known,
                             " bytes of the struct; fill it with zeros and set it to its sizeof"));
  }
  const char* const bytes = static_cast<const char*>(given);
  if (std::any_of(bytes + known, bytes + struct_size, [](char byte) { return byte != 0; })) {
    return call.Wrong(name, StrCat("`", name, "` says more than version ", CHANGEPOLICY_ABI_VERSION,
                                   " of the library knows; use a later one, or leave it out"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReadText(Call& call, const char* text, std::string_view name) {
  CP_RETURN_IF_ERROR(NotNull(call, text, name));
  size_t first_bad = 0;
  if (IsUtf8(text, &first_bad)) return std::string(text);
  return call.Wrong(name, StrCat("`", name, "` is no UTF-8 from byte ", first_bad, " on"));
}

absl::StatusOr<std::string> ReadOptionalText(Call& call, const char* text, std::string_view name) {
  if (text == nullptr) return std::string();
  return ReadText(call, text, name);
}

absl::Status CheckView(Call& call, const char* data, size_t size, std::string_view name) {
  if (data == nullptr && size > 0) {
    return call.Wrong(name, StrCat("`", name, "` is NULL, but has ", size, " bytes"));
  }
  // No allocation and no address space is so large: a length below zero, as some languages have it.
  if (size > static_cast<size_t>(PTRDIFF_MAX)) {
    return call.Wrong(name,
                      StrCat("`", name, "` cannot have ", size, " bytes; is its size wrong?"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string_view> ReadView(Call& call, changepolicy_view view,
                                          std::string_view name) {
  CP_RETURN_IF_ERROR(CheckView(call, view.data, view.size, name));
  return std::string_view(view.data, view.size);
}

absl::Status CheckArray(Call& call, const void* array, size_t count, std::string_view name) {
  if (array == nullptr && count > 0) {
    return call.Wrong(name, StrCat("`", name, "` is NULL, but has ", count, " elements"));
  }
  if (count > static_cast<size_t>(PTRDIFF_MAX) / sizeof(void*)) {
    return call.Wrong(name,
                      StrCat("`", name, "` cannot have ", count, " elements; is the count wrong?"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> ReadTexts(Call& call, const char* const* texts,
                                                   size_t count, std::string_view name) {
  CP_RETURN_IF_ERROR(CheckArray(call, texts, count, name));
  std::vector<std::string> read;
  for (size_t i = 0; i < count; ++i) {
    CP_ASSIGN_OR_RETURN(std::string text, ReadText(call, texts[i], Element(name, i)));
    read.push_back(std::move(text));
  }
  return read;
}

absl::StatusOr<std::vector<std::string>> ReadViews(Call& call, const changepolicy_view* views,
                                                   size_t count, std::string_view name) {
  CP_RETURN_IF_ERROR(CheckArray(call, views, count, name));
  std::vector<std::string> read;
  for (size_t i = 0; i < count; ++i) {
    CP_ASSIGN_OR_RETURN(const std::string_view view, ReadView(call, views[i], Element(name, i)));
    read.emplace_back(view);
  }
  return read;
}

absl::Status CheckEncoding(Call& call, changepolicy_encoding encoding, std::string_view name) {
  if (IsEncoding(encoding)) return absl::OkStatus();
  return call.Wrong(name, StrCat("`", name, "` is ", encoding,
                                 "; give CHANGEPOLICY_BINARY (1) or CHANGEPOLICY_JSON (2)"));
}

absl::StatusOr<absl::Time> ReadNow(Call& call, const char* text, std::string_view name) {
  CP_RETURN_IF_ERROR(NotNull(call, text, name));
  if (const std::optional<absl::Time> instant = ReadInstant(text); instant.has_value()) {
    return *instant;
  }
  CP_ASSIGN_OR_RETURN(const std::string written, ReadText(call, text, name));
  return call.Wrong(name, StrCat("`", name, "`: `", Printable(written),
                                 "` is no instant; write `2026-01-31T09:30:00Z`, or a date"));
}

bool FindTextNow(const changepolicy_question& question, absl::Time* now) {
  const bool has_number = question.struct_size != kFirstSize<changepolicy_question>;
  if (question.now == nullptr ||
      (has_number && (question.now_seconds != 0 || question.now_nanos != 0))) {
    return false;
  }
  const std::optional<absl::Time> read = ReadInstant(question.now);
  if (read.has_value()) *now = *read;
  return read.has_value();
}

absl::StatusOr<absl::Time> ReadNow(Call& call, const changepolicy_question& question) {
  if (absl::Time now; FindNow(question, &now)) return now;
  if (question.now_is_number == 0) {
    if (question.now_seconds != 0 || question.now_nanos != 0) {
      return call.Wrong("question.now_is_number",
                        "`question.now_seconds` or `question.now_nanos` is given, but "
                        "`question.now_is_number` is 0; set it to 1, or leave both 0");
    }
    return ReadNow(call, question.now, "question.now");
  }
  if (question.now != nullptr) {
    return call.Wrong("question.now",
                      "the instant is given twice, by `question.now` and as a number; leave one "
                      "out: NULL there, or 0 for `question.now_is_number`");
  }
  if (!IsNanosOfSecond(question.now_nanos)) {
    return call.Wrong("question.now_nanos",
                      StrCat("`question.now_nanos` is ", question.now_nanos,
                             "; give 0 to 999999999, which count forward before 1970 too"));
  }
  return call.Wrong("question.now_seconds",
                    StrCat("`question.now_seconds` is ", question.now_seconds,
                           ", outside of years 1 to 9999; give seconds since 1970"));
}

absl::StatusOr<std::optional<absl::Time>> ReadOptionalInstant(Call& call, const char* text,
                                                              std::string_view name) {
  if (text == nullptr) return std::nullopt;
  CP_ASSIGN_OR_RETURN(const absl::Time instant, ReadNow(call, text, name));
  return std::optional(instant);
}

bool FindTransition(const char* text, v1::Transition* transition) {
  *transition = v1::TRANSITION_UNSPECIFIED;
  if (text == nullptr || *text == '\0') return true;
  const std::string_view name = text;
  for (const TransitionName& known : TransitionNames()) {
    if (known.brief != name && known.full != name) continue;
    *transition = known.transition;
    return true;
  }
  return false;
}

absl::StatusOr<v1::Transition> ReadTransition(Call& call, const char* text) {
  if (v1::Transition found; FindTransition(text, &found)) return found;
  CP_ASSIGN_OR_RETURN(const std::string name, ReadText(call, text, "question.transition"));
  std::vector<std::string_view> names;
  for (const TransitionName& known : TransitionNames()) {
    if (known.transition != v1::TRANSITION_UNSPECIFIED) names.push_back(known.brief);
  }
  const std::string_view nearest = Nearest(name, names);
  return call.Wrong("question.transition",
                    StrCat("`question.transition`: `", Printable(name), "` is none; ",
                           nearest.empty() ? std::string("write one like `DEPLOY`")
                                           : StrCat("did you mean `", nearest, "`?")));
}

absl::StatusOr<Question> ReadQuestion(Call& call, const changepolicy_question& given) {
  Question question;
  CP_ASSIGN_OR_RETURN(question.now, ReadNow(call, given));
  CP_ASSIGN_OR_RETURN(question.transition, ReadTransition(call, given.transition));
  if (given.detail < 0 || given.detail > CHANGEPOLICY_DETAIL_RULES) {
    return call.Wrong(
        "question.detail",
        StrCat("`question.detail` is ", given.detail,
               "; give VERDICT (1), REASONS (2), RULES (4) or FULL (3), or 0 for REASONS"));
  }
  if (given.detail != 0) question.detail = static_cast<v1::Detail>(given.detail);
  question.subject_digest = given.subject_digest != 0;
  return question;
}

absl::StatusOr<v1::SubjectKind> ReadKind(Call& call, changepolicy_kind kind) {
  if (kind == CHANGEPOLICY_CHANGE) return v1::SUBJECT_KIND_CHANGE;
  if (kind == CHANGEPOLICY_RELEASE) return v1::SUBJECT_KIND_RELEASE;
  return call.Wrong("subject.kind",
                    StrCat("the subject's kind is ", kind,
                           "; give CHANGEPOLICY_CHANGE (1) or CHANGEPOLICY_RELEASE (2)"));
}

absl::StatusOr<v1::SubjectKind> CheckSubject(Call& call, const changepolicy_subject* subject) {
  CP_RETURN_IF_ERROR(NotNull(call, subject, "subject"));
  return CheckNamedSubject(call, *subject, "subject");
}

absl::StatusOr<Subject> ReadSubject(Call& call, const changepolicy_subject* subject) {
  CP_RETURN_IF_ERROR(NotNull(call, subject, "subject"));
  return ReadNamedSubject(call, *subject, "subject");
}

absl::StatusOr<Subjects> ReadSubjects(Call& call, const changepolicy_subject* subjects,
                                      size_t count) {
  CP_RETURN_IF_ERROR(CheckArray(call, subjects, count, "subjects"));
  Subjects read;
  for (size_t i = 0; i < count; ++i) {
    CP_ASSIGN_OR_RETURN(Subject subject,
                        ReadNamedSubject(call, subjects[i], Element("subjects", i)));
    if (auto* const change = std::get_if<v1::ChangeRequest>(&subject)) {
      read.changes.push_back(std::move(*change));
    } else {
      read.releases.push_back(std::get<v1::Release>(std::move(subject)));
    }
  }
  return read;
}

absl::Status ReadMessage(Call& call, const changepolicy_message* given, std::string_view name,
                         google::protobuf::Message* message) {
  CP_RETURN_IF_ERROR(NotNull(call, given, name));
  CP_RETURN_IF_ERROR(CheckEncoding(call, given->encoding, StrCat(name, ".encoding")));
  CP_RETURN_IF_ERROR(CheckView(call, given->data, given->size, name));
  // Values of expressions are anybody's: an Any in them is read as protobuf's JSON has it.
  const bool foreign = message->GetDescriptor()->file() == v1::CelValue::descriptor()->file();
  return call.Refuse(
      changepolicy::ReadMessage({given->data, given->size}, FormatOfEncoding(given->encoding), name,
                                message, {.schema = foreign ? Schema::kForeign : Schema::kOurs}));
}

absl::StatusOr<std::vector<NamedText>> ReadDocuments(Call& call,
                                                     const changepolicy_document* documents,
                                                     size_t count) {
  CP_RETURN_IF_ERROR(CheckArray(call, documents, count, "documents"));
  std::vector<NamedText> read;
  for (size_t i = 0; i < count; ++i) {
    const changepolicy_document& document = documents[i];
    const std::string name = Element("documents", i);
    CP_ASSIGN_OR_RETURN(std::string called, ReadText(call, document.name, StrCat(name, ".name")));
    CP_RETURN_IF_ERROR(CheckView(call, document.text, document.size, StrCat(name, ".text")));
    if (document.size > 0 && called.starts_with(kBuiltin)) {
      return call.Wrong(
          name, StrCat("`", Printable(called), "` is built in and has no text; give NULL and 0"));
    }
    read.push_back({std::move(called), document.size == 0
                                           ? std::string()
                                           : std::string(document.text, document.size)});
  }
  return read;
}

}  // namespace changepolicy::c
