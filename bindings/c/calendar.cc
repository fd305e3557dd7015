// Questions about time.
#include "libchangepolicy/calendar.h"

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "bindings/c/call.h"
#include "bindings/c/handles.h"
#include "bindings/c/questions.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/source/scalar.h"

namespace changepolicy::c {

namespace {

Planner PlannerOf(const changepolicy_engine& engine) {
  return {engine.engine.policy(), engine.engine.organization()};
}

absl::StatusOr<SlotQuestion> ReadSlotQuestion(Call& call, const changepolicy_slot_question& given) {
  SlotQuestion question;
  CP_ASSIGN_OR_RETURN(question.now, ReadNow(call, given.now, "question.now"));
  CP_ASSIGN_OR_RETURN(question.from, ReadOptionalInstant(call, given.from, "question.from"));
  CP_ASSIGN_OR_RETURN(question.until, ReadOptionalInstant(call, given.until, "question.until"));
  if (given.count != 0) question.count = given.count;
  if (given.length != nullptr) {
    CP_ASSIGN_OR_RETURN(const std::string written, ReadText(call, given.length, "question.length"));
    question.length = ReadDuration(written);
    if (!question.length.has_value()) {
      return call.Wrong("question.length", StrCat("`question.length`: `", Printable(written),
                                                  "` is no duration; write one like `2h30m`"));
    }
  }
  return question;
}

}  // namespace

}  // namespace changepolicy::c

using changepolicy::c::Answer;
using changepolicy::c::Call;
using changepolicy::c::Give;
using changepolicy::c::PlannerOf;

extern "C" {

changepolicy_status changepolicy_next_slots(const changepolicy_engine* engine,
                                            const changepolicy_subject* subject,
                                            const changepolicy_slot_question* question,
                                            changepolicy_encoding output,
                                            changepolicy_bytes** answer,
                                            changepolicy_error** error) {
  return Answer(engine, output, answer, error, [&](Call& call) -> absl::Status {
    CP_ASSIGN_OR_RETURN(const changepolicy_slot_question given,
                        ReadStruct(call, question, "question"));
    CP_ASSIGN_OR_RETURN(const changepolicy::SlotQuestion asked,
                        changepolicy::c::ReadSlotQuestion(call, given));
    CP_ASSIGN_OR_RETURN(const changepolicy::c::Subject read, ReadSubject(call, subject));
    return std::visit(
        [&](const auto& message) {
          return Give(PlannerOf(*engine).NextSlots(message, asked), output, answer);
        },
        read);
  });
}

changepolicy_status changepolicy_conflicts(const changepolicy_engine* engine, const char* now,
                                           changepolicy_encoding output,
                                           changepolicy_bytes** answer,
                                           changepolicy_error** error) {
  return Answer(engine, output, answer, error, [&](Call& call) -> absl::Status {
    CP_ASSIGN_OR_RETURN(const absl::Time instant, ReadNow(call, now, "now"));
    return Give(PlannerOf(*engine).Conflicts(instant), output, answer);
  });
}

changepolicy_status changepolicy_freeze_impact(const changepolicy_engine* engine,
                                               const changepolicy_message* freeze, const char* now,
                                               changepolicy_encoding output,
                                               changepolicy_bytes** answer,
                                               changepolicy_error** error) {
  return Answer(engine, output, answer, error, [&](Call& call) -> absl::Status {
    CP_ASSIGN_OR_RETURN(const absl::Time instant, ReadNow(call, now, "now"));
    changepolicy::v1::Freeze read;
    CP_RETURN_IF_ERROR(ReadMessage(call, freeze, "freeze", &read));
    return Give(PlannerOf(*engine).FreezeImpact(read, instant), output, answer);
  });
}

changepolicy_status changepolicy_find_freeze(const changepolicy_engine* engine, const char* id,
                                             changepolicy_encoding output,
                                             changepolicy_bytes** freeze,
                                             changepolicy_error** error) {
  return Answer(engine, output, freeze, error, [&](Call& call) -> absl::Status {
    CP_ASSIGN_OR_RETURN(const std::string name, ReadText(call, id, "id"));
    return Give(PlannerOf(*engine).FindFreeze(name), output, freeze);
  });
}

changepolicy_status changepolicy_forward_schedule(const changepolicy_engine* engine,
                                                  const char* now, const char* from,
                                                  const char* until, changepolicy_encoding output,
                                                  changepolicy_bytes** schedule,
                                                  changepolicy_error** error) {
  return Answer(engine, output, schedule, error, [&](Call& call) -> absl::Status {
    CP_ASSIGN_OR_RETURN(const absl::Time instant, ReadNow(call, now, "now"));
    CP_ASSIGN_OR_RETURN(const absl::Time start, ReadNow(call, from, "from"));
    CP_ASSIGN_OR_RETURN(const absl::Time end, ReadNow(call, until, "until"));
    return Give(PlannerOf(*engine).Schedule(instant, start, end), output, schedule);
  });
}

changepolicy_status changepolicy_departures(const changepolicy_engine* engine, const char* from,
                                            const char* until, changepolicy_encoding output,
                                            changepolicy_list** departures,
                                            changepolicy_error** error) {
  return Answer(engine, output, departures, error, [&](Call& call) -> absl::Status {
    CP_ASSIGN_OR_RETURN(const absl::Time start, ReadNow(call, from, "from"));
    CP_ASSIGN_OR_RETURN(const absl::Time end, ReadNow(call, until, "until"));
    CP_ASSIGN_OR_RETURN(const std::vector<changepolicy::v1::TrainDeparture> found,
                        PlannerOf(*engine).Departures(start, end));
    return Give(found, output, departures);
  });
}

changepolicy_status changepolicy_plan_train(const changepolicy_engine* engine, const char* train,
                                            const changepolicy_subject* changes, size_t count,
                                            const char* now, changepolicy_encoding output,
                                            changepolicy_bytes** plan, changepolicy_error** error) {
  return Answer(engine, output, plan, error, [&](Call& call) -> absl::Status {
    CP_ASSIGN_OR_RETURN(const std::string name, ReadText(call, train, "train"));
    CP_ASSIGN_OR_RETURN(const absl::Time instant, ReadNow(call, now, "now"));
    CP_ASSIGN_OR_RETURN(const changepolicy::c::Subjects read, ReadSubjects(call, changes, count));
    if (!read.releases.empty()) {
      return call.Wrong("changes", "only changes go with a train; give no releases");
    }
    return Give(PlannerOf(*engine).PlanTrain(name, read.changes, instant), output, plan);
  });
}

}  // extern "C"
