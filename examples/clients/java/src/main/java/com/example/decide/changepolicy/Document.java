package com.example.decide.changepolicy;

/** A document by its name. */
public record Document(String name, byte[] text) {
  /** A policy that is part of the library, like {@code builtin:saas}. */
  public static Document builtin(String name) {
    return new Document(name, new byte[0]);
  }
}
