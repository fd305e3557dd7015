// Many subjects in one call: columns of Apache Arrow.
//
// Columns pass as pairs of capsules, a schema and an array, as in
// https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html.
#include "bindings/arrow/abi.h"
#include "bindings/python/native/native.h"
#include "bindings/python/native/question.h"

namespace changepolicy::python {

namespace {

changepolicy_batch_options OptionsOf(int32_t threads) {
  changepolicy_batch_options options = Sized<changepolicy_batch_options>();
  options.threads = threads;
  return options;
}

// ---- Capsules

// By the name that the specification gives to a capsule of this type.
template <typename T>
constexpr const char* kCapsule = nullptr;
template <>
constexpr const char* kCapsule<ArrowSchema> = "arrow_schema";
template <>
constexpr const char* kCapsule<ArrowArray> = "arrow_array";

// What a capsule holds, which stays the capsule's.
template <typename T>
T* Held(const py::object& capsule) {
  void* const held = PyCapsule_GetPointer(capsule.ptr(), kCapsule<T>);
  if (held == nullptr) throw py::error_already_set();
  return static_cast<T*>(held);
}

// A capsule with a structure that is still to be filled; it releases what nobody took out of it.
template <typename T>
py::object NewCapsule() {
  std::unique_ptr<T> made(new T{});
  PyObject* const capsule = PyCapsule_New(made.get(), kCapsule<T>, [](PyObject* object) {
    T* const held = static_cast<T*>(PyCapsule_GetPointer(object, kCapsule<T>));
    if (held->release != nullptr) held->release(held);
    delete held;
  });
  if (capsule == nullptr) throw py::error_already_set();
  static_cast<void>(made.release());
  return py::reinterpret_steal<py::object>(capsule);
}

py::tuple NewCapsules() {
  return py::make_tuple(NewCapsule<ArrowSchema>(), NewCapsule<ArrowArray>());
}

uintptr_t AddressOf(const py::object& capsule) {
  const char* const name = PyCapsule_GetName(capsule.ptr());
  if (name == nullptr && PyErr_Occurred() != nullptr) throw py::error_already_set();
  return reinterpret_cast<uintptr_t>(PyCapsule_GetPointer(capsule.ptr(), name));
}

// ---- Columns

using Capsules = std::tuple<py::object, py::object>;

py::tuple DecideArrow(const Engine& engine, changepolicy_kind kind, changepolicy_encoding input,
                      const Capsules& subjects, const std::optional<Capsules>& instants,
                      const std::optional<py::str>& now, const std::optional<py::str>& transition,
                      changepolicy_detail detail, bool subject_digest, int32_t threads) {
  const auto handle = engine.get();
  const ArrowSchema* const schema = Held<ArrowSchema>(std::get<0>(subjects));
  const ArrowArray* const array = Held<ArrowArray>(std::get<1>(subjects));
  const ArrowSchema* now_schema = nullptr;
  const ArrowArray* now_array = nullptr;
  if (instants.has_value()) {
    now_schema = Held<ArrowSchema>(std::get<0>(*instants));
    now_array = Held<ArrowArray>(std::get<1>(*instants));
  }
  const Question question(now, transition, detail, subject_digest);
  const changepolicy_batch_options options = OptionsOf(threads);
  py::tuple answer = NewCapsules();
  ArrowSchema* const answer_schema = Held<ArrowSchema>(answer[0]);
  ArrowArray* const answer_array = Held<ArrowArray>(answer[1]);
  Do([&](auto error) {
    return changepolicy_decide_arrow(handle.get(), kind, input, schema, array, now_schema,
                                     now_array, question.get(), &options, answer_schema,
                                     answer_array, error);
  });
  return answer;
}

py::object AnswerSchema() {
  py::object capsule = NewCapsule<ArrowSchema>();
  ArrowSchema* const schema = Held<ArrowSchema>(capsule);
  Do([&](auto error) { return changepolicy_arrow_schema(schema, error); });
  return capsule;
}

}  // namespace

void BindBatch(py::module_& module) {
  module.def("decide_arrow", &DecideArrow);
  module.def("arrow_schema", &AnswerSchema);
  module.def("new_arrow_capsules", &NewCapsules);
  module.def("arrow_address", &AddressOf);
}

}  // namespace changepolicy::python
