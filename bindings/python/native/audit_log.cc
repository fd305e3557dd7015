// The audit log.
#include <exception>

#include "bindings/python/native/native.h"

namespace changepolicy::python {

namespace {

using Log = Handle<changepolicy_audit_log, changepolicy_audit_log_free>;
using Items = Handle<changepolicy_audit_items, changepolicy_audit_items_free>;

// The log for a call.
std::shared_ptr<changepolicy_audit_log> Open(const Log& log) {
  if (log.get() == nullptr) {
    Raise(CHANGEPOLICY_FAILED_PRECONDITION, "the log is closed; open it again");
  }
  return log.get();
}

Log OpenLog(const py::str& path, bool create, bool read_only, const std::optional<py::str>& origin,
            int32_t busy_seconds) {
  const std::string file = TextOf(path, "path");
  const OptionalText name(origin, "origin");
  changepolicy_audit_options options = Sized<changepolicy_audit_options>();
  options.create = create ? 1 : 0;
  options.read_only = read_only ? 1 : 0;
  options.origin = name.get();
  options.busy_seconds = busy_seconds;
  return Log(Get<changepolicy_audit_log>(
      [&](auto... out) { return changepolicy_audit_open(file.c_str(), &options, out...); }));
}

int64_t Size(const Log& log) {
  const auto handle = Open(log);
  int64_t size = 0;
  Do([&](auto error) { return changepolicy_audit_size(handle.get(), &size, error); });
  return size;
}

// ---- Writing

Items MakeItems(const py::str& recorded_at, const std::optional<py::str>& recorded_by) {
  const std::string instant = TextOf(recorded_at, "recorded_at");
  const OptionalText writer(recorded_by, "recorded_by");
  return Items(Get<changepolicy_audit_items>([&](auto... out) {
    return changepolicy_audit_items_create(instant.c_str(), writer.get(), out...);
  }));
}

void AddDecision(const Items& items, const Engine& engine, const SubjectTuple& subject,
                 const py::str& now, const std::optional<py::str>& transition,
                 changepolicy_detail detail, bool subject_digest, const py::bytes& decision) {
  const auto handle = items.get();
  const auto held_engine = engine.get();
  const changepolicy_subject given = SubjectOf(subject);
  const std::string instant = TextOf(now, "now");
  const OptionalText step(transition, "transition");
  changepolicy_question question = Sized<changepolicy_question>();
  question.now = instant.c_str();
  question.transition = step.get();
  question.detail = detail;
  question.subject_digest = subject_digest ? 1 : 0;
  const changepolicy_message message = MessageOf(CHANGEPOLICY_BINARY, decision);
  Do([&](auto error) {
    return changepolicy_audit_add_decision(handle.get(), held_engine.get(), &given, &question,
                                           &message, error);
  });
}

void AddEvent(const Items& items, const Policy& policy, changepolicy_encoding input,
              const py::bytes& event) {
  const auto handle = items.get();
  const auto held_policy = policy.get();
  const changepolicy_message message = MessageOf(input, event);
  Do([&](auto error) {
    return changepolicy_audit_add_event(handle.get(), held_policy.get(), &message, error);
  });
}

void AddKeyChange(const Items& items, changepolicy_encoding input, const py::bytes& key_change) {
  const auto handle = items.get();
  const changepolicy_message message = MessageOf(input, key_change);
  Do([&](auto error) { return changepolicy_audit_add_key_change(handle.get(), &message, error); });
}

std::vector<int64_t> Append(const Log& log, const Items& items) {
  const auto handle = Open(log);
  const auto held = items.get();
  std::vector<int64_t> indexes(changepolicy_audit_items_size(held.get()));
  Do([&](auto error) {
    return changepolicy_audit_append(handle.get(), held.get(), indexes.data(), error);
  });
  return indexes;
}

py::tuple Erase(const Log& log, const std::vector<py::str>& values, const py::str& reason,
                const py::str& recorded_at, const std::optional<py::str>& recorded_by) {
  const auto handle = Open(log);
  const Texts texts(values, "values");
  const std::string why = TextOf(reason, "reason");
  const std::string instant = TextOf(recorded_at, "recorded_at");
  const OptionalText writer(recorded_by, "recorded_by");
  int64_t index = 0;
  int64_t openings = 0;
  Do([&](auto error) {
    return changepolicy_audit_erase(handle.get(), texts.data(), texts.size(), why.c_str(),
                                    instant.c_str(), writer.get(), &index, &openings, error);
  });
  return py::make_tuple(index, openings);
}

// ---- Reading

// An entry: index, erased, kind of its subject, AuditEntry, subject, Decision.
struct Entry {
  int64_t index;
  bool erased;
  changepolicy_kind kind;
  std::string message;
  std::string subject;
  std::string decision;
};

std::string Copied(changepolicy_view view) { return std::string(view.data, view.size); }

Entry ToEntry(const changepolicy_audit_entry_view& view) {
  return {view.index,           view.erased != 0,     view.subject_kind,
          Copied(view.message), Copied(view.subject), Copied(view.decision)};
}

py::tuple ToPython(const Entry& entry) {
  return py::make_tuple(entry.index, entry.erased, entry.kind, py::bytes(entry.message),
                        py::bytes(entry.subject), py::bytes(entry.decision));
}

py::tuple Read(const Log& log, int64_t index) {
  const auto handle = Open(log);
  const std::unique_ptr<changepolicy_audit_entry, Freed<changepolicy_audit_entry_free>> entry(
      Get<changepolicy_audit_entry>([&](auto... out) {
        return changepolicy_audit_read(handle.get(), index, CHANGEPOLICY_BINARY, out...);
      }));
  changepolicy_audit_entry_view view = Sized<changepolicy_audit_entry_view>();
  Do([&](auto error) { return changepolicy_audit_entry_get(entry.get(), &view, error); });
  return ToPython(ToEntry(view));
}

struct Visit {
  std::vector<Entry> entries;
  size_t wanted = 0;
  std::exception_ptr failure;
};

int32_t Collect(void* user, const changepolicy_audit_entry_view* view) {
  Visit& visit = *static_cast<Visit*>(user);
  try {
    visit.entries.push_back(ToEntry(*view));
  } catch (const std::exception&) {
    visit.failure = std::current_exception();
    return 1;
  }
  return visit.entries.size() < visit.wanted ? 0 : 1;
}

// At most `count` entries from `first` on.
py::list ReadSome(const Log& log, int64_t first, size_t count) {
  const auto handle = Open(log);
  Visit visit{.wanted = count};
  if (count > 0) {
    Do([&](auto error) {
      return changepolicy_audit_read_all(handle.get(), first, CHANGEPOLICY_BINARY, &Collect, &visit,
                                         error);
    });
  }
  if (visit.failure != nullptr) std::rethrow_exception(visit.failure);
  py::list entries;
  for (const Entry& entry : visit.entries) entries.append(ToPython(entry));
  return entries;
}

py::tuple ReadBlobMessage(const Log& log, const py::str& name, const py::str& type) {
  const auto handle = Open(log);
  const std::string blob = TextOf(name, "name");
  const std::string message = TextOf(type, "type");
  int32_t erased = 0;
  const py::bytes bytes = GetBytes([&](changepolicy_bytes** out, auto error) {
    return changepolicy_audit_read_blob_message(handle.get(), blob.c_str(), message.c_str(),
                                                CHANGEPOLICY_BINARY, out, &erased, error);
  });
  return py::make_tuple(bytes, erased != 0);
}

// ---- Checking

// A function of Python that is told how far it is. What it raises is raised once the call is over.
class Progress {
 public:
  explicit Progress(const py::object& function) : function_(function) {}
  changepolicy_progress callback() const { return function_.is_none() ? nullptr : &Tell; }
  void RaiseIfFailed() const {
    if (failure_ != nullptr) std::rethrow_exception(failure_);
  }

 private:
  static void Tell(void* user, int64_t done, int64_t total) {
    Progress& self = *static_cast<Progress*>(user);
    if (self.failure_ != nullptr) return;
    const py::gil_scoped_acquire locked;
    try {
      self.function_(done, total);
    } catch (const std::exception&) {
      self.failure_ = std::current_exception();
    }
  }

  py::object function_;
  std::exception_ptr failure_;
};

py::bytes Verify(const Log& log, const std::vector<py::str>& keys,
                 const std::vector<py::str>& witnesses, const std::vector<py::bytes>& checkpoints,
                 const py::object& progress) {
  const auto handle = Open(log);
  const Texts trusted(keys, "keys");
  const Texts cosigners(witnesses, "witnesses");
  const std::vector<changepolicy_view> kept = ViewsOf(checkpoints);
  Progress told(progress);
  changepolicy_verify_options options = Sized<changepolicy_verify_options>();
  options.keys = trusted.data();
  options.key_count = trusted.size();
  options.witnesses = cosigners.data();
  options.witness_count = cosigners.size();
  options.checkpoints = kept.data();
  options.checkpoint_count = kept.size();
  options.progress = told.callback();
  options.user = &told;
  const py::bytes report = GetBytes([&](auto... out) {
    return changepolicy_audit_verify(handle.get(), &options, CHANGEPOLICY_BINARY, out...);
  });
  told.RaiseIfFailed();
  return report;
}

py::bytes Replay(const Log& log, int64_t first, int64_t end, int32_t threads, int32_t listed,
                 const py::object& progress) {
  const auto handle = Open(log);
  Progress told(progress);
  changepolicy_replay_options options = Sized<changepolicy_replay_options>();
  options.first = first;
  options.end = end;
  options.threads = threads;
  options.listed = listed;
  options.progress = told.callback();
  options.user = &told;
  const py::bytes report = GetBytes([&](auto... out) {
    return changepolicy_audit_replay(handle.get(), &options, CHANGEPOLICY_BINARY, out...);
  });
  told.RaiseIfFailed();
  return report;
}

void CheckInclusion(const py::bytes& entry, int64_t index, int64_t size,
                    const std::vector<py::bytes>& proof, const py::bytes& root) {
  const std::vector<changepolicy_view> hashes = ViewsOf(proof);
  Do([&](auto error) {
    return changepolicy_check_inclusion(ViewOf(entry), index, size, hashes.data(), hashes.size(),
                                        ViewOf(root), error);
  });
}

void CheckConsistency(int64_t earlier, int64_t size, const std::vector<py::bytes>& proof,
                      const py::bytes& earlier_root, const py::bytes& root) {
  const std::vector<changepolicy_view> hashes = ViewsOf(proof);
  Do([&](auto error) {
    return changepolicy_check_consistency(earlier, size, hashes.data(), hashes.size(),
                                          ViewOf(earlier_root), ViewOf(root), error);
  });
}

// The signer, which is secret, and the verifier.
py::tuple GenerateKey(const py::str& name) {
  const std::string origin = TextOf(name, "name");
  changepolicy_bytes* verifier = nullptr;
  const py::str signer = GetText([&](changepolicy_bytes** out, auto error) {
    return changepolicy_generate_log_key(origin.c_str(), out, &verifier, error);
  });
  const Bytes owned(verifier);
  return py::make_tuple(signer, py::str(changepolicy_bytes_data(verifier)));
}

py::bytes MakeCheckpoint(const Log& log, const std::vector<py::str>& signers) {
  const auto handle = Open(log);
  const Texts keys(signers, "signers");
  return GetBytes([&](auto... out) {
    return changepolicy_audit_make_checkpoint(handle.get(), keys.data(), keys.size(), out...);
  });
}

}  // namespace

void BindAuditLog(py::module_& module) {
  py::class_<Items>(module, "AuditItems")
      .def(py::init(&MakeItems))
      .def("add_decision", &AddDecision)
      .def("add_event", &AddEvent)
      .def("add_key_change", &AddKeyChange);
  py::class_<Log>(module, "AuditLog")
      .def(py::init(&OpenLog))
      .def("close",
           [](Log& log) {
             auto closed = log.get();
             log.Close();
             const py::gil_scoped_release unlocked;
             closed.reset();
           })
      .def_property_readonly("closed", [](const Log& log) { return log.get() == nullptr; })
      .def("origin",
           [](const Log& log) {
             const auto handle = Open(log);
             return GetText(
                 [&](auto... out) { return changepolicy_audit_origin(handle.get(), out...); });
           })
      .def("size", &Size)
      .def("append", &Append)
      .def("erase", &Erase)
      .def("read", &Read)
      .def("read_some", &ReadSome)
      .def("read_bytes",
           [](const Log& log, int64_t index) {
             const auto handle = Open(log);
             return GetBytes([&](auto... out) {
               return changepolicy_audit_read_bytes(handle.get(), index, out...);
             });
           })
      .def("read_blob",
           [](const Log& log, const py::str& name) {
             const auto handle = Open(log);
             const std::string blob = TextOf(name, "name");
             return GetBytes([&](auto... out) {
               return changepolicy_audit_read_blob(handle.get(), blob.c_str(), out...);
             });
           })
      .def("read_blob_message", &ReadBlobMessage)
      .def("openings",
           [](const Log& log) {
             const auto handle = Open(log);
             return GetList([&](auto... out) {
               return changepolicy_audit_openings(handle.get(), CHANGEPOLICY_BINARY, out...);
             });
           })
      .def("root",
           [](const Log& log, int64_t size) {
             const auto handle = Open(log);
             return GetBytes(
                 [&](auto... out) { return changepolicy_audit_root(handle.get(), size, out...); });
           })
      .def("prove_inclusion",
           [](const Log& log, int64_t index, int64_t size) {
             const auto handle = Open(log);
             return GetList([&](auto... out) {
               return changepolicy_audit_prove_inclusion(handle.get(), index, size, out...);
             });
           })
      .def("prove_consistency",
           [](const Log& log, int64_t earlier, int64_t size) {
             const auto handle = Open(log);
             return GetList([&](auto... out) {
               return changepolicy_audit_prove_consistency(handle.get(), earlier, size, out...);
             });
           })
      .def("make_checkpoint", &MakeCheckpoint)
      .def("add_cosignatures",
           [](const Log& log, const py::bytes& note) {
             const auto handle = Open(log);
             Do([&](auto error) {
               return changepolicy_audit_add_cosignatures(handle.get(), ViewOf(note), error);
             });
           })
      .def("checkpoints",
           [](const Log& log) {
             const auto handle = Open(log);
             return GetList(
                 [&](auto... out) { return changepolicy_audit_checkpoints(handle.get(), out...); });
           })
      .def("verify", &Verify)
      .def("replay", &Replay);
  module.def("check_inclusion", &CheckInclusion);
  module.def("check_consistency", &CheckConsistency);
  module.def("generate_log_key", &GenerateKey);
}

}  // namespace changepolicy::python
