package com.example.decide.changepolicy;

/** An answer; {@code message} is a serialized changepolicy.v1.Decision. */
public record Decision(Verdict verdict, String digest, byte[] message) {}
