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

// What expressions may name, for C.
class Environment {
 public:
  Environment(const py::bytes& descriptors,
              const std::vector<std::tuple<py::str, py::str>>& variables,
              const std::vector<std::tuple<py::str, py::object>>& functions,
              const std::optional<py::str>& fields_of, const std::optional<py::str>& container,
              const std::optional<std::vector<py::str>>& libraries, bool typed_enums, bool checked)
      : descriptors_(descriptors),
        variable_names_(Firsts(variables), "name of a variable"),
        variable_types_(Seconds(variables), "type of a variable"),
        signatures_(Firsts(functions), "signature of a function"),
        package_(container, "container"),
        fields_(fields_of, "fields_of"),
        allowed_(libraries.value_or(std::vector<py::str>()), "libraries") {
    for (size_t i = 0; i < variables.size(); ++i) {
      declared_.push_back({variable_names_.data()[i], variable_types_.data()[i]});
    }
    for (const auto& [signature, function] : functions) held_->push_back(function);
    for (size_t i = 0; i < functions.size(); ++i) {
      callables_.push_back({signatures_.data()[i], &CallPython, &(*held_)[i]});
    }
    // An empty array is told from none at all.
    static constexpr const char* kNone[] = {nullptr};
    options_.descriptors = ViewOf(descriptors_);
    options_.variables = declared_.data();
    options_.variable_count = declared_.size();
    options_.functions = callables_.data();
    options_.function_count = callables_.size();
    options_.fields_of = fields_.get();
    options_.container = package_.get();
    if (libraries.has_value()) options_.libraries = allowed_.size() > 0 ? allowed_.data() : kNone;
    options_.library_count = allowed_.size();
    options_.typed_enums = typed_enums ? 1 : 0;
    options_.unchecked = checked ? 0 : 1;
  }

  const changepolicy_cel_options* options() const { return &options_; }
  std::shared_ptr<Functions> functions() const { return held_; }

 private:
  template <typename Pairs>
  static std::vector<py::str> Firsts(const Pairs& pairs) {
    std::vector<py::str> firsts;
    for (const auto& pair : pairs) firsts.push_back(std::get<0>(pair));
    return firsts;
  }
  template <typename Pairs>
  static std::vector<py::str> Seconds(const Pairs& pairs) {
    std::vector<py::str> seconds;
    for (const auto& pair : pairs) seconds.push_back(std::get<1>(pair));
    return seconds;
  }

  const std::shared_ptr<Functions> held_ = std::make_shared<Functions>();
  const py::bytes descriptors_;
  const Texts variable_names_;
  const Texts variable_types_;
  const Texts signatures_;
  const OptionalText package_;
  const OptionalText fields_;
  const Texts allowed_;
  std::vector<changepolicy_cel_variable> declared_;
  std::vector<changepolicy_cel_function> callables_;
  changepolicy_cel_options options_ = Sized<changepolicy_cel_options>();
};

Program Compile(const py::str& text, const Environment& environment) {
  const std::string source = TextOf(text, "text");
  return Wrap(Get<changepolicy_cel_program>([&](auto... out) {
                return changepolicy_cel_compile(source.c_str(), environment.options(), out...);
              }),
              environment.functions());
}

// ---- Many conditions

struct Conditions {
  std::shared_ptr<Functions> functions;
  std::shared_ptr<changepolicy_cel_conditions> handle;
};

Conditions CompileConditions(const std::vector<py::str>& conditions,
                             const Environment& environment) {
  const Texts texts(conditions, "condition");
  changepolicy_cel_conditions* const handle = Get<changepolicy_cel_conditions>([&](auto... out) {
    return changepolicy_cel_conditions_compile(texts.data(), texts.size(), environment.options(),
                                               out...);
  });
  return {environment.functions(), {handle, Freed<changepolicy_cel_conditions_free>()}};
}

py::bytes Find(const Conditions& conditions, const Bindings& bindings,
               const std::vector<py::str>& unknown) {
  const Conditions held = conditions;
  const Input input(bindings, unknown);
  return Evaluating([&] {
    return GetBytes([&](auto... out) {
      return changepolicy_cel_conditions_find(held.handle.get(), input.data(), input.size(),
                                              input.unknown().data(), input.unknown().size(),
                                              CHANGEPOLICY_BINARY, out...);
    });
  });
}

// ---- One expression

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
  py::class_<Conditions>(module, "CelConditions").def("find", &Find);
  py::class_<Environment>(module, "CelEnvironment")
      .def(py::init<const py::bytes&, const std::vector<std::tuple<py::str, py::str>>&,
                    const std::vector<std::tuple<py::str, py::object>>&,
                    const std::optional<py::str>&, const std::optional<py::str>&,
                    const std::optional<std::vector<py::str>>&, bool, bool>())
      .def("compile", [](const Environment& environment,
                         const py::str& text) { return Compile(text, environment); })
      .def("compile_conditions",
           [](const Environment& environment, const std::vector<py::str>& texts) {
             return CompileConditions(texts, environment);
           });
}

}  // namespace changepolicy::python
