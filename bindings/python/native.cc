// The seam to Python: bytes and texts across it, nothing else. The typed package stands above.
#include <string>
#include <utility>
#include <vector>

#include "bindings/common/session.h"
#include "pybind11/pybind11.h"
#include "pybind11/stl.h"

namespace py = pybind11;

namespace {

using changepolicy::NamedText;
using changepolicy::bindings::Call;
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

}  // namespace

PYBIND11_MODULE(_native, module) {
  module.doc() = "bytes in, bytes out; use the package changepolicy";
  py::class_<Session>(module, "Session")
      .def(py::init(&Create), py::arg("policies"), py::arg("organization"))
      .def("decide", &Decide, py::arg("subject"), py::kw_only(), py::arg("release"),
           py::arg("json_in"), py::arg("json_out"), py::arg("now"), py::arg("transition"))
      .def_property_readonly("policy_digest", &Session::policy_digest);
  module.def("decision_digest", [](const std::string& decision) {
    return ValueOrThrow(changepolicy::bindings::DigestOfDecision(decision));
  });
}
