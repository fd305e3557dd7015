// Questions to an engine: about one subject, about records, about policy and organization.
#include <cstring>

#include "bindings/python/native/native.h"
#include "bindings/python/native/question.h"
#include "structmember.h"

namespace changepolicy::python {

namespace {

Engine MakeEngine(const Policy& policy, const Organization* organization) {
  const auto held_policy = policy.get();
  const auto held_organization = organization == nullptr ? nullptr : organization->get();
  return Engine(Get<changepolicy_engine>([&](auto... out) {
    return changepolicy_engine_create(held_policy.get(), held_organization.get(), out...);
  }));
}

// ---- What is asked for one decision after another
//
// These take their arguments as they lie in the call: pybind11 makes an object of C++ of each,
// which for eight of them takes longer than all else that Python adds.

// The body of such a function: what it throws becomes Python's exception.
template <typename Body>
PyObject* Called(Body body) {
  try {
    return body().release().ptr();
  } catch (py::error_already_set& error) {
    error.restore();
  } catch (const std::exception& error) {
    PyErr_SetString(PyExc_RuntimeError, error.what());
  }
  return nullptr;
}

void CheckType(bool is_right, const char* function, const char* what) {
  if (is_right) return;
  PyErr_Format(PyExc_TypeError, "%s: %s", function, what);
  throw py::error_already_set();
}

int32_t NumberOf(PyObject* value, const char* function) {
  CheckType(PyLong_Check(value) != 0, function, "an argument is no int");
  int overflow = 0;
  const long number = PyLong_AsLongAndOverflow(value, &overflow);
  CheckType(overflow == 0 && number >= INT32_MIN && number <= INT32_MAX, function,
            "a number does not fit into 32 bits");
  return static_cast<int32_t>(number);
}

// The text for C, for as long as the object lives; NULL for None. Raises as TextOf does.
const char* BorrowedText(PyObject* text, const char* name, const char* function) {
  if (text == Py_None) return nullptr;
  CheckType(PyUnicode_Check(text) != 0, function, "an argument is no str");
  Py_ssize_t size = 0;
  const char* const data = PyUnicode_AsUTF8AndSize(text, &size);
  if (data == nullptr || std::memchr(data, 0, static_cast<size_t>(size)) != nullptr) {
    PyErr_Clear();
    TextOf(py::reinterpret_borrow<py::str>(text), name);
  }
  return data;
}

// Any of the questions that take a subject and give a message: kind, encoding, subject, now,
// transition, detail, subject_digest, output.
template <auto Ask>
PyObject* AskAbout(PyObject* self, PyObject* const* given, Py_ssize_t count) {
  static constexpr char kFunction[] = "Engine";
  return Called([&]() -> py::object {
    CheckType(count == 8, kFunction, "a question takes eight arguments");
    // The caller holds the engine and the arguments, and with them what is taken from them here.
    changepolicy_engine* const engine = py::cast<const Engine&>(py::handle(self)).get().get();
    CheckType(PyBytes_Check(given[2]) != 0, kFunction, "the subject is no bytes");
    const changepolicy_subject subject = {
        NumberOf(given[0], kFunction), NumberOf(given[1], kFunction), PyBytes_AS_STRING(given[2]),
        static_cast<size_t>(PyBytes_GET_SIZE(given[2]))};
    changepolicy_question question = Sized<changepolicy_question>();
    question.now = BorrowedText(given[3], "now", kFunction);
    CheckType(question.now != nullptr, kFunction, "`now` is None");
    question.transition = BorrowedText(given[4], "transition", kFunction);
    question.detail = NumberOf(given[5], kFunction);
    CheckType(PyBool_Check(given[6]) != 0, kFunction, "`subject_digest` is no bool");
    question.subject_digest = given[6] == Py_True ? 1 : 0;
    const changepolicy_encoding output = NumberOf(given[7], kFunction);
    changepolicy_bytes* answer = nullptr;
    changepolicy_error* error = nullptr;
    changepolicy_status status = CHANGEPOLICY_INTERNAL;
    // Nothing is thrown in between, so this may be Python's own way, which does less.
    Py_BEGIN_ALLOW_THREADS;
    status = Ask(engine, &subject, &question, output, &answer, &error);
    Py_END_ALLOW_THREADS;
    Check(status, error);
    const Bytes owned(answer);
    return ToPython({changepolicy_bytes_data(answer), changepolicy_bytes_size(answer)});
  });
}

template <auto Ask>
PyMethodDef QuestionMethod(const char* name) {
  return {name, reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(&AskAbout<Ask>)),
          METH_FASTCALL, nullptr};
}

// filled(class, slots, value...): an object of the class without its __init__, whose slots, each
// given by its descriptor, hold the values. For classes that nobody can set attributes of.
PyObject* Filled(PyObject*, PyObject* const* given, Py_ssize_t count) {
  static constexpr char kFunction[] = "filled";
  return Called([&]() -> py::object {
    CheckType(count >= 2 && PyType_Check(given[0]) != 0 && PyTuple_Check(given[1]) != 0 &&
                  PyTuple_GET_SIZE(given[1]) == count - 2,
              kFunction, "give a class, a tuple of slots and a value for each");
    PyTypeObject* const type = reinterpret_cast<PyTypeObject*>(given[0]);
    py::object made = py::reinterpret_steal<py::object>(type->tp_alloc(type, 0));
    if (!made) throw py::error_already_set();
    for (Py_ssize_t i = 2; i < count; ++i) {
      PyObject* const slot = PyTuple_GET_ITEM(given[1], i - 2);
      CheckType(
          Py_TYPE(slot) == &PyMemberDescr_Type && PyType_IsSubtype(type, PyDescr_TYPE(slot)) != 0,
          kFunction, "this is no slot of the class");
      PyMemberDef* const member = reinterpret_cast<PyMemberDescrObject*>(slot)->d_member;
      if (PyMember_SetOne(reinterpret_cast<char*>(made.ptr()), member, given[i]) != 0) {
        throw py::error_already_set();
      }
    }
    return made;
  });
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
  static PyMethodDef questions[] = {
      QuestionMethod<changepolicy_decide>("decide"),
      QuestionMethod<changepolicy_categorize>("categorize"),
      QuestionMethod<changepolicy_required_approvals>("required_approvals"),
      QuestionMethod<changepolicy_check_readiness>("check_readiness"),
      QuestionMethod<changepolicy_evaluate_transition>("evaluate_transition"),
      QuestionMethod<changepolicy_lint_documents>("lint_documents")};
  static PyMethodDef functions[] = {
      {"filled", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(&Filled)),
       METH_FASTCALL, nullptr},
      {nullptr, nullptr, 0, nullptr}};
  py::class_<Engine> engine(module, "Engine");
  for (PyMethodDef& question : questions) {
    engine.attr(question.ml_name) = py::reinterpret_steal<py::object>(
        PyDescr_NewMethod(reinterpret_cast<PyTypeObject*>(engine.ptr()), &question));
  }
  if (PyModule_AddFunctions(module.ptr(), functions) != 0) throw py::error_already_set();
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
