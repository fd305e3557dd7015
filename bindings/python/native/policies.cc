// Policies, organizations, and versions of a policy.
#include "bindings/python/native/native.h"

namespace changepolicy::python {

namespace {

using DocumentTuples = std::vector<std::tuple<py::str, py::bytes>>;

// Documents for C, which live as long as the tuples.
class Documents {
 public:
  explicit Documents(const DocumentTuples& tuples) {
    names_.reserve(tuples.size());
    for (const auto& [name, text] : tuples) {
      names_.push_back(TextOf(name, "name of a document"));
      const changepolicy_view view = ViewOf(text);
      documents_.push_back({names_.back().c_str(), view.data, view.size});
    }
  }
  const changepolicy_document* data() const { return documents_.data(); }
  size_t size() const { return documents_.size(); }

 private:
  std::vector<std::string> names_;
  std::vector<changepolicy_document> documents_;
};

Policy LoadPolicy(const DocumentTuples& tuples) {
  const Documents documents(tuples);
  return Policy(Get<changepolicy_policy>([&](auto... out) {
    return changepolicy_policy_load(documents.data(), documents.size(), out...);
  }));
}

Organization LoadOrganization(const DocumentTuples& tuples) {
  const Documents documents(tuples);
  return Organization(Get<changepolicy_organization>([&](auto... out) {
    return changepolicy_organization_load(documents.data(), documents.size(), out...);
  }));
}

Organization WithLedger(const Organization& organization, changepolicy_encoding encoding,
                        const py::bytes& ledger) {
  const auto handle = organization.get();
  const changepolicy_message message = MessageOf(encoding, ledger);
  return Organization(Get<changepolicy_organization>([&](auto... out) {
    return changepolicy_organization_with_ledger(handle.get(), &message, out...);
  }));
}

Series MakeSeries(const std::vector<const Policy*>& versions) {
  std::vector<std::shared_ptr<changepolicy_policy>> held;
  std::vector<const changepolicy_policy*> pointers;
  for (const Policy* const version : versions) {
    held.push_back(version->get());
    pointers.push_back(held.back().get());
  }
  return Series(Get<changepolicy_series>([&](auto... out) {
    return changepolicy_series_create(pointers.data(), pointers.size(), out...);
  }));
}

// The version, and the instant until which it is grandfathered, or an empty text.
py::tuple Choose(const Series& series, const std::optional<SubjectTuple>& subject,
                 const py::str& now) {
  const auto handle = series.get();
  const std::string instant = TextOf(now, "now");
  changepolicy_subject given{};
  if (subject.has_value()) given = SubjectOf(*subject);
  changepolicy_bytes* until = nullptr;
  Policy chosen(Get<changepolicy_policy>([&](changepolicy_policy** out, auto error) {
    return changepolicy_series_choose(handle.get(), subject.has_value() ? &given : nullptr,
                                      instant.c_str(), out, &until, error);
  }));
  const Bytes owned(until);
  return py::make_tuple(std::move(chosen), py::str(changepolicy_bytes_data(until)));
}

}  // namespace

void BindPolicies(py::module_& module) {
  py::class_<Policy>(module, "Policy")
      .def_property_readonly(
          "digest",
          [](const Policy& policy) { return changepolicy_policy_digest(policy.get().get()); })
      .def("issues",
           [](const Policy& policy) {
             return IssuesOf(changepolicy_policy_issues(policy.get().get()));
           })
      .def("message", [](const Policy& policy, changepolicy_encoding output) {
        const auto handle = policy.get();
        return GetBytes(
            [&](auto... out) { return changepolicy_policy_message(handle.get(), output, out...); });
      });
  py::class_<Organization>(module, "Organization")
      .def("issues",
           [](const Organization& organization) {
             return IssuesOf(changepolicy_organization_issues(organization.get().get()));
           })
      .def("message",
           [](const Organization& organization, changepolicy_encoding output) {
             const auto handle = organization.get();
             return GetBytes([&](auto... out) {
               return changepolicy_organization_message(handle.get(), output, out...);
             });
           })
      .def("with_ledger", &WithLedger);
  py::class_<Series>(module, "Series").def("choose", &Choose);
  module.def("load_policy", &LoadPolicy);
  module.def("builtin_policy", [](const py::str& name) {
    const std::string text = TextOf(name, "name");
    return GetBytes([&](auto... out) { return changepolicy_builtin_policy(text.c_str(), out...); });
  });
  module.def("load_organization", &LoadOrganization);
  module.def("make_series", &MakeSeries);
}

}  // namespace changepolicy::python
