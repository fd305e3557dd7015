package com.example.decide;

import com.example.decide.changepolicy.ChangepolicyException;
import com.example.decide.changepolicy.Decision;
import com.example.decide.changepolicy.Document;
import com.example.decide.changepolicy.Engine;
import com.example.decide.changepolicy.Kind;
import com.example.decide.changepolicy.Verdict;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Decides changes or releases of a file by the built-in policy, in several threads. */
public final class Main {
  private static final int ALLOWED = 0;
  private static final int NOT_ALLOWED = 1;
  private static final int FAILED = 2;
  private static final int THREADS = 4;

  private static final String USAGE =
      "usage: decide [--overlay FILE] [--hex] ORGANIZATION change|release FILE NOW [TRANSITION]";
  private static final Map<String, Kind> KINDS =
      Map.of("change", Kind.CHANGE, "release", Kind.RELEASE);

  private record Arguments(
      String overlay, // empty: none
      boolean hex,
      String organization,
      Kind kind,
      String file,
      String now,
      String transition) {

    static Arguments read(String[] given) {
      String overlay = "";
      boolean hex = false;
      int at = 0;
      for (; at < given.length && given[at].startsWith("--"); ++at) {
        if (given[at].equals("--hex")) {
          hex = true;
        } else if (given[at].equals("--overlay") && at + 1 < given.length) {
          overlay = given[++at];
        } else {
          throw new IllegalArgumentException(USAGE);
        }
      }
      int count = given.length - at;
      if (count < 4 || count > 5 || !KINDS.containsKey(given[at + 1])) {
        throw new IllegalArgumentException(USAGE);
      }
      return new Arguments(
          overlay,
          hex,
          given[at],
          KINDS.get(given[at + 1]),
          given[at + 2],
          given[at + 3],
          count == 5 ? given[at + 4] : "");
    }
  }

  /** A subject of the file, and what its complaint begins with. */
  private record Task(String place, byte[] subject) {}

  private static Document readDocument(String file) throws IOException {
    return new Document(file, Files.readAllBytes(Path.of(file)));
  }

  /** A file of JSON lines has a subject on each line that is not empty, any other one. */
  private static List<Task> readTasks(String file) throws IOException {
    byte[] content = Files.readAllBytes(Path.of(file));
    if (!file.endsWith(".jsonl")) return List.of(new Task("", content));
    List<Task> tasks = new ArrayList<>();
    int line = 1;
    for (int begin = 0; begin < content.length; ++line) {
      int end = begin;
      while (end < content.length && content[end] != '\n') ++end;
      if (end > begin) {
        tasks.add(new Task("line " + line + ": ", Arrays.copyOfRange(content, begin, end)));
      }
      begin = end + 1;
    }
    return tasks;
  }

  private static List<Future<Decision>> decideAll(
      Engine engine, List<Task> tasks, Arguments arguments) throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      return threads.invokeAll(
          tasks.stream()
              .map(
                  task ->
                      (Callable<Decision>)
                          () ->
                              engine.decide(
                                  arguments.kind,
                                  task.subject,
                                  arguments.now,
                                  arguments.transition))
              .toList());
    } finally {
      threads.shutdown();
    }
  }

  /** A line for each task, in their order; gives the exit code. */
  private static int print(
      List<Task> tasks, List<Future<Decision>> answers, boolean hex, PrintStream err)
      throws InterruptedException, ExecutionException {
    StringBuilder out = new StringBuilder();
    int code = ALLOWED;
    for (int i = 0; i < tasks.size(); ++i) {
      try {
        Decision decision = answers.get(i).get();
        out.append(decision.verdict()).append(' ').append(decision.digest());
        if (hex) out.append(' ').append(HexFormat.of().formatHex(decision.message()));
        out.append('\n');
        if (decision.verdict() != Verdict.ALLOWED) code = Math.max(code, NOT_ALLOWED);
      } catch (ExecutionException failure) {
        if (!(failure.getCause() instanceof ChangepolicyException refusal)) throw failure;
        err.println(tasks.get(i).place + refusal.describe());
        code = FAILED;
      }
    }
    System.out.print(out);
    System.out.flush();
    return System.out.checkError() ? FAILED : code;
  }

  private static int run(Arguments arguments, PrintStream err)
      throws IOException, ChangepolicyException, InterruptedException, ExecutionException {
    List<Document> policy = new ArrayList<>(List.of(Document.builtin("builtin:saas")));
    if (!arguments.overlay.isEmpty()) policy.add(readDocument(arguments.overlay));
    List<Document> organization = List.of(readDocument(arguments.organization));
    List<Task> tasks = readTasks(arguments.file);
    try (Engine engine = new Engine(policy, organization)) {
      return print(tasks, decideAll(engine, tasks, arguments), arguments.hex, err);
    }
  }

  /** Exits with 0 where all is allowed, 1 where something is not, 2 where something is wrong. */
  public static void main(String[] given) throws InterruptedException, ExecutionException {
    // Messages hold any text, whatever the locale.
    PrintStream err =
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    int code = FAILED;
    try {
      code = run(Arguments.read(given), err);
    } catch (IllegalArgumentException wrong) {
      err.println(wrong.getMessage());
    } catch (ChangepolicyException refusal) {
      err.println(refusal.describe());
    } catch (NoSuchFileException missing) {
      err.println("NOT_FOUND " + missing.getFile() + ": no such file");
    } catch (FileSystemException failure) {
      err.println("INVALID_ARGUMENT " + failure.getFile() + ": " + failure.getReason());
    } catch (IOException failure) {
      err.println("INVALID_ARGUMENT: " + failure.getMessage());
    }
    System.exit(code);
  }
}
