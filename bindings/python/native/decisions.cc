// What is asked for one decision after another.
//
// These take their arguments as they lie in the call: pybind11 makes an object of C++ of each,
// which for eight of them takes longer than all else that Python adds.
#include <array>
#include <chrono>
#include <cstring>
#include <initializer_list>
#include <span>

#include "bindings/python/native/native.h"
#include "bindings/python/native/question.h"
#include "datetime.h"
#include "structmember.h"

namespace changepolicy::python {

namespace {

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

py::object Owned(PyObject* made) {
  if (made == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::object>(made);
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

// The engine of a method that Python calls only with an Engine. pybind11's own cast looks the class
// up; nearly every object holds one value and nothing else.
changepolicy_engine* EngineOf(PyObject* self) {
  const auto* const instance = reinterpret_cast<const py::detail::instance*>(self);
  if (instance->simple_layout && instance->simple_value_holder[0] != nullptr) {
    return static_cast<const Engine*>(instance->simple_value_holder[0])->get().get();
  }
  return py::cast<const Engine&>(py::handle(self)).get().get();
}

// Whether it is bytes that are a serialized message, and not a text of JSON.
bool IsMessage(PyObject* subject) {
  return PyBytes_CheckExact(subject) && PyBytes_GET_SIZE(subject) > 0 &&
         *PyBytes_AS_STRING(subject) != '{';
}

changepolicy_subject SubjectOf(PyObject* kind, PyObject* encoding, PyObject* content,
                               const char* function) {
  CheckType(PyBytes_Check(content) != 0, function, "the subject is no bytes");
  return {NumberOf(kind, function), NumberOf(encoding, function), PyBytes_AS_STRING(content),
          static_cast<size_t>(PyBytes_GET_SIZE(content))};
}

// ---- One subject

using Ask = changepolicy_status (*)(const changepolicy_engine*, const changepolicy_subject*,
                                    const changepolicy_question*, changepolicy_encoding,
                                    changepolicy_bytes**, changepolicy_error**);

// Python's lock is released by its own macros, which do less than pybind11: nothing is thrown
// between them.
py::object AnswerOf(Ask ask, const changepolicy_engine* engine, const changepolicy_subject& subject,
                    const changepolicy_question& question, changepolicy_encoding output) {
  changepolicy_bytes* answer = nullptr;
  changepolicy_error* error = nullptr;
  changepolicy_status status = CHANGEPOLICY_INTERNAL;
  Py_BEGIN_ALLOW_THREADS;
  status = ask(engine, &subject, &question, output, &answer, &error);
  Py_END_ALLOW_THREADS;
  Check(status, error);
  const Bytes owned(answer);
  return ToPython({changepolicy_bytes_data(answer), changepolicy_bytes_size(answer)});
}

// A Decision of more bytes is not worth the memory that each thread would keep for the next.
constexpr size_t kMostKept = size_t{1} << 20;

py::object DecisionOf(const changepolicy_engine* engine, const changepolicy_subject& subject,
                      const changepolicy_question& question, changepolicy_encoding output) {
  thread_local Bytes kept;
  if (kept == nullptr) {
    kept.reset(
        Get<changepolicy_bytes>([](auto... out) { return changepolicy_bytes_create(out...); }));
  }
  changepolicy_error* error = nullptr;
  changepolicy_status status = CHANGEPOLICY_INTERNAL;
  Py_BEGIN_ALLOW_THREADS;
  status = changepolicy_decide_into(engine, &subject, &question, output, kept.get(), &error);
  Py_END_ALLOW_THREADS;
  Check(status, error);
  const size_t size = changepolicy_bytes_size(kept.get());
  py::object decision = ToPython({changepolicy_bytes_data(kept.get()), size});
  if (size > kMostKept) kept.reset();
  return decision;
}

// Any of the questions that take a subject and give a message: kind, encoding, subject, now,
// transition, detail, subject_digest, output.
template <Ask ask>
PyObject* AskAbout(PyObject* self, PyObject* const* given, Py_ssize_t count) {
  static constexpr char kFunction[] = "Engine";
  return Called([&]() -> py::object {
    CheckType(count == 8, kFunction, "a question takes eight arguments");
    // The caller holds the engine and the arguments, and with them what is taken from them here.
    changepolicy_engine* const engine = EngineOf(self);
    const changepolicy_subject subject = SubjectOf(given[0], given[1], given[2], kFunction);
    changepolicy_question question = Sized<changepolicy_question>();
    question.now = BorrowedText(given[3], "now", kFunction);
    CheckType(question.now != nullptr, kFunction, "`now` is None");
    question.transition = BorrowedText(given[4], "transition", kFunction);
    question.detail = NumberOf(given[5], kFunction);
    CheckType(PyBool_Check(given[6]) != 0, kFunction, "`subject_digest` is no bool");
    question.subject_digest = given[6] == Py_True ? 1 : 0;
    const changepolicy_encoding output = NumberOf(given[7], kFunction);
    if constexpr (ask == changepolicy_decide) return DecisionOf(engine, subject, question, output);
    return AnswerOf(ask, engine, subject, question, output);
  });
}

template <typename Function>
PyMethodDef Fast(const char* name, Function function) {
  return {name, reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(function)),
          METH_FASTCALL, nullptr};
}

// ---- Objects of Python around answers

// Where in an object of the class each of the slots lies, which are given by their descriptors. For
// classes that nobody can set attributes of.
std::vector<Py_ssize_t> PlacesOf(PyObject* type, PyObject* slots, const char* function) {
  CheckType(PyType_Check(type) != 0 && PyTuple_Check(slots) != 0, function,
            "give a class, a tuple of slots and a value for each");
  std::vector<Py_ssize_t> places;
  places.reserve(static_cast<size_t>(PyTuple_GET_SIZE(slots)));
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(slots); ++i) {
    PyObject* const slot = PyTuple_GET_ITEM(slots, i);
    const bool is_slot =
        Py_TYPE(slot) == &PyMemberDescr_Type &&
        PyType_IsSubtype(reinterpret_cast<PyTypeObject*>(type), PyDescr_TYPE(slot)) != 0;
    CheckType(is_slot, function, "this is no slot of the class");
    const PyMemberDef& member = *reinterpret_cast<PyMemberDescrObject*>(slot)->d_member;
    CheckType(member.type == T_OBJECT_EX && member.flags == 0, function,
              "this is no slot that can be set");
    places.push_back(member.offset);
  }
  return places;
}

// An object of the class without its __init__, with the values at these places.
py::object Fill(PyObject* type_given, std::span<const Py_ssize_t> places,
                std::span<PyObject* const> values, const char* function) {
  CheckType(places.size() == values.size(), function,
            "give a class, a tuple of slots and a value for each");
  PyTypeObject* const type = reinterpret_cast<PyTypeObject*>(type_given);
  py::object made = Owned(type->tp_alloc(type, 0));
  for (size_t i = 0; i < values.size(); ++i) {
    PyObject** const place =
        reinterpret_cast<PyObject**>(reinterpret_cast<char*>(made.ptr()) + places[i]);
    Py_INCREF(values[i]);
    Py_XSETREF(*place, values[i]);
  }
  return made;
}

// filled(class, slots, value...)
PyObject* Filled(PyObject*, PyObject* const* given, Py_ssize_t count) {
  static constexpr char kFunction[] = "filled";
  return Called([&]() -> py::object {
    CheckType(count >= 2, kFunction, "give a class, a tuple of slots and a value for each");
    return Fill(given[0], PlacesOf(given[0], given[1], kFunction),
                {given + 2, static_cast<size_t>(count - 2)}, kFunction);
  });
}

// What changepolicy.decision has of a Decision: its bytes, no message yet, no values yet, the
// policy, what was asked.
py::object FillDecision(PyObject* type, std::span<const Py_ssize_t> places,
                        const py::object& content, PyObject* policy, const py::object& asked,
                        const char* function) {
  const std::array<PyObject*, 5> filled = {content.ptr(), Py_None, Py_None, policy, asked.ptr()};
  return Fill(type, places, filled, function);
}

// Whether it is a datetime of datetime.timezone.utc, whose instant the question then has.
bool PutUtc(PyObject* now, changepolicy_question* question) {
  if (!PyDateTime_CheckExact(now)) return false;
  const auto* const time = reinterpret_cast<const PyDateTime_DateTime*>(now);
  if (time->hastzinfo == 0 || time->tzinfo != PyDateTime_TimeZone_UTC) return false;
  const std::chrono::sys_days day = std::chrono::year(PyDateTime_GET_YEAR(now)) /
                                    static_cast<int>(PyDateTime_GET_MONTH(now)) /
                                    static_cast<int>(PyDateTime_GET_DAY(now));
  question->now_seconds = int64_t{86'400} * day.time_since_epoch().count() +
                          3'600 * PyDateTime_DATE_GET_HOUR(now) +
                          60 * PyDateTime_DATE_GET_MINUTE(now) + PyDateTime_DATE_GET_SECOND(now);
  question->now_nanos = 1'000 * PyDateTime_DATE_GET_MICROSECOND(now);
  question->now_is_number = 1;
  return true;
}

// decided(class, slots, policy, subject, now, transition): the Decision about a change, where these
// are given as most give them: serialized bytes, a text or a datetime in UTC, a text or None. None
// where they are not; what then is wrong with them, or is to be turned, is left to Python.
PyObject* Decided(PyObject* self, PyObject* const* given, Py_ssize_t count) {
  static constexpr char kFunction[] = "decided";
  return Called([&]() -> py::object {
    CheckType(count == 6, kFunction, "give six arguments");
    PyObject *const content = given[3], *const now = given[4], *const transition = given[5];
    if (!IsMessage(content) || (transition != Py_None && !PyUnicode_CheckExact(transition))) {
      return py::none();
    }
    changepolicy_question question = Sized<changepolicy_question>();
    if (PyUnicode_CheckExact(now)) {
      question.now = BorrowedText(now, "now", kFunction);
    } else if (!PutUtc(now, &question)) {
      return py::none();
    }
    question.transition = BorrowedText(transition, "transition", kFunction);
    const changepolicy_subject subject = {CHANGEPOLICY_CHANGE, CHANGEPOLICY_BINARY,
                                          PyBytes_AS_STRING(content),
                                          static_cast<size_t>(PyBytes_GET_SIZE(content))};
    const py::object decision = DecisionOf(EngineOf(self), subject, question, CHANGEPOLICY_BINARY);
    // As AskedFields has them.
    static PyObject* const one = PyLong_FromLong(1);
    static PyObject* const zero = PyLong_FromLong(0);
    static_assert(CHANGEPOLICY_CHANGE == 1 && CHANGEPOLICY_BINARY == 1);
    const py::object asked =
        Owned(PyTuple_Pack(8, self, one, one, content, now, transition, zero, Py_False));
    return FillDecision(given[0], PlacesOf(given[0], given[1], kFunction), decision, given[2],
                        asked, kFunction);
  });
}

// decision_verdict(content): the number of a Decision's verdict.
PyObject* DecisionVerdict(PyObject*, PyObject* content) {
  // Reading so little takes less time than others would need to take up the lock.
  constexpr Py_ssize_t kShort = 16 << 10;
  return Called([&]() -> py::object {
    CheckType(PyBytes_Check(content) != 0, "decision_verdict", "the decision is no bytes");
    const changepolicy_message message = {CHANGEPOLICY_BINARY, PyBytes_AS_STRING(content),
                                          static_cast<size_t>(PyBytes_GET_SIZE(content))};
    changepolicy_verdict verdict = CHANGEPOLICY_VERDICT_UNSPECIFIED;
    changepolicy_error* error = nullptr;
    changepolicy_status status = CHANGEPOLICY_INTERNAL;
    if (PyBytes_GET_SIZE(content) <= kShort) {
      status = changepolicy_decision_verdict(&message, &verdict, &error);
    } else {
      Py_BEGIN_ALLOW_THREADS;
      status = changepolicy_decision_verdict(&message, &verdict, &error);
      Py_END_ALLOW_THREADS;
    }
    Check(status, error);
    return Owned(PyLong_FromLong(verdict));
  });
}

// ---- Many subjects

using Batch = std::unique_ptr<changepolicy_batch, Freed<changepolicy_batch_free>>;

// What the list has, as it is now: other threads may change the list, and not this.
py::tuple Held(const py::list& rows) {
  return py::reinterpret_steal<py::tuple>(Owned(PyList_AsTuple(rows.ptr())).release());
}

// The kind, the encoding and the bytes of a row that is a tuple of these.
std::array<PyObject*, 3> PartsOf(PyObject* row, const char* function) {
  CheckType(PyTuple_Check(row) != 0 && PyTuple_GET_SIZE(row) == 3, function,
            "a subject is no tuple of kind, encoding and bytes");
  return {PyTuple_GET_ITEM(row, 0), PyTuple_GET_ITEM(row, 1), PyTuple_GET_ITEM(row, 2)};
}

// Of such tuples, for as long as `rows` lives. Bytes alone are a message of the kind, where one is
// given.
std::vector<changepolicy_subject> SubjectsIn(const py::tuple& rows,
                                             std::optional<changepolicy_kind> kind,
                                             const char* function) {
  std::vector<changepolicy_subject> subjects;
  subjects.reserve(rows.size());
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(rows.ptr()); ++i) {
    PyObject* const row = PyTuple_GET_ITEM(rows.ptr(), i);
    if (kind.has_value() && PyBytes_CheckExact(row)) {
      subjects.push_back({*kind, CHANGEPOLICY_BINARY, PyBytes_AS_STRING(row),
                          static_cast<size_t>(PyBytes_GET_SIZE(row))});
      continue;
    }
    const std::array<PyObject*, 3> parts = PartsOf(row, function);
    subjects.push_back(SubjectOf(parts[0], parts[1], parts[2], function));
  }
  return subjects;
}

// are_messages(list): whether each of them is.
PyObject* AreMessages(PyObject*, PyObject* rows) {
  return Called([&]() -> py::object {
    CheckType(PyList_Check(rows) != 0, "are_messages", "give a list");
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(rows); ++i) {
      if (!IsMessage(PyList_GET_ITEM(rows, i))) return py::bool_(false);
    }
    return py::bool_(true);
  });
}

Batch BatchOf(const Engine& engine, const std::vector<changepolicy_subject>& subjects,
              const Question& question, int32_t threads) {
  const auto handle = engine.get();
  changepolicy_batch_options options = Sized<changepolicy_batch_options>();
  options.threads = threads;
  return Batch(Get<changepolicy_batch>([&](auto... out) {
    return changepolicy_decide_many(handle.get(), subjects.data(), subjects.size(), question.get(),
                                    &options, CHANGEPOLICY_BINARY, out...);
  }));
}

// For each subject what `make` makes of its number and its decision's bytes, or the exception that
// says why there is none; and how many have none.
template <typename Make>
std::pair<py::list, size_t> AnswersOf(const Batch& batch, Make make) {
  const size_t count = changepolicy_batch_size(batch.get());
  std::pair<py::list, size_t> answers(py::list(count), 0);
  for (size_t i = 0; i < count; ++i) {
    const changepolicy_error* const error = changepolicy_batch_error(batch.get(), i);
    py::object answer = error == nullptr
                            ? make(i, ToPython(changepolicy_batch_decision(batch.get(), i)))
                            : ExceptionOf(error);
    if (error != nullptr) ++answers.second;
    PyList_SET_ITEM(answers.first.ptr(), static_cast<Py_ssize_t>(i), answer.release().ptr());
  }
  return answers;
}

py::list DecideMany(const Engine& engine, const py::list& given, const std::optional<py::str>& now,
                    const std::optional<py::str>& transition, changepolicy_detail detail,
                    bool subject_digest, int32_t threads) {
  const py::tuple rows = Held(given);
  const std::vector<changepolicy_subject> subjects = SubjectsIn(rows, std::nullopt, "decide_many");
  const Question question(now, transition, detail, subject_digest);
  return AnswersOf(BatchOf(engine, subjects, question, threads),
                   [](size_t, py::bytes content) -> py::object { return content; })
      .first;
}

// The same as Decisions, and how many rows have none.
std::pair<py::list, size_t> DecidedMany(const py::object& type, const py::tuple& slots,
                                        const py::object& policy, const py::object& engine,
                                        const py::list& given, changepolicy_kind kind,
                                        const py::str& now,
                                        const std::optional<py::str>& transition,
                                        changepolicy_detail detail, bool subject_digest,
                                        int32_t threads) {
  static constexpr char kFunction[] = "decided_many";
  const py::tuple rows = Held(given);
  const std::vector<changepolicy_subject> subjects = SubjectsIn(rows, kind, kFunction);
  const std::vector<Py_ssize_t> places = PlacesOf(type.ptr(), slots.ptr(), kFunction);
  const Question question(now, transition, detail, subject_digest);
  const Batch batch = BatchOf(py::cast<const Engine&>(engine), subjects, question, threads);
  const py::object step = transition.has_value() ? py::object(*transition) : py::none();
  const py::int_ kind_alone(kind), binary(static_cast<int>(CHANGEPOLICY_BINARY)), level(detail);
  const py::bool_ digest(subject_digest);
  return AnswersOf(batch, [&](size_t i, const py::bytes& content) {
    PyObject* const row = PyTuple_GET_ITEM(rows.ptr(), static_cast<Py_ssize_t>(i));
    const std::array<PyObject*, 3> parts = PyBytes_CheckExact(row)
                                               ? std::array{kind_alone.ptr(), binary.ptr(), row}
                                               : PartsOf(row, kFunction);
    const py::object asked = Owned(PyTuple_Pack(8, engine.ptr(), parts[0], parts[1], parts[2],
                                                now.ptr(), step.ptr(), level.ptr(), digest.ptr()));
    return FillDecision(type.ptr(), places, content, policy.ptr(), asked, kFunction);
  });
}

}  // namespace

void BindDecisions(py::module_& module, py::class_<Engine>& engine) {
  PyDateTime_IMPORT;
  if (PyDateTimeAPI == nullptr) throw py::error_already_set();
  static PyMethodDef methods[] = {
      Fast("decide", &AskAbout<changepolicy_decide>),
      Fast("categorize", &AskAbout<changepolicy_categorize>),
      Fast("required_approvals", &AskAbout<changepolicy_required_approvals>),
      Fast("check_readiness", &AskAbout<changepolicy_check_readiness>),
      Fast("evaluate_transition", &AskAbout<changepolicy_evaluate_transition>),
      Fast("lint_documents", &AskAbout<changepolicy_lint_documents>),
      Fast("decided", &Decided)};
  static PyMethodDef functions[] = {Fast("filled", &Filled),
                                    {"decision_verdict", &DecisionVerdict, METH_O, nullptr},
                                    {"are_messages", &AreMessages, METH_O, nullptr},
                                    {nullptr, nullptr, 0, nullptr}};
  for (PyMethodDef& method : methods) {
    engine.attr(method.ml_name) = py::reinterpret_steal<py::object>(
        PyDescr_NewMethod(reinterpret_cast<PyTypeObject*>(engine.ptr()), &method));
  }
  if (PyModule_AddFunctions(module.ptr(), functions) != 0) throw py::error_already_set();
  module.def("decide_many", &DecideMany);
  module.def("decided_many", &DecidedMany);
}

}  // namespace changepolicy::python
