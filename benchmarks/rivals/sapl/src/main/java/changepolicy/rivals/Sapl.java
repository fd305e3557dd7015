package changepolicy.rivals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import io.sapl.api.pdp.AuthorizationDecision;
import io.sapl.api.pdp.AuthorizationSubscription;
import io.sapl.api.pdp.Decision;
import io.sapl.interpreter.DefaultSAPLInterpreter;
import io.sapl.interpreter.combinators.PolicyDocumentCombiningAlgorithm;
import io.sapl.interpreter.functions.AnnotationFunctionContext;
import io.sapl.interpreter.pip.AnnotationAttributeContext;
import io.sapl.pdp.EmbeddedPolicyDecisionPoint;
import io.sapl.pdp.config.PDPConfiguration;
import io.sapl.pdp.config.PDPConfigurationProvider;
import io.sapl.prp.Document;
import io.sapl.prp.PrpUpdateEvent;
import io.sapl.prp.index.canonical.CanonicalImmutableParsedDocumentIndex;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Flux;

/**
 * SAPL's embedded decision point with its canonical index. Everything that a rule asks stands in its
 * target expression, which is what the index is made of; a policy that denies carries its id as an
 * obligation, and the decision collects them.
 */
public final class Sapl {
  private static final int BATCHES = 100; // at most, for each row
  private static final double BATCH_SECONDS = 0.01; // of a batch, at least
  private static final List<String> EQUALITIES =
      List.of("service", "team", "requester", "kind", "environment", "category");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private final EmbeddedPolicyDecisionPoint decisions;

  private Sapl(List<String> policies) {
    var interpreter = new DefaultSAPLInterpreter();
    var attributes = new AnnotationAttributeContext();
    var functions = new AnnotationFunctionContext();
    List<PrpUpdateEvent.Update> updates = new ArrayList<>();
    for (String policy : policies) {
      Document document = interpreter.parseDocument(policy);
      if (document.isInvalid()) throw new IllegalArgumentException(document.errorMessage());
      updates.add(new PrpUpdateEvent.Update(PrpUpdateEvent.Type.PUBLISH, document));
    }
    var index =
        new CanonicalImmutableParsedDocumentIndex(attributes, functions)
            .apply(new PrpUpdateEvent(updates));
    var configuration =
        new PDPConfiguration("change", attributes, functions, Map.of(),
            PolicyDocumentCombiningAlgorithm.DENY_OVERRIDES, UnaryOperator.identity(),
            UnaryOperator.identity(), index);
    decisions =
        new EmbeddedPolicyDecisionPoint(
            new PDPConfigurationProvider() {
              @Override
              public Flux<PDPConfiguration> pdpConfiguration() {
                return Flux.just(configuration);
              }

              @Override
              public void destroy() {}
            });
  }

  private record Answer(boolean denied, List<String> unmet) {}

  private static String unmet(JsonNode must) {
    String fact = "resource." + must.get("fact").asText();
    if (must.has("is")) return fact + " == " + !must.get("is").asBoolean();
    if (must.has("at_least")) return fact + " < " + must.get("at_least");
    return fact + " > " + must.get("at_most");
  }

  private static String policy(JsonNode rule) {
    JsonNode when = rule.get("when");
    List<String> target = new ArrayList<>();
    for (String fact : EQUALITIES) {
      if (when.has(fact)) target.add("resource." + fact + " == " + when.get(fact));
    }
    if (when.has("risk_at_least")) target.add("resource.risk >= " + when.get("risk_at_least"));
    if (when.has("days")) target.add("resource.day in " + when.get("days"));
    if (when.has("hours")) {
      target.add("resource.hour >= " + when.get("hours").get(0));
      target.add("resource.hour < " + when.get("hours").get(1));
    }
    target.add(unmet(rule.get("must")));
    String conjunction = "(" + String.join(") & (", target) + ")";
    return "policy " + rule.get("id") + " deny " + conjunction + " obligation " + rule.get("id");
  }

  private static AuthorizationSubscription prepare(JsonNode change) {
    ObjectNode facts = change.deepCopy();
    facts.remove("id");
    return AuthorizationSubscription.of(change.get("requester").asText(), "deploy", facts, JSON);
  }

  private Answer decide(AuthorizationSubscription input) {
    AuthorizationDecision decision = decisions.decide(input).blockFirst();
    if (decision.getDecision() == Decision.PERMIT) return new Answer(false, List.of());
    if (decision.getDecision() != Decision.DENY) throw new IllegalStateException(decision.toString());
    List<String> ids = new ArrayList<>();
    decision.getObligations().orElseThrow().forEach(id -> ids.add(id.asText()));
    return new Answer(true, ids);
  }

  private void check(AuthorizationSubscription input, JsonNode expected) {
    Answer answer = decide(input);
    List<String> found = new ArrayList<>(answer.unmet());
    Collections.sort(found);
    List<String> unmet = new ArrayList<>();
    expected.get("unmet").forEach(id -> unmet.add(id.asText()));
    if (answer.denied() != expected.get("verdict").asText().equals("DENIED") || !found.equals(unmet)) {
      System.err.println("SAPL: another answer to " + expected.get("change").get("id") + ": " + answer);
      System.exit(1);
    }
  }

  private static List<JsonNode> readLines(Path path) throws Exception {
    List<JsonNode> rows = new ArrayList<>();
    for (String line : Files.readAllLines(path)) rows.add(JSON.readTree(line));
    return rows;
  }

  private static long heapBytes() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static double secondsSince(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private ObjectNode row(Path folder, int matches, double seconds) throws Exception {
    List<JsonNode> cases = readLines(folder.resolve("changes-" + matches + ".jsonl"));
    List<AuthorizationSubscription> inputs =
        cases.stream().map(expected -> prepare(expected.get("change"))).toList();
    long checking = System.nanoTime();
    int checked = 0;
    while (checked < cases.size() && (checked == 0 || secondsSince(checking) < seconds / 3)) {
      check(inputs.get(checked), cases.get(checked));
      checked++;
    }
    // Long enough for the virtual machine to have compiled what is run often.
    long warming = System.nanoTime();
    int warm = 0;
    while (warm == 0 || secondsSince(warming) < seconds) decide(inputs.get(warm++ % inputs.size()));
    double each = secondsSince(warming) / warm;
    int batch = Math.min(Math.max((int) (BATCH_SECONDS / each), 1), cases.size());
    List<Double> samples = new ArrayList<>();
    int next = 0;
    long measuring = System.nanoTime();
    long used = SYSTEM.getProcessCpuTime();
    while (samples.size() < BATCHES && (samples.isEmpty() || secondsSince(measuring) < seconds)) {
      long start = System.nanoTime();
      for (int i = 0; i < batch; i++) {
        decide(inputs.get(next));
        next = next + 1 == inputs.size() ? 0 : next + 1;
      }
      samples.add((System.nanoTime() - start) / (double) batch);
    }
    // In steps of 10 ms: too coarse for a batch.
    double processor =
        (SYSTEM.getProcessCpuTime() - used) / ((double) samples.size() * batch);
    Collections.sort(samples);
    int last = samples.size() - 1;
    return JSON.createObjectNode()
        .put("engine", "SAPL")
        .put("version", "sapl-pdp-embedded 3.0.0")
        .put("matches", matches)
        .put("ns_per_decision", samples.get((int) (0.5 * last)))
        .put("p10", samples.get((int) (0.1 * last)))
        .put("p90", samples.get((int) (0.9 * last)))
        .put("ns_processor", processor)
        .put("checked", checked)
        .put("of", cases.size())
        .put("note", "canonical index, Java " + System.getProperty("java.version"));
  }

  public static void main(String[] arguments) throws Exception {
    if (arguments.length != 2) {
      System.err.println("usage: Sapl FOLDER SECONDS");
      System.exit(3);
    }
    Path folder = Path.of(arguments[0]);
    double seconds = Double.parseDouble(arguments[1]);
    JsonNode scenario = readLines(folder.resolve("scenario.json")).get(0);
    List<String> policies = new ArrayList<>(List.of("policy \"permit\" permit"));
    for (JsonNode rule : readLines(folder.resolve("rules.jsonl"))) policies.add(policy(rule));
    long before = heapBytes();
    long start = System.nanoTime();
    Sapl sapl = new Sapl(policies);
    double loadMilliseconds = secondsSince(start) * 1000;
    long memory = Math.max(heapBytes() - before, 0);
    for (JsonNode matches : scenario.get("matches")) {
      ObjectNode row = sapl.row(folder, matches.asInt(), seconds);
      row.put("rules", scenario.get("rules").asInt());
      row.put("load_ms", loadMilliseconds).put("memory_bytes", memory);
      System.out.println(row);
    }
  }
}
