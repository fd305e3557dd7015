// Lints of a policy and its organization, and what is owed.
#include "libchangepolicy/duties.h"

#include "bindings/c/call.h"
#include "bindings/c/handles.h"
#include "bindings/c/questions.h"

using changepolicy::c::Answer;
using changepolicy::c::Call;
using changepolicy::c::Give;

extern "C" {

changepolicy_status changepolicy_lint_policy(const changepolicy_engine* engine, const char* now,
                                             changepolicy_encoding output,
                                             changepolicy_bytes** answer,
                                             changepolicy_error** error) {
  return Answer(engine, output, answer, error, [&](Call& call) -> absl::Status {
    CP_ASSIGN_OR_RETURN(const absl::Time instant, ReadNow(call, now, "now"));
    return Give(engine->engine.LintPolicy(instant), output, answer);
  });
}

changepolicy_status changepolicy_lint_organization(const changepolicy_engine* engine,
                                                   const char* now, changepolicy_encoding output,
                                                   changepolicy_bytes** answer,
                                                   changepolicy_error** error) {
  return Answer(engine, output, answer, error, [&](Call& call) -> absl::Status {
    CP_ASSIGN_OR_RETURN(const absl::Time instant, ReadNow(call, now, "now"));
    return Give(engine->engine.LintOrganization(instant), output, answer);
  });
}

changepolicy_status changepolicy_lint_population(const changepolicy_engine* engine,
                                                 const changepolicy_message* population,
                                                 const char* now, changepolicy_encoding output,
                                                 changepolicy_bytes** answer,
                                                 changepolicy_error** error) {
  return Answer(engine, output, answer, error, [&](Call& call) -> absl::Status {
    CP_ASSIGN_OR_RETURN(const absl::Time instant, ReadNow(call, now, "now"));
    changepolicy::v1::Population records;
    CP_RETURN_IF_ERROR(ReadMessage(call, population, "population", &records));
    return Give(engine->engine.LintPopulation(records, instant), output, answer);
  });
}

changepolicy_status changepolicy_list_due(const changepolicy_engine* engine,
                                          const changepolicy_subject* subjects, size_t count,
                                          const char* now, const char* until,
                                          changepolicy_encoding output, changepolicy_bytes** answer,
                                          changepolicy_error** error) {
  return Answer(engine, output, answer, error, [&](Call& call) -> absl::Status {
    changepolicy::DueQuestion question;
    CP_ASSIGN_OR_RETURN(question.now, ReadNow(call, now, "now"));
    CP_ASSIGN_OR_RETURN(question.until, ReadOptionalInstant(call, until, "until"));
    CP_ASSIGN_OR_RETURN(const changepolicy::c::Subjects read, ReadSubjects(call, subjects, count));
    return Give(ListDue(engine->engine.policy(), engine->engine.organization(), read.changes,
                        read.releases, question),
                output, answer);
  });
}

}  // extern "C"
