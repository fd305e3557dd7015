package com.example.decide.changepolicy;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.PointerType;
import com.sun.jna.Structure;
import com.sun.jna.Structure.FieldOrder;
import com.sun.jna.ptr.PointerByReference;
import java.util.Map;

/** Those declarations of changepolicy.h that are used here. */
interface NativeLibrary extends Library {
  NativeLibrary INSTANCE =
      Native.load(
          "libchangepolicy.so.1",
          NativeLibrary.class,
          Map.of(Library.OPTION_STRING_ENCODING, "UTF-8"));

  int OK = 0;
  int BINARY = 1;
  int JSON = 2;

  /** A size_t. */
  final class Size extends com.sun.jna.IntegerType {
    private static final long serialVersionUID = 1;

    public Size() {
      this(0);
    }

    Size(long value) {
      super(Native.SIZE_T_SIZE, value, true);
    }
  }

  /** An engine's pointer, so that no other one can be given in its place. */
  final class EngineHandle extends PointerType {
    public EngineHandle() {}

    EngineHandle(Pointer pointer) {
      super(pointer);
    }
  }

  /** A changepolicy_document. */
  @FieldOrder({"name", "text", "size"})
  final class Document extends Structure {
    public Pointer name;
    public Pointer text;
    public Size size;
  }

  /** A changepolicy_subject. */
  @FieldOrder({"kind", "encoding", "data", "size"})
  final class Subject extends Structure {
    public int kind;
    public int encoding;
    public Pointer data;
    public Size size;
  }

  /** A changepolicy_message. */
  @FieldOrder({"encoding", "data", "size"})
  final class Message extends Structure {
    public int encoding;
    public Pointer data;
    public Size size;
  }

  /** A changepolicy_question. */
  @FieldOrder({"structSize", "now", "transition", "detail", "subjectDigest", "role"})
  final class Question extends Structure {
    public Size structSize;
    public Pointer now;
    public Pointer transition;
    public int detail;
    public int subjectDigest;
    public Pointer role;
  }

  String changepolicy_error_message(Pointer error);

  String changepolicy_error_path(Pointer error);

  void changepolicy_error_free(Pointer error);

  Pointer changepolicy_bytes_data(Pointer bytes);

  Size changepolicy_bytes_size(Pointer bytes);

  void changepolicy_bytes_free(Pointer bytes);

  int changepolicy_policy_load(
      Document[] documents, Size count, PointerByReference policy, PointerByReference error);

  void changepolicy_policy_free(Pointer policy);

  int changepolicy_organization_load(
      Document[] documents, Size count, PointerByReference organization, PointerByReference error);

  void changepolicy_organization_free(Pointer organization);

  int changepolicy_engine_create(
      Pointer policy, Pointer organization, PointerByReference engine, PointerByReference error);

  void changepolicy_engine_free(EngineHandle engine);

  int changepolicy_decide(
      EngineHandle engine,
      Subject subject,
      Question question,
      int output,
      PointerByReference answer,
      PointerByReference error);

  int changepolicy_decision_digest(
      Message decision, PointerByReference digest, PointerByReference error);
}
