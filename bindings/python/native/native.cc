// The module, and what its parts have in common.
#include "bindings/python/native/native.h"

#include <cstring>

namespace changepolicy::python {

namespace {

using Error = std::unique_ptr<changepolicy_error, Freed<changepolicy_error_free>>;

py::object Exception(changepolicy_status status, const py::str& message, const char* path,
                     const py::list& issues) {
  return py::module_::import("changepolicy.errors")
      .attr("from_status")(status, message, path, issues);
}

// The package's own exception, so that it is raised here and nobody translates it on the way.
[[noreturn]] void Raise(const py::object& error) {
  PyErr_SetObject(py::type::handle_of(error).ptr(), error.ptr());
  throw py::error_already_set();
}

[[noreturn]] void RaiseWrong(const char* name, const std::string& message) {
  Raise(Exception(CHANGEPOLICY_INVALID_ARGUMENT, py::str(std::string("`") + name + "`: " + message),
                  name, py::list()));
}

py::str Replaced(const char* text) {
  return py::reinterpret_steal<py::str>(
      PyUnicode_DecodeUTF8(text, static_cast<Py_ssize_t>(std::strlen(text)), "replace"));
}

}  // namespace

void Raise(changepolicy_status status, const char* message) {
  Raise(Exception(status, Replaced(message), "", py::list()));
}

py::object ExceptionOf(const changepolicy_error* error) {
  return Exception(changepolicy_error_code(error), Replaced(changepolicy_error_message(error)),
                   changepolicy_error_path(error), IssuesOf(changepolicy_error_issues(error)));
}

void Check(changepolicy_status status, changepolicy_error* error) {
  if (status == CHANGEPOLICY_OK) return;
  const Error owned(error);
  Raise(ExceptionOf(error));
}

py::list IssuesOf(const changepolicy_issues* issues) {
  static constexpr const char* kSeverities[] = {"error", "warning", "notice"};
  py::list list;
  for (size_t i = 0; i < changepolicy_issues_size(issues); ++i) {
    changepolicy_issue issue = Sized<changepolicy_issue>();
    if (changepolicy_issues_at(issues, i, &issue, nullptr) != CHANGEPOLICY_OK) continue;
    list.append(py::make_tuple(kSeverities[issue.severity], issue.line, issue.column, issue.length,
                               Replaced(issue.id), Replaced(issue.message), Replaced(issue.help),
                               Replaced(issue.path), Replaced(issue.file),
                               Replaced(issue.source_line), Replaced(issue.text)));
  }
  return list;
}

std::string TextOf(const py::str& text, const char* name) {
  Py_ssize_t size = 0;
  const char* const data = PyUnicode_AsUTF8AndSize(text.ptr(), &size);
  if (data == nullptr) {
    PyErr_Clear();
    RaiseWrong(name, "holds half of a surrogate pair, and is no Unicode text");
  }
  if (std::memchr(data, 0, static_cast<size_t>(size)) != nullptr) {
    RaiseWrong(name, "holds a NUL character; leave it out");
  }
  return std::string(data, static_cast<size_t>(size));
}

OptionalText::OptionalText(const std::optional<py::str>& text, const char* name) {
  if (text.has_value()) text_ = TextOf(*text, name);
}

Texts::Texts(const std::vector<py::str>& texts, const char* name) {
  for (const py::str& text : texts) texts_.push_back(TextOf(text, name));
  for (const std::string& text : texts_) pointers_.push_back(text.c_str());
}

changepolicy_view ViewOf(const py::bytes& bytes) {
  return {PyBytes_AS_STRING(bytes.ptr()), static_cast<size_t>(PyBytes_GET_SIZE(bytes.ptr()))};
}

std::vector<changepolicy_view> ViewsOf(const std::vector<py::bytes>& list) {
  std::vector<changepolicy_view> views;
  views.reserve(list.size());
  for (const py::bytes& bytes : list) views.push_back(ViewOf(bytes));
  return views;
}

py::bytes ToPython(changepolicy_view view) { return py::bytes(view.data, view.size); }

py::list ToPython(const changepolicy_list* list) {
  py::list items;
  for (size_t i = 0; i < changepolicy_list_size(list); ++i) {
    items.append(ToPython(changepolicy_list_at(list, i)));
  }
  return items;
}

changepolicy_subject SubjectOf(const SubjectTuple& subject) {
  const changepolicy_view view = ViewOf(std::get<2>(subject));
  return {std::get<0>(subject), std::get<1>(subject), view.data, view.size};
}

std::vector<changepolicy_subject> SubjectsOf(const std::vector<SubjectTuple>& subjects) {
  std::vector<changepolicy_subject> read;
  read.reserve(subjects.size());
  for (const SubjectTuple& subject : subjects) read.push_back(SubjectOf(subject));
  return read;
}

}  // namespace changepolicy::python

PYBIND11_MODULE(_native, module) {
  namespace python = changepolicy::python;
  namespace py = pybind11;
  module.doc() = "bytes in, bytes out; use the package changepolicy";
  module.def("version", &changepolicy_version);
  module.def("abi_version", &changepolicy_abi_version);
  module.def("descriptors", [] {
    return python::GetBytes([](auto... out) { return changepolicy_descriptors(out...); });
  });
  module.def("convert", [](const py::str& type, changepolicy_encoding input, const py::bytes& bytes,
                           changepolicy_encoding output) {
    const std::string name = python::TextOf(type, "type");
    const changepolicy_message message = python::MessageOf(input, bytes);
    return python::GetBytes(
        [&](auto... out) { return changepolicy_convert(name.c_str(), &message, output, out...); });
  });
  python::BindPolicies(module);
  python::BindQuestions(module);
  python::BindBatch(module);
  python::BindCalendar(module);
  python::BindCel(module);
  python::BindAuditLog(module);
}
