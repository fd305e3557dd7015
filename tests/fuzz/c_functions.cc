#include "tests/fuzz/c_functions.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "bindings/c/changepolicy.h"

namespace changepolicy::c {

namespace {

constexpr char kOrganization[] =
    "directory:\n"
    "  people: [{id: ann}, {id: bob}]\n"
    "  roles: [{id: engineer, members: [ann, bob]}]\n";
constexpr char kNow[] = "2026-01-31T09:30:00Z";

void Fail(const char* what) {
  std::fprintf(stderr, "C functions: %s\n", what);
  std::abort();
}

void Expect(bool condition, const char* what) {
  if (!condition) Fail(what);
}

struct Scene {
  changepolicy_policy* policy = nullptr;
  changepolicy_organization* organization = nullptr;
  changepolicy_engine* engine = nullptr;
};

const Scene& TheScene() {
  static const Scene scene = [] {
    Scene made;
    const changepolicy_document policy{"builtin:starter", nullptr, 0};
    const changepolicy_document firm{"firm.yaml", kOrganization, sizeof kOrganization - 1};
    Expect(changepolicy_policy_load(&policy, 1, &made.policy, nullptr) == CHANGEPOLICY_OK &&
               changepolicy_organization_load(&firm, 1, &made.organization, nullptr) ==
                   CHANGEPOLICY_OK &&
               changepolicy_engine_create(made.policy, made.organization, &made.engine, nullptr) ==
                   CHANGEPOLICY_OK,
           "the scene does not load");
    return made;
  }();
  return scene;
}

// Checks what every call promises, and frees what it gave.
template <typename T, typename Call>
void Check(void (*free)(T*), Call call) {
  T* out = nullptr;
  changepolicy_error* error = nullptr;
  const changepolicy_status status = call(&out, &error);
  if (status == CHANGEPOLICY_OK) {
    Expect(out != nullptr && error == nullptr, "an answer that is none");
  } else {
    Expect(out == nullptr, "an out parameter was touched");
    Expect(error != nullptr && *changepolicy_error_message(error) != '\0', "an error without text");
    Expect(changepolicy_error_code(error) == status, "two codes");
    Expect(status != CHANGEPOLICY_INTERNAL, changepolicy_error_message(error));
  }
  free(out);
  changepolicy_error_free(error);
}

using Fuzz = void (*)(std::string_view);

changepolicy_question QuestionNow() {
  changepolicy_question question{};
  question.struct_size = sizeof question;
  question.now = kNow;
  question.transition = "";
  return question;
}

using Ask = changepolicy_status (*)(const changepolicy_engine*, const changepolicy_subject*,
                                    const changepolicy_question*, changepolicy_encoding,
                                    changepolicy_bytes**, changepolicy_error**);

template <Ask ask, changepolicy_kind kind, changepolicy_encoding input>
void AskAbout(std::string_view bytes) {
  const changepolicy_subject subject{kind, input, bytes.data(), bytes.size()};
  changepolicy_question question = QuestionNow();
  question.subject_digest = 1;
  for (const changepolicy_encoding output : {CHANGEPOLICY_BINARY, CHANGEPOLICY_JSON}) {
    Check(changepolicy_bytes_free, [&](changepolicy_bytes** out, changepolicy_error** error) {
      return ask(TheScene().engine, &subject, &question, output, out, error);
    });
  }
}

// Into bytes that hold another Decision, of which nothing may be left.
template <changepolicy_kind kind, changepolicy_encoding input>
void DecideInto(std::string_view bytes) {
  static changepolicy_bytes* const answer = [] {
    changepolicy_bytes* made = nullptr;
    Expect(changepolicy_bytes_create(&made, nullptr) == CHANGEPOLICY_OK, "no bytes");
    return made;
  }();
  const changepolicy_question question = QuestionNow();
  const changepolicy_subject good{CHANGEPOLICY_CHANGE, CHANGEPOLICY_JSON, "{\"id\":\"C\"}", 10};
  const changepolicy_subject subject{kind, input, bytes.data(), bytes.size()};
  Expect(changepolicy_decide_into(TheScene().engine, &good, &question, CHANGEPOLICY_BINARY, answer,
                                  nullptr) == CHANGEPOLICY_OK,
         "a good change is refused");
  const bool is_decided =
      changepolicy_decide_into(TheScene().engine, &subject, &question, CHANGEPOLICY_BINARY, answer,
                               nullptr) == CHANGEPOLICY_OK;
  Expect(is_decided == (changepolicy_bytes_size(answer) > 0), "an earlier Decision is left");
  Check(changepolicy_bytes_free, [&](changepolicy_bytes** out, changepolicy_error** error) {
    const changepolicy_status status = changepolicy_decide(TheScene().engine, &subject, &question,
                                                           CHANGEPOLICY_BINARY, out, error);
    const auto text = [](const changepolicy_bytes* given) {
      return std::string_view(changepolicy_bytes_data(given), changepolicy_bytes_size(given));
    };
    Expect(is_decided == (status == CHANGEPOLICY_OK), "two answers");
    if (is_decided) Expect(text(*out) == text(answer), "two Decisions");
    return status;
  });
}

// Instants, transitions and roles.
void AskWith(std::string_view bytes) {
  const std::string text(bytes);
  const changepolicy_subject subject{CHANGEPOLICY_CHANGE, CHANGEPOLICY_JSON, "{\"id\":\"C\"}", 10};
  for (int member = 0; member < 3; ++member) {
    changepolicy_question question = QuestionNow();
    (member == 0 ? question.now : member == 1 ? question.transition : question.role) = text.c_str();
    Check(changepolicy_bytes_free, [&](changepolicy_bytes** out, changepolicy_error** error) {
      return changepolicy_checklist(TheScene().engine, 0, &subject, &question, CHANGEPOLICY_JSON,
                                    out, error);
    });
  }
}

template <const char* name>
void LoadPolicyFrom(std::string_view bytes) {
  const changepolicy_document document{name, bytes.data(), bytes.size()};
  Check(changepolicy_policy_free, [&](changepolicy_policy** out, changepolicy_error** error) {
    return changepolicy_policy_load(&document, 1, out, error);
  });
  Check(changepolicy_organization_free,
        [&](changepolicy_organization** out, changepolicy_error** error) {
          return changepolicy_organization_load(&document, 1, out, error);
        });
}

template <changepolicy_encoding input>
void Messages(std::string_view bytes) {
  const changepolicy_message message{input, bytes.data(), bytes.size()};
  Check(changepolicy_bytes_free, [&](changepolicy_bytes** out, changepolicy_error** error) {
    return changepolicy_decision_digest(&message, out, error);
  });
  Check(changepolicy_bytes_free, [&](changepolicy_bytes** out, changepolicy_error** error) {
    return changepolicy_decision_text(TheScene().policy, &message, 1, out, error);
  });
  Check(changepolicy_organization_free, [&](changepolicy_organization** out,
                                            changepolicy_error** error) {
    return changepolicy_organization_with_ledger(TheScene().organization, &message, out, error);
  });
  Check(changepolicy_bytes_free, [&](changepolicy_bytes** out, changepolicy_error** error) {
    return changepolicy_freeze_impact(TheScene().engine, &message, kNow, CHANGEPOLICY_JSON, out,
                                      error);
  });
  Check(changepolicy_bytes_free, [&](changepolicy_bytes** out, changepolicy_error** error) {
    return changepolicy_lint_population(TheScene().engine, &message, kNow, CHANGEPOLICY_JSON, out,
                                        error);
  });
  Check(changepolicy_bytes_free, [&](changepolicy_bytes** out, changepolicy_error** error) {
    return changepolicy_convert("AuditEntry", &message, CHANGEPOLICY_BINARY, out, error);
  });
}

void Cel(std::string_view bytes) {
  const std::string text(bytes);
  changepolicy_cel_program* program = nullptr;
  changepolicy_error* error = nullptr;
  if (changepolicy_cel_compile(text.c_str(), nullptr, &program, &error) != CHANGEPOLICY_OK) {
    Expect(*changepolicy_error_message(error) != '\0', "an error without text");
  }
  changepolicy_error_free(error);
  changepolicy_cel_program_free(program);
  changepolicy_cel_options options{};
  options.struct_size = sizeof options;
  const changepolicy_cel_variable variable{"x", "dyn"};
  options.variables = &variable;
  options.variable_count = 1;
  Check(changepolicy_cel_program_free,
        [&](changepolicy_cel_program** out, changepolicy_error** failure) {
          return changepolicy_cel_compile("x == x", &options, out, failure);
        });
  program = nullptr;
  Expect(changepolicy_cel_compile("[x, x == 1]", &options, &program, nullptr) == CHANGEPOLICY_OK,
         "a good expression");
  for (const char* const name : {"x", ""}) {
    const changepolicy_cel_binding binding{name, {bytes.data(), bytes.size()}};
    Check(changepolicy_bytes_free, [&](changepolicy_bytes** out, changepolicy_error** failure) {
      return changepolicy_cel_evaluate(program, &binding, 1, nullptr, 0, CHANGEPOLICY_BINARY, out,
                                       failure);
    });
  }
  const char* const unknown = text.c_str();
  Check(changepolicy_bytes_free, [&](changepolicy_bytes** out, changepolicy_error** failure) {
    return changepolicy_cel_evaluate(program, nullptr, 0, &unknown, 1, CHANGEPOLICY_BINARY, out,
                                     failure);
  });
  changepolicy_cel_program_free(program);
  options.descriptors = {bytes.data(), bytes.size()};
  Check(changepolicy_cel_program_free,
        [&](changepolicy_cel_program** out, changepolicy_error** failure) {
          return changepolicy_cel_compile("1", &options, out, failure);
        });
}

void Proofs(std::string_view bytes) {
  const changepolicy_view whole{bytes.data(), bytes.size()};
  const changepolicy_view half{bytes.data(), bytes.size() / 2};
  const changepolicy_view proof[] = {whole, half};
  const int64_t size = bytes.empty() ? 0 : static_cast<int8_t>(bytes[0]);
  Expect(changepolicy_check_inclusion(whole, size, size + 1, proof, 2, half, nullptr) !=
             CHANGEPOLICY_OK,
         "a proof of nothing");
  Expect(changepolicy_check_consistency(size, size + 7, proof, 2, half, whole, nullptr) !=
             CHANGEPOLICY_OK,
         "a proof of nothing");
  const std::string text(bytes);
  changepolicy_bytes *signer = nullptr, *verifier = nullptr;
  const changepolicy_status status =
      changepolicy_generate_log_key(text.c_str(), &signer, &verifier, nullptr);
  Expect((status == CHANGEPOLICY_OK) == (signer != nullptr) &&
             (signer != nullptr) == (verifier != nullptr),
         "half a key");
  changepolicy_bytes_free(signer);
  changepolicy_bytes_free(verifier);
}

constexpr char kYaml[] = "p.yaml";
constexpr char kJson[] = "p.json";
constexpr char kTextproto[] = "p.textproto";
constexpr char kBinary[] = "p.binpb";
constexpr char kAny[] = "p";

constexpr Fuzz kFuzzes[] = {
    AskAbout<changepolicy_decide, CHANGEPOLICY_CHANGE, CHANGEPOLICY_BINARY>,
    AskAbout<changepolicy_decide, CHANGEPOLICY_CHANGE, CHANGEPOLICY_JSON>,
    AskAbout<changepolicy_decide, CHANGEPOLICY_RELEASE, CHANGEPOLICY_BINARY>,
    AskAbout<changepolicy_decide, CHANGEPOLICY_RELEASE, CHANGEPOLICY_JSON>,
    AskAbout<changepolicy_check_readiness, CHANGEPOLICY_CHANGE, CHANGEPOLICY_BINARY>,
    AskAbout<changepolicy_lint_documents, CHANGEPOLICY_CHANGE, CHANGEPOLICY_BINARY>,
    AskWith,
    LoadPolicyFrom<kYaml>,
    LoadPolicyFrom<kJson>,
    LoadPolicyFrom<kTextproto>,
    LoadPolicyFrom<kBinary>,
    LoadPolicyFrom<kAny>,
    Messages<CHANGEPOLICY_BINARY>,
    Messages<CHANGEPOLICY_JSON>,
    Cel,
    Proofs,
    DecideInto<CHANGEPOLICY_CHANGE, CHANGEPOLICY_BINARY>,
    DecideInto<CHANGEPOLICY_RELEASE, CHANGEPOLICY_BINARY>,
};

}  // namespace

int FuzzedCFunctions() { return static_cast<int>(std::size(kFuzzes)); }

void FuzzCFunctions(std::string_view input) {
  if (input.empty()) return;
  kFuzzes[static_cast<uint8_t>(input[0]) % std::size(kFuzzes)](input.substr(1));
}

}  // namespace changepolicy::c
