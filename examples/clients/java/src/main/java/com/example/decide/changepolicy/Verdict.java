package com.example.decide.changepolicy;

/** changepolicy.v1.Verdict, in the order of its numbers. Only ALLOWED means yes. */
public enum Verdict {
  UNSPECIFIED,
  ALLOWED,
  DENIED,
  UNKNOWN,
  ERROR;

  static Verdict of(int number) {
    return number >= 0 && number < values().length ? values()[number] : UNSPECIFIED;
  }

  @Override
  public String toString() {
    return "VERDICT_" + name();
  }
}
