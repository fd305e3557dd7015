// Questions to an engine: about one subject, about records, about policy and organization.
#include "bindings/python/native/native.h"
#include "bindings/python/native/question.h"

namespace changepolicy::python {

namespace {

Engine MakeEngine(const Policy& policy, const Organization* organization) {
  const auto held_policy = policy.get();
  const auto held_organization = organization == nullptr ? nullptr : organization->get();
  return Engine(Get<changepolicy_engine>([&](auto... out) {
    return changepolicy_engine_create(held_policy.get(), held_organization.get(), out...);
  }));
}

// ---- What is asked more rarely

py::bytes Checklist(const Engine& engine, changepolicy_kind kind,
                    const std::optional<SubjectTuple>& subject, const std::optional<py::str>& now,
                    const std::optional<py::str>& transition, const std::optional<py::str>& role,
                    changepolicy_encoding output) {
  const auto handle = engine.get();
  const Question question(now, transition, 0, false, role);
  changepolicy_subject given{};
  if (subject.has_value()) given = SubjectOf(*subject);
  return GetBytes([&](auto... out) {
    return changepolicy_checklist(handle.get(), kind, subject.has_value() ? &given : nullptr,
                                  question.get(), output, out...);
  });
}

py::bytes Due(const Engine& engine, const std::vector<SubjectTuple>& subjects, const py::str& now,
              const std::optional<py::str>& until, changepolicy_encoding output) {
  const auto handle = engine.get();
  const std::vector<changepolicy_subject> given = SubjectsOf(subjects);
  const std::string instant = TextOf(now, "now");
  const OptionalText end(until, "until");
  return GetBytes([&](auto... out) {
    return changepolicy_list_due(handle.get(), given.data(), given.size(), instant.c_str(),
                                 end.get(), output, out...);
  });
}

template <auto Lint>
py::bytes LintOf(const Engine& engine, const py::str& now, changepolicy_encoding output) {
  const auto handle = engine.get();
  const std::string instant = TextOf(now, "now");
  return GetBytes([&](auto... out) { return Lint(handle.get(), instant.c_str(), output, out...); });
}

py::bytes LintPopulation(const Engine& engine, changepolicy_encoding input,
                         const py::bytes& population, const py::str& now,
                         changepolicy_encoding output) {
  const auto handle = engine.get();
  const changepolicy_message message = MessageOf(input, population);
  const std::string instant = TextOf(now, "now");
  return GetBytes([&](auto... out) {
    return changepolicy_lint_population(handle.get(), &message, instant.c_str(), output, out...);
  });
}

py::bytes SeriesDecide(const Series& series, const Organization* organization,
                       const SubjectTuple& subject, const py::str& now,
                       const std::optional<py::str>& transition, changepolicy_detail detail,
                       bool subject_digest, changepolicy_encoding output) {
  const auto handle = series.get();
  const auto held_organization = organization == nullptr ? nullptr : organization->get();
  const changepolicy_subject given = SubjectOf(subject);
  const Question question(now, transition, detail, subject_digest);
  return GetBytes([&](auto... out) {
    return changepolicy_series_decide(handle.get(), held_organization.get(), &given, question.get(),
                                      output, out...);
  });
}

py::bytes Compare(const Policy& before, const Policy& after, const Organization* organization,
                  const std::vector<SubjectTuple>& subjects, const py::str& now,
                  changepolicy_encoding output) {
  const auto held_before = before.get();
  const auto held_after = after.get();
  const auto held_organization = organization == nullptr ? nullptr : organization->get();
  const std::vector<changepolicy_subject> given = SubjectsOf(subjects);
  const std::string instant = TextOf(now, "now");
  return GetBytes([&](auto... out) {
    return changepolicy_compare_policies(held_before.get(), held_after.get(),
                                         held_organization.get(), given.data(), given.size(),
                                         instant.c_str(), output, out...);
  });
}

py::str DecisionDigest(changepolicy_encoding input, const py::bytes& decision) {
  const changepolicy_message message = MessageOf(input, decision);
  return GetText([&](auto... out) { return changepolicy_decision_digest(&message, out...); });
}

py::str DecisionText(const Policy& policy, changepolicy_encoding input, const py::bytes& decision,
                     bool verbose) {
  const auto handle = policy.get();
  const changepolicy_message message = MessageOf(input, decision);
  return GetText([&](auto... out) {
    return changepolicy_decision_text(handle.get(), &message, verbose ? 1 : 0, out...);
  });
}

}  // namespace

void BindQuestions(py::module_& module) {
  py::class_<Engine> engine(module, "Engine");
  BindDecisions(module, engine);
  engine.def(py::init(&MakeEngine))
      .def("checklist", &Checklist)
      .def("list_due", &Due)
      .def("lint_policy", &LintOf<changepolicy_lint_policy>)
      .def("lint_organization", &LintOf<changepolicy_lint_organization>)
      .def("lint_population", &LintPopulation);
  module.def("series_decide", &SeriesDecide);
  module.def("compare_policies", &Compare);
  module.def("decision_digest", &DecisionDigest);
  module.def("decision_text", &DecisionText);
}

}  // namespace changepolicy::python
