// The Common Expression Language, with functions that are written in Python.
#include <exception>

#include "bindings/python/native/native.h"

namespace changepolicy::python {

namespace {

// What a function raised that is no error of the expression, like KeyboardInterrupt: it goes past
// the evaluation. Of the thread that evaluates.
thread_local std::exception_ptr raised;

// A function of the package: a tuple of bytes in; bytes out, or a text, which is an error.
void CallPython(void* user, const changepolicy_view* arguments, size_t count,
                changepolicy_cel_call* call) {
  if (raised != nullptr) return changepolicy_cel_fail(call, "interrupted");
  const py::gil_scoped_acquire locked;
  try {
    py::tuple values(count);
    for (size_t i = 0; i < count; ++i) values[i] = ToPython(arguments[i]);
    const py::object result = (*static_cast<py::object*>(user))(values);
    if (PyBytes_Check(result.ptr())) {
      changepolicy_cel_return(call, ViewOf(py::reinterpret_borrow<py::bytes>(result)));
    } else {
      changepolicy_cel_fail(call, std::string(py::str(result)).c_str());
    }
  } catch (const std::exception&) {
    raised = std::current_exception();
    changepolicy_cel_fail(call, "interrupted");
  }
}

// Calls it, and raises what a function of it raised.
template <typename Call>
auto Evaluating(Call call) {
  raised = nullptr;
  auto result = call();
  if (raised != nullptr) std::rethrow_exception(std::exchange(raised, nullptr));
  return result;
}

// Functions outlive every program that may call them, and go with the interpreter's lock held.
using Functions = std::vector<py::object>;

struct Program {
  std::shared_ptr<Functions> functions;
  std::shared_ptr<changepolicy_cel_program> handle;
};

using Bindings = std::vector<std::tuple<py::str, py::bytes>>;

// Variables and what is unknown, for C.
class Input {
 public:
  Input(const Bindings& bindings, const std::vector<py::str>& unknown)
      : unknown_(unknown, "unknown") {
    names_.reserve(bindings.size());
    for (const auto& [name, value] : bindings) {
      names_.push_back(TextOf(name, "name of a variable"));
      bindings_.push_back({names_.back().c_str(), ViewOf(value)});
    }
  }
  const changepolicy_cel_binding* data() const { return bindings_.data(); }
  size_t size() const { return bindings_.size(); }
  const Texts& unknown() const { return unknown_; }

 private:
  std::vector<std::string> names_;
  std::vector<changepolicy_cel_binding> bindings_;
  Texts unknown_;
};

Program Wrap(changepolicy_cel_program* handle, std::shared_ptr<Functions> functions) {
  return {std::move(functions), {handle, Freed<changepolicy_cel_program_free>()}};
}

Program Compile(const py::str& text, const py::bytes& descriptors,
                const std::vector<std::tuple<py::str, py::str>>& variables,
                const std::vector<std::tuple<py::str, py::object>>& functions,
                const std::optional<py::str>& fields_of, const std::optional<py::str>& container,
                const std::optional<std::vector<py::str>>& libraries, bool typed_enums,
                bool checked) {
  const std::string source = TextOf(text, "text");
  std::vector<py::str> names;
  std::vector<py::str> types;
  for (const auto& [name, type] : variables) {
    names.push_back(name);
    types.push_back(type);
  }
  const Texts variable_names(names, "name of a variable");
  const Texts variable_types(types, "type of a variable");
  std::vector<changepolicy_cel_variable> declared;
  for (size_t i = 0; i < names.size(); ++i) {
    declared.push_back({variable_names.data()[i], variable_types.data()[i]});
  }
  auto held = std::make_shared<Functions>();
  std::vector<py::str> signatures;
  for (const auto& [signature, function] : functions) {
    signatures.push_back(signature);
    held->push_back(function);
  }
  const Texts signature_texts(signatures, "signature of a function");
  std::vector<changepolicy_cel_function> callables;
  for (size_t i = 0; i < signatures.size(); ++i) {
    callables.push_back({signature_texts.data()[i], &CallPython, &(*held)[i]});
  }
  const OptionalText package(container, "container");
  const OptionalText fields(fields_of, "fields_of");
  const Texts allowed(libraries.value_or(std::vector<py::str>()), "libraries");
  // An empty array is told from none at all.
  static constexpr const char* kNone[] = {nullptr};
  changepolicy_cel_options options = Sized<changepolicy_cel_options>();
  options.descriptors = ViewOf(descriptors);
  options.variables = declared.data();
  options.variable_count = declared.size();
  options.functions = callables.data();
  options.function_count = callables.size();
  options.fields_of = fields.get();
  options.container = package.get();
  if (libraries.has_value()) options.libraries = allowed.size() > 0 ? allowed.data() : kNone;
  options.library_count = allowed.size();
  options.typed_enums = typed_enums ? 1 : 0;
  options.unchecked = checked ? 0 : 1;
  return Wrap(Get<changepolicy_cel_program>([&](auto... out) {
                return changepolicy_cel_compile(source.c_str(), &options, out...);
              }),
              std::move(held));
}

py::bytes Evaluate(const Program& program, const Bindings& bindings,
                   const std::vector<py::str>& unknown) {
  const Program held = program;
  const Input input(bindings, unknown);
  return Evaluating([&] {
    return GetBytes([&](auto... out) {
      return changepolicy_cel_evaluate(held.handle.get(), input.data(), input.size(),
                                       input.unknown().data(), input.unknown().size(),
                                       CHANGEPOLICY_BINARY, out...);
    });
  });
}

// What is left, and the paths that could still change it.
py::tuple Residual(const Program& program, const Bindings& bindings,
                   const std::vector<py::str>& unknown) {
  const Program held = program;
  const Input input(bindings, unknown);
  changepolicy_list* open = nullptr;
  Program rest = Evaluating([&] {
    return Wrap(Get<changepolicy_cel_program>([&](changepolicy_cel_program** out, auto error) {
                  return changepolicy_cel_residual(held.handle.get(), input.data(), input.size(),
                                                   input.unknown().data(), input.unknown().size(),
                                                   out, &open, error);
                }),
                held.functions);
  });
  const List owned(open);
  return py::make_tuple(std::move(rest), ToPython(open));
}

py::tuple EstimateCost(const Program& program, uint64_t string, uint64_t bytes, uint64_t list,
                       uint64_t map) {
  const Program held = program;
  changepolicy_cel_sizes sizes = Sized<changepolicy_cel_sizes>();
  sizes.string = string;
  sizes.bytes = bytes;
  sizes.list = list;
  sizes.map = map;
  uint64_t min = 0;
  uint64_t max = 0;
  Do([&](auto error) {
    return changepolicy_cel_estimate_cost(held.handle.get(), &sizes, &min, &max, nullptr, error);
  });
  return py::make_tuple(min, max);
}

template <auto Describe>
py::str TextOfProgram(const Program& program) {
  const Program held = program;
  return GetText([&](auto... out) { return Describe(held.handle.get(), out...); });
}

}  // namespace

void BindCel(py::module_& module) {
  py::class_<Program>(module, "CelProgram")
      .def("evaluate", &Evaluate)
      .def("residual", &Residual)
      .def("estimate_cost", &EstimateCost)
      .def("type", &TextOfProgram<changepolicy_cel_type>)
      .def("unparse", &TextOfProgram<changepolicy_cel_unparse>)
      .def("dump", &TextOfProgram<changepolicy_cel_dump>)
      .def("references", [](const Program& program, changepolicy_cel_reference what) {
        const Program held = program;
        return GetList([&](auto... out) {
          return changepolicy_cel_references(held.handle.get(), what, out...);
        });
      });
  module.def("compile_cel", &Compile);
}

}  // namespace changepolicy::python
