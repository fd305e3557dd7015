#include "bindings/c/changepolicy.h"

#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bindings/common/session.h"

struct changepolicy_text {
  std::string bytes;
};

struct changepolicy_engine {
  changepolicy::bindings::Session session;
};

namespace {

using changepolicy::NamedText;
using changepolicy::bindings::Call;
using changepolicy::bindings::Encoding;
using changepolicy::bindings::Session;
using changepolicy::bindings::SubjectKind;

changepolicy_status StatusOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kResourceExhausted:
      return CHANGEPOLICY_LIMIT;
    case absl::StatusCode::kInternal:
      return CHANGEPOLICY_INTERNAL;
    default:
      return CHANGEPOLICY_INVALID;
  }
}

changepolicy_status Fail(changepolicy_status status, std::string message,
                         changepolicy_text** error) {
  if (error != nullptr) *error = new changepolicy_text{std::move(message)};
  return status;
}

changepolicy_status Fail(const absl::Status& status, changepolicy_text** error) {
  return Fail(StatusOf(status.code()), std::string(status.message()), error);
}

// Whatever is thrown below, memory that runs out above all, ends here.
template <typename Body>
changepolicy_status Guard(changepolicy_text** error, Body body) {
  try {
    return body();
  } catch (const std::exception& exception) {
    return Fail(CHANGEPOLICY_INTERNAL, exception.what(), error);
  } catch (...) {
    return Fail(CHANGEPOLICY_INTERNAL, "an unknown exception", error);
  }
}

bool ToTexts(const changepolicy_document* documents, size_t count, std::vector<NamedText>* texts) {
  for (size_t i = 0; i < count; ++i) {
    if (documents == nullptr || documents[i].name == nullptr ||
        (documents[i].text == nullptr && documents[i].size > 0)) {
      return false;
    }
    texts->push_back({documents[i].name, documents[i].size == 0
                                             ? std::string()
                                             : std::string(documents[i].text, documents[i].size)});
  }
  return true;
}

bool IsEncoding(changepolicy_encoding encoding) {
  return encoding == CHANGEPOLICY_BINARY || encoding == CHANGEPOLICY_JSON;
}

Encoding ToEncoding(changepolicy_encoding encoding) {
  return encoding == CHANGEPOLICY_JSON ? Encoding::kJson : Encoding::kBinary;
}

changepolicy_status Give(absl::StatusOr<std::string> result, changepolicy_text** out,
                         changepolicy_text** error) {
  if (!result.ok()) return Fail(result.status(), error);
  *out = new changepolicy_text{*std::move(result)};
  return CHANGEPOLICY_OK;
}

}  // namespace

extern "C" {

int changepolicy_abi_version(void) { return CHANGEPOLICY_ABI_VERSION; }

changepolicy_status changepolicy_engine_create(const changepolicy_document* policies,
                                               size_t policy_count,
                                               const changepolicy_document* organization,
                                               size_t organization_count,
                                               changepolicy_engine** engine,
                                               changepolicy_text** error) {
  return Guard(error, [&]() -> changepolicy_status {
    std::vector<NamedText> policy_texts, organization_texts;
    if (engine == nullptr || !ToTexts(policies, policy_count, &policy_texts) ||
        !ToTexts(organization, organization_count, &organization_texts)) {
      return Fail(CHANGEPOLICY_INVALID, "an argument is NULL that must not be", error);
    }
    absl::StatusOr<Session> session = Session::Create(policy_texts, organization_texts);
    if (!session.ok()) return Fail(session.status(), error);
    *engine = new changepolicy_engine{*std::move(session)};
    return CHANGEPOLICY_OK;
  });
}

void changepolicy_engine_free(changepolicy_engine* engine) { delete engine; }

changepolicy_status changepolicy_decide(const changepolicy_engine* engine, changepolicy_kind kind,
                                        changepolicy_encoding input, const char* subject,
                                        size_t subject_size, const char* now,
                                        const char* transition, changepolicy_encoding output,
                                        changepolicy_text** decision, changepolicy_text** error) {
  return Guard(error, [&]() -> changepolicy_status {
    if (engine == nullptr || (subject == nullptr && subject_size > 0) || now == nullptr ||
        decision == nullptr) {
      return Fail(CHANGEPOLICY_INVALID, "an argument is NULL that must not be", error);
    }
    if (kind != CHANGEPOLICY_CHANGE && kind != CHANGEPOLICY_RELEASE) {
      return Fail(CHANGEPOLICY_INVALID,
                  absl::StrCat("kind is ", kind,
                               "; give CHANGEPOLICY_CHANGE (1) or CHANGEPOLICY_RELEASE (2)"),
                  error);
    }
    if (!IsEncoding(input) || !IsEncoding(output)) {
      return Fail(CHANGEPOLICY_INVALID,
                  absl::StrCat(IsEncoding(input) ? "output" : "input", " encoding is ",
                               IsEncoding(input) ? output : input,
                               "; give CHANGEPOLICY_BINARY (1) or CHANGEPOLICY_JSON (2)"),
                  error);
    }
    const Call call{
        .kind = kind == CHANGEPOLICY_CHANGE ? SubjectKind::kChange : SubjectKind::kRelease,
        .input = ToEncoding(input),
        .output = ToEncoding(output),
        .now = now,
        .transition = transition == nullptr ? "" : transition};
    const std::string_view bytes =
        subject_size == 0 ? std::string_view() : std::string_view(subject, subject_size);
    return Give(engine->session.Decide(bytes, call), decision, error);
  });
}

changepolicy_status changepolicy_decision_digest(const char* decision, size_t size,
                                                 changepolicy_text** digest,
                                                 changepolicy_text** error) {
  return Guard(error, [&]() -> changepolicy_status {
    if (decision == nullptr || digest == nullptr) {
      return Fail(CHANGEPOLICY_INVALID, "an argument is NULL that must not be", error);
    }
    return Give(changepolicy::bindings::DigestOfDecision({decision, size}), digest, error);
  });
}

const char* changepolicy_text_data(const changepolicy_text* text) {
  return text == nullptr ? "" : text->bytes.c_str();
}
size_t changepolicy_text_size(const changepolicy_text* text) {
  return text == nullptr ? 0 : text->bytes.size();
}
void changepolicy_text_free(changepolicy_text* text) { delete text; }

}  // extern "C"
