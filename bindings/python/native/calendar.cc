// Questions about time.
#include "bindings/python/native/native.h"

namespace changepolicy::python {

namespace {

py::bytes NextSlots(const Engine& engine, const SubjectTuple& subject, const py::str& now,
                    const std::optional<py::str>& from, const std::optional<py::str>& until,
                    int32_t count, const std::optional<py::str>& length,
                    changepolicy_encoding output) {
  const auto handle = engine.get();
  const changepolicy_subject given = SubjectOf(subject);
  const std::string instant = TextOf(now, "now");
  const OptionalText start(from, "from");
  const OptionalText end(until, "until");
  const OptionalText work(length, "length");
  changepolicy_slot_question question = Sized<changepolicy_slot_question>();
  question.now = instant.c_str();
  question.from = start.get();
  question.until = end.get();
  question.count = count;
  question.length = work.get();
  return GetBytes([&](auto... out) {
    return changepolicy_next_slots(handle.get(), &given, &question, output, out...);
  });
}

py::bytes Conflicts(const Engine& engine, const py::str& now, changepolicy_encoding output) {
  const auto handle = engine.get();
  const std::string instant = TextOf(now, "now");
  return GetBytes([&](auto... out) {
    return changepolicy_conflicts(handle.get(), instant.c_str(), output, out...);
  });
}

py::bytes FreezeImpact(const Engine& engine, changepolicy_encoding input, const py::bytes& freeze,
                       const py::str& now, changepolicy_encoding output) {
  const auto handle = engine.get();
  const changepolicy_message message = MessageOf(input, freeze);
  const std::string instant = TextOf(now, "now");
  return GetBytes([&](auto... out) {
    return changepolicy_freeze_impact(handle.get(), &message, instant.c_str(), output, out...);
  });
}

py::bytes FindFreeze(const Engine& engine, const py::str& id, changepolicy_encoding output) {
  const auto handle = engine.get();
  const std::string wanted = TextOf(id, "id");
  return GetBytes([&](auto... out) {
    return changepolicy_find_freeze(handle.get(), wanted.c_str(), output, out...);
  });
}

py::bytes Schedule(const Engine& engine, const py::str& now, const py::str& from,
                   const py::str& until, changepolicy_encoding output) {
  const auto handle = engine.get();
  const std::string instant = TextOf(now, "now");
  const std::string start = TextOf(from, "from");
  const std::string end = TextOf(until, "until");
  return GetBytes([&](auto... out) {
    return changepolicy_forward_schedule(handle.get(), instant.c_str(), start.c_str(), end.c_str(),
                                         output, out...);
  });
}

py::list Departures(const Engine& engine, const py::str& from, const py::str& until,
                    changepolicy_encoding output) {
  const auto handle = engine.get();
  const std::string start = TextOf(from, "from");
  const std::string end = TextOf(until, "until");
  return GetList([&](auto... out) {
    return changepolicy_departures(handle.get(), start.c_str(), end.c_str(), output, out...);
  });
}

py::bytes PlanTrain(const Engine& engine, const py::str& train,
                    const std::vector<SubjectTuple>& changes, const py::str& now,
                    changepolicy_encoding output) {
  const auto handle = engine.get();
  const std::string wanted = TextOf(train, "train");
  const std::vector<changepolicy_subject> given = SubjectsOf(changes);
  const std::string instant = TextOf(now, "now");
  return GetBytes([&](auto... out) {
    return changepolicy_plan_train(handle.get(), wanted.c_str(), given.data(), given.size(),
                                   instant.c_str(), output, out...);
  });
}

}  // namespace

void BindCalendar(py::module_& module) {
  module.def("next_slots", &NextSlots);
  module.def("conflicts", &Conflicts);
  module.def("freeze_impact", &FreezeImpact);
  module.def("find_freeze", &FindFreeze);
  module.def("forward_schedule", &Schedule);
  module.def("departures", &Departures);
  module.def("plan_train", &PlanTrain);
}

}  // namespace changepolicy::python
