package com.example.decide.changepolicy;

import java.util.Map;

/** What the library refused: why, and where. */
public final class ChangepolicyException extends Exception {
  private static final long serialVersionUID = 1;
  private static final Map<Integer, String> CODES =
      Map.of(
          3, "INVALID_ARGUMENT",
          5, "NOT_FOUND",
          7, "PERMISSION_DENIED",
          8, "RESOURCE_EXHAUSTED",
          9, "FAILED_PRECONDITION",
          11, "OUT_OF_RANGE",
          13, "INTERNAL",
          14, "UNAVAILABLE",
          15, "DATA_LOSS");

  private final String code;
  private final String path;

  ChangepolicyException(int code, String path, String message) {
    super(message);
    this.code = CODES.getOrDefault(code, "UNKNOWN");
    this.path = path;
  }

  static ChangepolicyException holdsNul(String path) {
    return new ChangepolicyException(3, path, "the text holds a NUL");
  }

  /** The name of a changepolicy_status. */
  public String code() {
    return code;
  }

  /** A place in a document or message, or the name of an argument; empty where none is to blame. */
  public String path() {
    return path;
  }

  /** All of it on one line, as far as the message is one. */
  public String describe() {
    return code + (path.isEmpty() ? "" : " " + path) + ": " + getMessage();
  }
}
