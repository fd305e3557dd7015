package com.example.decide.changepolicy;

/** A change or a release. */
public enum Kind {
  CHANGE(1),
  RELEASE(2);

  final int number;

  Kind(int number) {
    this.number = number;
  }
}
