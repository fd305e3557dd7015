package com.example.decide.changepolicy;

import com.example.decide.changepolicy.NativeLibrary.EngineHandle;
import com.example.decide.changepolicy.NativeLibrary.Message;
import com.example.decide.changepolicy.NativeLibrary.Question;
import com.example.decide.changepolicy.NativeLibrary.Size;
import com.example.decide.changepolicy.NativeLibrary.Subject;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A policy with an organization, ready to decide. Any number of threads may use one at once; close
 * it when none does any longer.
 */
public final class Engine implements AutoCloseable {
  private static final NativeLibrary LIBRARY = NativeLibrary.INSTANCE;
  private static final int VERDICT_TAG = 6 << 3 | WireFormat.WIRETYPE_VARINT;

  private EngineHandle handle;

  /** Takes a policy with its overlays, and what together is a directory and a ledger. */
  public Engine(List<Document> policy, List<Document> organization) throws ChangepolicyException {
    try (CallMemory memory = new CallMemory()) {
      NativeLibrary.Document[] policies = memory.documents(policy);
      NativeLibrary.Document[] organizations = memory.documents(organization);
      Pointer loaded =
          call(
              (out, error) ->
                  LIBRARY.changepolicy_policy_load(
                      policies, new Size(policy.size()), out, error));
      try {
        Pointer people =
            call(
                (out, error) ->
                    LIBRARY.changepolicy_organization_load(
                        organizations, new Size(organization.size()), out, error));
        try {
          handle =
              new EngineHandle(
                  call(
                      (out, error) ->
                          LIBRARY.changepolicy_engine_create(loaded, people, out, error)));
        } finally {
          LIBRARY.changepolicy_organization_free(people);
        }
      } finally {
        LIBRARY.changepolicy_policy_free(loaded);
      }
    }
  }

  /** Decides a subject in JSON at an instant. An empty transition is the next one. */
  public Decision decide(Kind kind, byte[] subject, String now, String transition)
      throws ChangepolicyException {
    try (CallMemory memory = new CallMemory()) {
      Subject asked = new Subject();
      asked.kind = kind.number;
      asked.encoding = NativeLibrary.JSON;
      asked.data = memory.bytes(subject);
      asked.size = new Size(subject.length);
      Question question = new Question();
      question.structSize = new Size(question.size());
      question.now = memory.text("now", now);
      question.transition = memory.text("transition", transition);
      byte[] message =
          takeBytes(
              (out, error) ->
                  LIBRARY.changepolicy_decide(
                      handle, asked, question, NativeLibrary.BINARY, out, error));

      Message decided = new Message();
      decided.encoding = NativeLibrary.BINARY;
      decided.data = memory.bytes(message);
      decided.size = new Size(message.length);
      byte[] digest =
          takeBytes((out, error) -> LIBRARY.changepolicy_decision_digest(decided, out, error));
      return new Decision(
          verdictOf(message), new String(digest, StandardCharsets.US_ASCII), message);
    }
  }

  /** Frees the engine. Closing twice does nothing. */
  @Override
  public void close() {
    LIBRARY.changepolicy_engine_free(handle);
    handle = null;
  }

  /** A function of the library up to its last two arguments: what it hands out, and its error. */
  private interface Call {
    int apply(PointerByReference out, PointerByReference error);
  }

  private static Pointer call(Call function) throws ChangepolicyException {
    PointerByReference out = new PointerByReference();
    PointerByReference failure = new PointerByReference();
    int status = function.apply(out, failure);
    if (status == NativeLibrary.OK) return out.getValue();
    Pointer error = failure.getValue(); // without memory null, which has no text
    try {
      throw new ChangepolicyException(
          status,
          LIBRARY.changepolicy_error_path(error),
          LIBRARY.changepolicy_error_message(error));
    } finally {
      LIBRARY.changepolicy_error_free(error);
    }
  }

  private static byte[] takeBytes(Call function) throws ChangepolicyException {
    Pointer bytes = call(function);
    try {
      int size = LIBRARY.changepolicy_bytes_size(bytes).intValue();
      return LIBRARY.changepolicy_bytes_data(bytes).getByteArray(0, size);
    } finally {
      LIBRARY.changepolicy_bytes_free(bytes);
    }
  }

  /** Field 6 of a Decision, which generated classes would call {@code getVerdict()}. */
  private static Verdict verdictOf(byte[] decision) {
    CodedInputStream in = CodedInputStream.newInstance(decision);
    Verdict verdict = Verdict.UNSPECIFIED;
    try {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (tag == VERDICT_TAG) {
          verdict = Verdict.of(in.readEnum());
        } else {
          in.skipField(tag);
        }
      }
    } catch (IOException error) {
      throw new UncheckedIOException("the library's Decision cannot be read", error);
    }
    return verdict;
  }
}
