// The seam to Python: bytes and texts across it, nothing else. The typed package stands above.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bindings/common/cel_program.h"
#include "bindings/common/session.h"
#include "pybind11/pybind11.h"
#include "pybind11/stl.h"

namespace py = pybind11;

namespace {

using changepolicy::NamedText;
using changepolicy::bindings::Call;
using changepolicy::bindings::CelProgram;
using changepolicy::bindings::Encoding;
using changepolicy::bindings::Session;
using changepolicy::bindings::SubjectKind;

using Documents = std::vector<std::pair<std::string, std::string>>;

std::vector<NamedText> ToTexts(const Documents& documents) {
  std::vector<NamedText> texts;
  texts.reserve(documents.size());
  for (const auto& [name, text] : documents) texts.push_back({name, text});
  return texts;
}

template <typename T>
T ValueOrThrow(absl::StatusOr<T> result) {
  if (!result.ok()) throw py::value_error(std::string(result.status().message()));
  return *std::move(result);
}

Session Create(const Documents& policies, const Documents& organization) {
  py::gil_scoped_release unlocked;
  absl::StatusOr<Session> session = Session::Create(ToTexts(policies), ToTexts(organization));
  py::gil_scoped_acquire locked;
  return ValueOrThrow(std::move(session));
}

py::bytes Decide(const Session& session, const std::string& subject, bool release, bool json_in,
                 bool json_out, const std::string& now, const std::string& transition) {
  const Call call{.kind = release ? SubjectKind::kRelease : SubjectKind::kChange,
                  .input = json_in ? Encoding::kJson : Encoding::kBinary,
                  .output = json_out ? Encoding::kJson : Encoding::kBinary,
                  .now = now,
                  .transition = transition};
  absl::StatusOr<std::string> decision = absl::InternalError("");
  {
    py::gil_scoped_release unlocked;
    decision = session.Decide(subject, call);
  }
  return py::bytes(ValueOrThrow(std::move(decision)));
}

py::tuple CompileCel(const std::string& text, const std::string& descriptors,
                     const Documents& variables, const std::string& container,
                     const std::optional<std::vector<std::string>>& libraries, bool typed_enums,
                     bool check) {
  absl::StatusOr<CelProgram::Result> result = absl::InternalError("");
  {
    py::gil_scoped_release unlocked;
    result = CelProgram::Compile({.text = text,
                                  .descriptors = descriptors,
                                  .variables = variables,
                                  .container = container,
                                  .libraries = libraries,
                                  .typed_enums = typed_enums,
                                  .check = check});
  }
  CelProgram::Result compiled = ValueOrThrow(std::move(result));
  py::list issues;
  for (const changepolicy::Issue& issue : compiled.issues) {
    issues.append(py::make_tuple(issue.id, issue.message, issue.help, issue.position.line,
                                 issue.position.column, issue.length, issue.source_line,
                                 changepolicy::ToText(issue)));
  }
  return py::make_tuple(std::move(compiled.program), std::move(issues));
}

py::bytes EvaluateCel(const CelProgram& program, const Documents& values,
                      const std::vector<std::string>& unknown) {
  absl::StatusOr<std::string> result = absl::InternalError("");
  {
    py::gil_scoped_release unlocked;
    result = program.Evaluate(values, unknown);
  }
  return py::bytes(ValueOrThrow(std::move(result)));
}

}  // namespace

PYBIND11_MODULE(_native, module) {
  module.doc() = "bytes in, bytes out; use the package changepolicy";
  py::class_<Session>(module, "Session")
      .def(py::init(&Create), py::arg("policies"), py::arg("organization"))
      .def("decide", &Decide, py::arg("subject"), py::kw_only(), py::arg("release"),
           py::arg("json_in"), py::arg("json_out"), py::arg("now"), py::arg("transition"))
      .def_property_readonly("policy_digest", &Session::policy_digest);
  py::class_<CelProgram>(module, "CelProgram")
      .def("evaluate", &EvaluateCel, py::arg("values"), py::arg("unknown"))
      .def_property_readonly("type", &CelProgram::type)
      .def_property_readonly(
          "variables", [](const CelProgram& program) { return program.references().variables; });
  module.def("compile_cel", &CompileCel, py::arg("text"), py::kw_only(), py::arg("descriptors"),
             py::arg("variables"), py::arg("container"), py::arg("libraries"),
             py::arg("typed_enums"), py::arg("check"));
  module.def("cel_descriptors", [] { return py::bytes(changepolicy::bindings::CelDescriptors()); });
  module.def("decision_digest", [](const std::string& decision) {
    return ValueOrThrow(changepolicy::bindings::DigestOfDecision(decision));
  });
}
