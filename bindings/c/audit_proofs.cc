// Roots, proofs and checkpoints of an audit log.
#include <string>
#include <utility>
#include <vector>

#include "bindings/c/audit.h"
#include "bindings/c/call.h"
#include "bindings/c/handles.h"

using changepolicy::c::Call;
using changepolicy::c::Give;
using changepolicy::c::NotNull;
using changepolicy::c::OnLog;
using changepolicy::c::Run;

extern "C" {

changepolicy_status changepolicy_audit_root(changepolicy_audit_log* log, int64_t size,
                                            changepolicy_bytes** root, changepolicy_error** error) {
  return OnLog(log, root, "root", error, [&](Call&) -> absl::Status {
    CP_ASSIGN_OR_RETURN(std::string hash, log->log->Root(size));
    Give(std::move(hash), root);
    return absl::OkStatus();
  });
}

changepolicy_status changepolicy_audit_prove_inclusion(changepolicy_audit_log* log, int64_t index,
                                                       int64_t size, changepolicy_list** proof,
                                                       changepolicy_error** error) {
  return OnLog(log, proof, "proof", error, [&](Call&) -> absl::Status {
    CP_ASSIGN_OR_RETURN(std::vector<std::string> hashes, log->log->ProveInclusion(index, size));
    Give(std::move(hashes), proof);
    return absl::OkStatus();
  });
}

changepolicy_status changepolicy_audit_prove_consistency(changepolicy_audit_log* log,
                                                         int64_t earlier, int64_t size,
                                                         changepolicy_list** proof,
                                                         changepolicy_error** error) {
  return OnLog(log, proof, "proof", error, [&](Call&) -> absl::Status {
    CP_ASSIGN_OR_RETURN(std::vector<std::string> hashes, log->log->ProveConsistency(earlier, size));
    Give(std::move(hashes), proof);
    return absl::OkStatus();
  });
}

changepolicy_status changepolicy_check_inclusion(changepolicy_view entry, int64_t index,
                                                 int64_t size, const changepolicy_view* proof,
                                                 size_t count, changepolicy_view root,
                                                 changepolicy_error** error) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_ASSIGN_OR_RETURN(const std::string_view leaf, ReadView(call, entry, "entry"));
    CP_ASSIGN_OR_RETURN(const std::vector<std::string> hashes,
                        ReadViews(call, proof, count, "proof"));
    CP_ASSIGN_OR_RETURN(const std::string_view top, ReadView(call, root, "root"));
    return changepolicy::CheckInclusion(leaf, index, size, hashes, top);
  });
}

changepolicy_status changepolicy_check_consistency(int64_t earlier, int64_t size,
                                                   const changepolicy_view* proof, size_t count,
                                                   changepolicy_view earlier_root,
                                                   changepolicy_view root,
                                                   changepolicy_error** error) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_ASSIGN_OR_RETURN(const std::vector<std::string> hashes,
                        ReadViews(call, proof, count, "proof"));
    CP_ASSIGN_OR_RETURN(const std::string_view before,
                        ReadView(call, earlier_root, "earlier_root"));
    CP_ASSIGN_OR_RETURN(const std::string_view after, ReadView(call, root, "root"));
    return changepolicy::CheckConsistency(earlier, size, hashes, before, after);
  });
}

changepolicy_status changepolicy_generate_log_key(const char* name, changepolicy_bytes** signer,
                                                  changepolicy_bytes** verifier,
                                                  changepolicy_error** error) {
  return Run(error, [&](Call& call) -> absl::Status {
    CP_ASSIGN_OR_RETURN(const std::string called, ReadText(call, name, "name"));
    CP_RETURN_IF_ERROR(NotNull(call, signer, "signer"));
    CP_RETURN_IF_ERROR(NotNull(call, verifier, "verifier"));
    CP_ASSIGN_OR_RETURN(changepolicy::LogKey key, changepolicy::GenerateLogKey(called));
    changepolicy::c::Owned<changepolicy_bytes> secret(
        changepolicy::c::MakeHandle<changepolicy_bytes>(std::move(key.signer)));
    Give(std::move(key.verifier), verifier);
    *signer = secret.release();
    return absl::OkStatus();
  });
}

changepolicy_status changepolicy_audit_make_checkpoint(changepolicy_audit_log* log,
                                                       const char* const* signers, size_t count,
                                                       changepolicy_bytes** note,
                                                       changepolicy_error** error) {
  return OnLog(log, note, "note", error, [&](Call& call) -> absl::Status {
    CP_ASSIGN_OR_RETURN(const std::vector<std::string> keys,
                        ReadTexts(call, signers, count, "signers"));
    CP_ASSIGN_OR_RETURN(std::string signed_note, log->log->MakeCheckpoint(keys));
    Give(std::move(signed_note), note);
    return absl::OkStatus();
  });
}

changepolicy_status changepolicy_audit_add_cosignatures(changepolicy_audit_log* log,
                                                        changepolicy_view note,
                                                        changepolicy_error** error) {
  return OnLog(log, note.data, "note", error, [&](Call& call) -> absl::Status {
    CP_ASSIGN_OR_RETURN(const std::string_view text, ReadView(call, note, "note"));
    return log->log->AddCosignatures(text);
  });
}

changepolicy_status changepolicy_audit_checkpoints(changepolicy_audit_log* log,
                                                   changepolicy_list** notes,
                                                   changepolicy_error** error) {
  return OnLog(log, notes, "notes", error, [&](Call&) -> absl::Status {
    CP_ASSIGN_OR_RETURN(std::vector<std::string> kept, log->log->Checkpoints());
    Give(std::move(kept), notes);
    return absl::OkStatus();
  });
}

}  // extern "C"
