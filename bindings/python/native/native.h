// The seam to Python: the C functions with bytes and texts across it, nothing else. The typed
// package stands above.
//
// Every function releases the interpreter's lock while it is in the library. A status other than
// CHANGEPOLICY_OK becomes an exception of changepolicy.errors.
#ifndef BINDINGS_PYTHON_NATIVE_NATIVE_H_
#define BINDINGS_PYTHON_NATIVE_NATIVE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bindings/c/changepolicy.h"
#include "pybind11/pybind11.h"
#include "pybind11/stl.h"

namespace changepolicy::python {

namespace py = pybind11;

template <auto Free>
struct Freed {
  template <typename T>
  void operator()(T* handle) const {
    Free(handle);
  }
};
using Bytes = std::unique_ptr<changepolicy_bytes, Freed<changepolicy_bytes_free>>;
using List = std::unique_ptr<changepolicy_list, Freed<changepolicy_list_free>>;

// A handle that Python holds. A call holds it too, so that closing it meanwhile frees it
// afterwards.
template <typename T, auto Free>
class Handle {
 public:
  explicit Handle(T* handle) : handle_(handle, Freed<Free>()) {}

  const std::shared_ptr<T>& get() const { return handle_; }
  void Close() { handle_.reset(); }

 private:
  std::shared_ptr<T> handle_;
};
using Policy = Handle<changepolicy_policy, changepolicy_policy_free>;
using Organization = Handle<changepolicy_organization, changepolicy_organization_free>;
using Engine = Handle<changepolicy_engine, changepolicy_engine_free>;
using Series = Handle<changepolicy_series, changepolicy_series_free>;

// Raises the exception for a status, without a path.
[[noreturn]] void Raise(changepolicy_status status, const char* message);
// The exception for an error, not raised. The error stays its owner's.
py::object ExceptionOf(const changepolicy_error* error);
// Raises the exception for a status that is not CHANGEPOLICY_OK, and frees the error.
void Check(changepolicy_status status, changepolicy_error* error);

// The issues as tuples of the fields of changepolicy.errors.Issue.
py::list IssuesOf(const changepolicy_issues* issues);

// The text for C, in UTF-8. Raises InvalidInput, which names the argument, for half a surrogate
// pair and for a NUL, at which C would take it to end.
std::string TextOf(const py::str& text, const char* name);
// The same of what may be None, which is NULL for C.
class OptionalText {
 public:
  OptionalText(const std::optional<py::str>& text, const char* name);
  const char* get() const { return text_.has_value() ? text_->c_str() : nullptr; }

 private:
  std::optional<std::string> text_;
};
// And of several.
class Texts {
 public:
  Texts(const std::vector<py::str>& texts, const char* name);
  const char* const* data() const { return pointers_.data(); }
  size_t size() const { return pointers_.size(); }

 private:
  std::vector<std::string> texts_;
  std::vector<const char*> pointers_;
};

// The bytes, for as long as the object lives.
changepolicy_view ViewOf(const py::bytes& bytes);
std::vector<changepolicy_view> ViewsOf(const std::vector<py::bytes>& list);
py::bytes ToPython(changepolicy_view view);
py::list ToPython(const changepolicy_list* list);

inline changepolicy_message MessageOf(changepolicy_encoding encoding, const py::bytes& bytes) {
  const changepolicy_view view = ViewOf(bytes);
  return {encoding, view.data, view.size};
}

// A subject as the package hands it over: its kind, its encoding, its bytes.
using SubjectTuple = std::tuple<changepolicy_kind, changepolicy_encoding, py::bytes>;
changepolicy_subject SubjectOf(const SubjectTuple& subject);
std::vector<changepolicy_subject> SubjectsOf(const std::vector<SubjectTuple>& subjects);

// Calls `call(&out, &error)` without the interpreter's lock, and returns what it hands out.
template <typename Out, typename Call>
Out* Get(Call call) {
  Out* out = nullptr;
  changepolicy_error* error = nullptr;
  changepolicy_status status = CHANGEPOLICY_INTERNAL;
  {
    py::gil_scoped_release unlocked;
    status = call(&out, &error);
  }
  Check(status, error);
  return out;
}
template <typename Call>
py::bytes GetBytes(Call call) {
  const Bytes bytes(Get<changepolicy_bytes>(call));
  return ToPython({changepolicy_bytes_data(bytes.get()), changepolicy_bytes_size(bytes.get())});
}
template <typename Call>
py::str GetText(Call call) {
  const Bytes bytes(Get<changepolicy_bytes>(call));
  return py::str(changepolicy_bytes_data(bytes.get()), changepolicy_bytes_size(bytes.get()));
}
template <typename Call>
py::list GetList(Call call) {
  return ToPython(List(Get<changepolicy_list>(call)).get());
}
// The same of `call(&error)`.
template <typename Call>
void Do(Call call) {
  changepolicy_error* error = nullptr;
  changepolicy_status status = CHANGEPOLICY_INTERNAL;
  {
    py::gil_scoped_release unlocked;
    status = call(&error);
  }
  Check(status, error);
}

// Options with everything absent.
template <typename T>
T Sized() {
  T options{};
  options.struct_size = sizeof options;
  return options;
}

// Each file's part of the module.
void BindPolicies(py::module_& module);
void BindQuestions(py::module_& module);
void BindDecisions(py::module_& module, py::class_<Engine>& engine);
void BindBatch(py::module_& module);
void BindCalendar(py::module_& module);
void BindCel(py::module_& module);
void BindAuditLog(py::module_& module);

}  // namespace changepolicy::python

#endif  // BINDINGS_PYTHON_NATIVE_NATIVE_H_
