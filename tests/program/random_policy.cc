#include "tests/program/random_policy.h"

#include <iterator>

#include "libchangepolicy/base/text.h"

namespace changepolicy {

std::string RandomPolicy::TimePart(std::string_view* number) {
  struct Part {
    std::string_view function;
    std::vector<std::string_view> numbers;
  };
  static const std::vector<Part> kParts = {
      {"getHours", {"0", "1", "2", "3", "9", "10", "14", "23"}},
      {"getDayOfWeek", {"0", "1", "2", "6"}},
      {"getMinutes", {"0", "15", "30", "45", "59"}},
      {"getSeconds", {"0", "20", "59"}},
      {"getMilliseconds", {"0", "500"}},
      {"getDate", {"1", "2", "8", "29", "31"}},
      {"getDayOfMonth", {"0", "1", "28", "30"}},
      {"getDayOfYear", {"60", "61", "86", "364"}},
      {"getMonth", {"2", "9", "11"}},
      {"getFullYear", {"2011", "2026"}}};
  static const std::vector<std::string_view> kZones = {"'Europe/Berlin'",
                                                       "'America/New_York'",
                                                       "'Australia/Lord_Howe'",
                                                       "'Pacific/Apia'",
                                                       "'Asia/Kathmandu'",
                                                       "'Europe/Dublin'",
                                                       "'Africa/Casablanca'",
                                                       "'UTC'",
                                                       "'+02:00'",
                                                       "'-08:00'",
                                                       "'05:45'",
                                                       "zone"};
  const Part& part = kParts[random_() % kParts.size()];
  *number = Pick(part.numbers);
  std::string_view zone = Pick(kZones);
  if (OneIn(25)) zone = Pick({"'Mars/Olympus'", "'+2:00'", "facts.t", "''"});
  return StrCat(Pick({"change.schedule.start", "change.schedule.end", "facts.since",
                      "(change.schedule.start + wait)"}),
                ".", part.function, "(", zone, ")");
}

std::string RandomPolicy::Atom(Stage stage) {
  if (OneIn(8)) {
    std::string_view number;
    const std::string part = TimePart(&number);
    switch (Below(4)) {
      case 0:
        return StrCat(part, " in [", number, ", 3, 17]");
      case 1:
        return StrCat(part, " >= ", number);
      case 2:
        return StrCat(number, " == ", part);
      default:
        return StrCat(part, " < ", number);
    }
  }
  static const std::vector<std::string_view> kFacts = {
      "change.impact.availability >= Effect.MEDIUM",
      "change.impact.security == Effect.HIGH",
      "change.impact.performance != Effect.NONE",
      "change.impact.data_integrity < Effect.HIGH",
      "change.impact.data_classes.exists(d, d >= DataClass.PERSONAL)",
      "change.services.exists(s, s.critical)",
      "change.services.exists(s, s.id == 'pay')",
      "change.services.exists(s, s.id in ['ship', 'web'])",
      "change.services.all(s, s.client_facing)",
      "change.services.exists_one(s, s.critical)",
      "change.services.exists(s, s.critical && s.id.startsWith('p'))",
      "change.services.filter(s, s.critical).exists(s, s.id == 'web')",
      "change.services.map(s, s.id).exists(id, id.endsWith('p'))",
      "size(change.services.filter(s, s.id != 'pay')) > 1",
      "change.services[0].critical",
      "size(change.services) > 1",
      "size(change.services) <= 2",
      "change.branch.startsWith('release/')",
      "change.branch.endsWith('7')",
      "change.paths.exists(p, p.startsWith('infra/'))",
      "change.paths.exists(p, p.startsWith('infra/') || p.startsWith('docs/'))",
      "change.paths.exists(p, p.endsWith('.tf') && p != 'infra/main.tf')",
      "change.services.exists(s, s.id.startsWith('p') || s.id.startsWith('w'))",
      "change.services.exists(s, s.id == 'pay') || change.services.exists(s, s.id == 'mail')",
      "change.team == 'core' || change.team == facts.t",
      "change.rollback.duration <= duration('90.5s')",
      "change.rollback.duration > duration('90.5s')",
      "change.schedule.start < timestamp('2026-03-02T12:00:00Z')",
      "change.kinds.exists(k, k == ChangeKind.CONFIGURATION)",
      "ChangeKind.DATABASE_SCHEMA in change.kinds",
      "change.kinds.exists(k, k in [ChangeKind.OS_UPDATE, ChangeKind.CONFIGURATION])",
      "Environment.PRODUCTION in change.environments",
      "change.environments.all(e, e != Environment.PRODUCTION)",
      "change.environments == [Environment.STAGING]",
      "change.urgency >= Urgency.HIGH",
      "change.urgency in [Urgency.LOW, Urgency.URGENT]",
      "change.rollback.irreversible",
      "!change.rollback.irreversible",
      "has(change.rollback.irreversible)",
      "has(change.rollback.irreversible) && change.rollback.irreversible",
      "(change.rollback.irreversible || true) && has(change.rollback.irreversible) && "
      "(change.rollback.irreversible || true)",
      "has(change.schedule.start)",
      "has(change.title)",
      "change.title.contains('pay')",
      "change.title.matches('^Up')",
      "size(change.title) > 6",
      "change.title == 'Update \\\"pay\\\"\\n'",
      "change.title + change.id != ''",
      "text.given(change.rollback.known_good_state)",
      "text.meaningful(change.title)",
      "documents.written(change.documents.testing_plan)",
      "change.team == 'core'",
      "change.team in teams",
      "size(change.third_parties) == 0",
      "'acme' in change.third_parties",
      "size(change.approvals) > 1",
      "change.approvals.exists(a, a.kind == ApprovalKind.APPROVED && a.by == 'ann')",
      "change.evidence.exists(e, e.type == 'unit' && e.findings_high > 0)",
      "evidence.passed('unit')",
      "evidence.settled('unit', Environment.STAGING)",
      "evidence.failed('unit')",
      "evidence.findings('unit', RiskLevel.HIGH) + 1 > 1",
      "places.exists(e, evidence.passed('unit', e))",
      "people.of(Part.AUTHOR).exists(p, people.has_role(p, 'lead'))",
      "size(people.of(Part.TESTER)) > 0",
      "people.apart(Part.AUTHOR, Part.TESTER)",
      "people.has_role(change.people.requester, 'engineer')",
      "people.with_role('lead').exists(p, p == change.people.requester)",
      "deployments.done(Environment.STAGING)",
      "communications.sent(Audience.CLIENTS, Notice.UPCOMING)",
      "change.schedule.start < change.schedule.end",
      "change.schedule.start.getDayOfWeek() in [1, 2, 3]",
      "change.schedule.end - change.schedule.start > duration('2h')",
      "now >= change.schedule.start",
      "now < change.schedule.end + duration('1h')",
      "now - change.schedule.start < duration('48h')",
      "now > timestamp('2026-03-02T09:00:00Z') + wait",
      "facts.a",
      "facts.n > 3",
      "facts.n - 1 in [1, 2]",
      "facts.t == 'x'",
      "facts.l.exists(t, t == 'x')",
      "size(facts.l) > 1",
      "facts.d > 1.5",
      "facts.since < now",
      "facts.lasts > duration('1ns')",
      "facts.lasts == duration('1ns')",
      "facts.since + facts.lasts > change.schedule.start",
      "facts.n / (facts.n - 2) > 0",
      "organization.directory.services.exists(s, s.critical)",
      "size(organization.ledger.incidents) == 0",
      "simple",
      "timed",
      "odd",
      "(simple ? facts.a : timed)",
      "(facts.a ? 1 : 2) == 1",
      "true",
      "false",
  };
  // Functions of the language and its libraries, and places in lists.
  static const std::vector<std::string_view> kFunctions = {
      "change.services[0].id == 'pay'",
      "change.services[1].critical",
      "change.services[facts.n - 2].id == 'web'",
      "size(change.services) > 1 && change.services[1].id != change.services[0].id",
      "change.services.filter(s, s.critical)[0].id == 'web'",
      "change.services.map(s, s.id)[0] == 'pay'",
      "change.third_parties[0] == 'acme'",
      "change.kinds[0] == ChangeKind.CONFIGURATION",
      "change.approvals[0].by == change.approvals[1].by",
      "has(change.services[0].critical)",
      "teams[facts.n] == change.team",
      "people.has_role(change.approvals[0].by, 'lead')",
      "change.title.matches('(?i)PAY')",
      "matches(change.team, '^c.*e$') || facts.a",
      "change.title.matches(change.team)",
      "change.team.matches(facts.t + '[')",
      "change.third_parties.exists(t, t.matches('^a'))",
      "change.services.all(s, s.id.matches('^[a-z]+$'))",
      "size(change.services) * 2 > facts.n",
      "facts.n % 2 == 0",
      "-facts.n < -2",
      "facts.n * 4611686018427387904 > 0",
      "string(facts.n) == '3'",
      "string(facts.a) + string(facts.n) != 'true3'",
      "int(facts.t) > 1",
      "change.team + 'x' in ['corex', facts.t + 'y']",
      "change.environments != [Environment.TEST]",
      "change.third_parties + ['x'] == ['acme', 'x']",
      "size(change.third_parties + teams) > 2",
      "change.services.map(s, s.id) == ['pay']",
      "'acme' in change.third_parties + teams",
      "(change.third_parties + teams).exists(t, t == facts.t)",
      "string(change.schedule.start).startsWith('2026')",
      "duration(string(facts.n) + 'h') > wait",
      "timestamp('2026-03-0' + string(facts.n) + 'T00:00:00Z') < change.schedule.start",
      "int(change.impact.security) > 1",
      "Effect(facts.n) == change.impact.security",
      "change.impact.security in [Effect(facts.n)]",
      "double(facts.n) > 1.5",
      "facts.d in [0.5, 2.0, -0.0]",
      "facts.d != 2.0",
      "2.0 == facts.d",
      "facts.d <= 2.0 && facts.d >= 0.0",
      "facts.d * 2.0 - 1.0 < facts.d / 0.0",
      "facts.d / facts.d == 1.0",
      "-facts.d < 0.0",
      "string(facts.d) == '2.0'",
      "int(facts.d) == facts.n",
      "(facts.a ? facts.d : 0.5) > 1.0",
      "change.title.lowerAscii().contains('pay')",
      "change.title.split(' ')[0] == 'Update'",
      "change.title.split(' ').exists(w, w.size() > 4)",
      "change.team.charAt(facts.n) == 'e'",
      "change.third_parties.join(',') == 'acme'",
      "change.title.substring(0, facts.n) != change.team.substring(0, facts.n)",
      "change.title.replace('pay', facts.t).trim() != ''",
      "change.title.indexOf('pay') > facts.n",
      "change.title.reverse() == change.title",
      "'%s'.format([change.team]) == 'core'",
      "math.greatest(facts.n, 2) > 2",
      "math.abs(facts.n) >= 3",
      "sets.contains(change.third_parties, ['acme'])",
      "sets.intersects(change.environments, [Environment.TEST, Environment.STAGING])",
      "change.third_parties.distinct().size() == size(change.third_parties)",
      "change.services.map(s, s.id).sort()[0] == 'pay'",
      "lists.range(facts.n).exists(i, i == 2)",
      "regex.replace(change.title, 'p.y', facts.t) != ''",
      "regex.extractAll(change.title, '[a-z]+').size() > 1",
  };
  // Tables, names for values, lists that are chosen, and places of elements.
  static const std::vector<std::string_view> kForms = {
      "change.team in hours && facts.n >= hours[change.team]",
      "hours[change.team] > facts.n",
      "hours.core > facts.n",
      "hours.other > facts.n || facts.a",
      "facts.t in {'x': 1, 'y': 2}",
      "{1: 'core', 2: 'edge', 3: 'edge'}[facts.n] == change.team",
      "{true: 2, false: 5}[facts.a] > facts.n",
      "change.team in wards[facts.n]",
      "wards[facts.n].exists(w, w == change.team)",
      "change.services.exists(s, s.id in hours && hours[s.id] > facts.n)",
      "{'x': {1: true, 3: false}}[facts.t][facts.n]",
      "(facts.a ? hours : {'core': 1})[change.team] == facts.n",
      "(facts.a ? change.third_parties : teams).exists(t, t == change.team)",
      "size(facts.a ? facts.l : change.third_parties) > 0",
      "facts.t in (change.rollback.irreversible ? facts.l : ['x', 'z'])",
      "(facts.a ? change.environments : [Environment.STAGING]) == [Environment.STAGING]",
      "cel.bind(t, change.team, t + facts.t == 'corex' || t == 'edge')",
      "cel.bind(s, change.schedule, s.start < s.end && has(s.start))",
      "cel.bind(s, change.schedule, facts.a || now < s.end)",
      "cel.bind(all, change.services, all.exists(s, s.critical) && size(all) > 1)",
      "cel.bind(some, change.services.filter(s, s.critical), size(some) > 0 && some[0].id == "
      "'pay')",
      "change.services.exists(s, cel.bind(id, s.id, id.startsWith('p') && s.critical))",
      "change.services.exists(s, cel.bind(same, s, same.critical || s.client_facing))",
      "cel.bind(c, change, c.rollback.irreversible || c.team == facts.t)",
      "cel.bind(x, facts.n / (facts.n - 2), facts.a || x > 0)",
      "cel.bind(x, 1 / (facts.n - 3), facts.a)",
      "cel.bind(x, facts.n, cel.bind(y, x + 1, change.services.exists(s, size(s.id) == y)))",
      "cel.bind(ids, change.services.map(s, s.id), ids.exists(i, ids.exists_one(j, i == j)))",
      "cel.bind(p, evidence.passed('unit'), p || facts.a) && evidence.passed('unit')",
      "cel.bind(h, hours, h[change.team] < 30)",
      "cel.bind(r, change.rollback, (r.irreversible || true) && has(r.irreversible))",
      "change.services.exists(i, s, i > 0 && s.id == change.services[i - 1].id)",
      "change.services.all(i, s, s.critical || i == facts.n)",
      "change.third_parties.existsOne(i, t, t == facts.t || i == 0)",
      "change.services.transformList(i, s, s.id)[0] == 'pay'",
      "change.services.transformList(i, s, s.critical, i).exists(i, i > 0)",
      "change.services.transformList(i, s, i > 0, s).exists(s, s.critical)",
      "change.services.transformList(i, s, s.critical, s.client_facing).exists(c, c)",
      "change.services.exists(i, s, change.services.exists(j, u, i < j && s.id == u.id))",
      "change.services.map(s, s.critical, s.id) == ['pay']",
      "size(change.services.map(s, s.id != 'web', s.client_facing)) > 1",
      "change.approvals.map(a, a.kind == ApprovalKind.APPROVED, a.by).exists(b, b == 'ann')",
      "hours[?change.team].orValue(facts.n) > 30",
      "hours[?facts.t].hasValue() || facts.a",
      "wards[?facts.n].orValue(teams).exists(w, w == change.team)",
      "change.third_parties[?facts.n].hasValue()",
      "change.services[?facts.n - 2].optMap(s, s.id == 'pay').orValue(facts.a)",
      "change.services.first().optMap(s, s.critical).orValue(false)",
      "change.services.last().value().client_facing",
      "change.third_parties.last().or(facts.l.first()).orValue('none') == facts.t",
      "change.?team.orValue(facts.t) == 'core'",
      "change.?team.optMap(t, t + 'x').hasValue()",
      "change.?rollback.?irreversible.orValue(facts.a)",
      "change.?rollback.?known_good_state.hasValue() && change.rollback.irreversible",
      "change.?impact.?security.orValue(Effect.HIGH) >= Effect.MEDIUM",
      "change.?schedule.?start.hasValue()",
      "change.?rollback.value().irreversible",
      "change.?documents.?testing_plan.optMap(d, documents.written(d)).orValue(facts.a)",
      "cel.bind(d, change.documents.testing_plan, facts.a || documents.written(d))",
      "documents.written(change.?documents.value().?testing_plan.value())",
      "documents.written(cel.bind(t, change.team, change.documents.testing_plan))",
      "change.?rollback.value().?irreversible.orValue(facts.a)",
      "cel.bind(t, change.team, change.rollback).irreversible",
      "has(cel.bind(t, change.team, change.rollback).irreversible)",
      "cel.bind(t, change.team, change.rollback).?irreversible.orValue(facts.a)",
      "cel.bind(r, change.?rollback, r.value().irreversible)",
      "change.?rollback.optMap(r, r.irreversible && has(r.irreversible)).orValue(facts.a)",
      "change.?third_parties.orValue(['acme']) == ['acme']",
      "change.services.exists(s, s.?critical.orValue(true) && s.id != 'web')",
      "change.services.filter(s, s.?critical.hasValue()).first().optMap(s, s.id).orValue('') == "
      "'pay'",
      "change.services.map(s, s.id).first().optMap(i, i.startsWith('p')).orValue(facts.a)",
      "change.?services.optMap(all, all.exists(s, s.critical)).orValue(facts.a)",
      "optional.ofNonZeroValue(facts.n).orValue(7) > 3",
      "regex.extract(change.title, 'p(.)y').orValue('') == 'a'",
      "optional.of(facts.n).optMap(n, n / (n - 2)).value() > 1",
      "optional.of(change.team).or(optional.of(facts.t)).value() == 'edge'",
      "(facts.a ? hours[?change.team] : optional.none()).orValue(3) > facts.n",
  };
  static const std::vector<std::string_view> kRisk = {
      "risk.level >= RiskLevel.MEDIUM", "risk.score > 2",
      "risk.points.exists(p, p.factor == 'factor-0')", "model.known", "risk.worst_case"};
  static const std::vector<std::string_view> kCategory = {
      "category == Category.NORMAL", "category != Category.EMERGENCY",
      "category in [Category.STANDARD, Category.NORMAL]", "priority >= Priority.MODERATE", "heavy"};
  static const std::vector<std::string_view> kGates = {
      "transition == Transition.DEPLOY",
      "calendar.planned",
      "calendar.inside_window",
      "!calendar.frozen",
      "size(calendar.conflicts) == 0",
      "calendar.windows.exists(w, w.id == 'nights')",
      "calendar.latest_start > change.schedule.start",
      "calendar.?latest_start.hasValue()",
      "calendar.?inside_window.orValue(facts.a)",
      "cel.bind(c, calendar, c.planned && c.inside_window)",
      "aftercare.watched",
      "documents.sound('documents.testing_plan')"};
  if (OneIn(6)) return std::string(Pick(kFunctions));
  if (OneIn(6)) return std::string(Pick(kForms));
  const int kinds = 4 + 2 * static_cast<int>(stage);
  const int kind = Below(kinds);
  if (kind >= 8) return std::string(Pick(kGates));
  if (kind >= 6) return std::string(Pick(kCategory));
  if (kind >= 4) return std::string(Pick(kRisk));
  return std::string(Pick(kFacts));
}

std::string RandomPolicy::Condition(Stage stage, int depth) {
  if (depth == 0 || OneIn(3)) return Atom(stage);
  const std::string one = Condition(stage, depth - 1);
  const std::string other = Condition(stage, depth - 1);
  switch (Below(7)) {
    case 0:
      return StrCat("(", one, " || ", other, ")");
    case 1:
      return StrCat("!(", one, ")");
    case 2:
      return StrCat("(", Atom(stage), " ? ", one, " : ", other, ")");
    default:
      return StrCat(one, " && ", other);
  }
}

std::string RandomPolicy::Quoted(std::string condition) {
  // In YAML's single quotes; those inside are doubled.
  std::string text = "'";
  for (const char c : condition) {
    text += c;
    if (c == '\'') text += c;
  }
  return text + "'";
}

std::string RandomPolicy::Policy() {
  std::string text =
      R"(policy: {id: random, version: "1", libraries: [strings, math, lists, sets, regex, bindings, comprehensions, optionals]}
clauses: {C: {title: a clause, controls: [soc2/CC8.1, itil4/change-enablement]}, D: {title: another}}
roles: [engineer, lead]
facts:
  - {name: a, type: BOOL, meaning: a}
  - {name: n, type: INT, meaning: n}
  - {name: t, type: STRING, values: [x, y], meaning: t}
  - {name: l, type: STRING_LIST, meaning: l}
  - {name: d, type: DOUBLE, meaning: d}
  - {name: since, type: TIMESTAMP, meaning: since}
  - {name: lasts, type: DURATION, meaning: lasts}
evidence: {types: [unit], fresh_for: 100h}
limits: {directory_age: 1000h, clock_skew: 300s}
)";
  const auto definition = [&](std::string_view name, Stage stage) {
    StrAppend(&text, "  ", name, ": {is: ", Quoted(Condition(stage, 2)), "}\n");
  };
  StrAppend(&text, "definitions:\n  places: {is: \"[Environment.TEST, Environment.STAGING]\"}\n",
            "  teams: {is: \"['core', 'edge']\"}\n  wait: {is: \"duration('90m')\"}\n",
            "  zone: {is: \"'America/Sao_Paulo'\"}\n",
            "  hours: {is: \"{'core': 24, 'pay': 2, 'edge': 48}\"}\n",
            "  wards: {is: \"{1: ['core'], 3: ['edge', 'core'], 4: []}\"}\n",
            "  simple: {is: \"change.impact.availability == Effect.HIGH || facts.a\"}\n",
            "  timed: {is: \"now < change.schedule.end\"}\n",
            "  odd: {is: \"facts.d > 1.0 || simple\"}\n");
  definition("heavy", Stage::kRisk);
  StrAppend(&text, "risk:\n  factors:\n");
  for (int i = 0; i < 3; ++i) {
    StrAppend(&text, "    - {id: factor-", i, ", points: ", 1 + Below(3),
              ", dimension: AVAILABILITY, clause: C, applies_if: ",
              Quoted(Condition(Stage::kFacts, 2)), "}\n");
  }
  StrAppend(&text, "  levels: [{level: LOW, from: 0}, {level: MEDIUM, from: 3}]\n",
            "categories:\n  - {id: urgent, category: EMERGENCY, clause: C, applies_if: ",
            Quoted(Condition(Stage::kRisk, 2)),
            "}\n  - {id: plain, category: STANDARD, clause: D, applies_if: ",
            Quoted(Condition(Stage::kRisk, 2)),
            "}\n  - {id: normal, category: NORMAL, clause: C, applies_if: \"true\"}\n",
            "priorities:\n  - {id: high, priority: HIGH, clause: C, applies_if: ",
            Quoted(Condition(Stage::kRisk, 1)),
            "}\n  - {id: low, priority: LOW, clause: C, applies_if: \"true\"}\napprovals:\n");
  for (int i = 0; i < 3; ++i) {
    StrAppend(&text, "  - {id: approval-", i,
              ", clause: C, applies_if: ", Quoted(Condition(Stage::kCategory, 2)),
              ", needs: {at_least: ", 1 + Below(2), ", of: {role: ", OneIn(2) ? "lead" : "engineer",
              "}}}\n");
  }
  StrAppend(&text, "gates:\n");
  const int gates = 4 + Below(12);
  std::string_view number;
  for (int i = 0; i < gates; ++i) {
    StrAppend(&text, "  - {id: gate-", i, ", at: [DEPLOY], clause: C, ");
    if (!OneIn(5)) StrAppend(&text, "applies_if: ", Quoted(Condition(Stage::kGates, 3)), ", ");
    StrAppend(&text, "must: ", Quoted(Condition(Stage::kGates, 2)),
              ", message: \"{{change.id}}, {{facts.n}} and {{",
              OneIn(3)   ? TimePart(&number)
              : OneIn(3) ? "change.team + string(facts.n)"
                         : "change.title",
              "}}\"}\n");
  }
  StrAppend(&text, "obligations:\n");
  for (int i = 0; i < 3; ++i) {
    StrAppend(
        &text, "  - {id: report-", i, ", at: [DEPLOY], owner_role: lead, clause: C, ",
        "due_after: \"facts.lasts + duration('24h')\", message: \"{{facts.t}}\", applies_if: ",
        Quoted(Condition(Stage::kGates, 1)), ", met_if: ", Quoted(Condition(Stage::kGates, 1)),
        "}\n");
  }
  return text;
}

void RandomPolicy::SetTime(int hours_about_now, google::protobuf::Timestamp* time) {
  constexpr int64_t kNow = 1'772'445'600;  // 2026-03-02T10:00:00Z
  time->set_seconds(kNow + (Below(2 * hours_about_now + 1) - hours_about_now) * int64_t{3600});
  if (OneIn(6)) time->set_nanos(Below(1'000'000'000));
  if (OneIn(40)) time->set_seconds(kNow);
}

void RandomPolicy::SetScheduled(int hours_about_now, google::protobuf::Timestamp* time) {
  if (!OneIn(3)) return SetTime(hours_about_now, time);
  static constexpr int64_t kChangeovers[] = {
      1'774'746'000,   // 2026-03-29T01:00:00Z, Berlin and Dublin an hour forward
      1'792'890'000,   // 2026-10-25T01:00:00Z, and back
      1'772'953'200,   // 2026-03-08T07:00:00Z, New York forward
      1'793'512'800,   // 2026-11-01T06:00:00Z, and back
      1'775'314'800,   // 2026-04-04T15:00:00Z, Lord Howe half an hour back
      1'791'041'400,   // 2026-10-03T15:30:00Z, and forward
      1'325'239'200,   // 2011-12-30T10:00:00Z, Apia left a day out
      1'771'120'800,   // 2026-02-15T02:00:00Z, Casablanca back for the month of fasting
      -3'773'779'200,  // 1850-06-01T00:00:00Z, when clocks went by the sun
  };
  time->set_seconds(kChangeovers[random_() % std::size(kChangeovers)] + Below(2 * 3600) - 3600);
  if (OneIn(3)) time->set_seconds(time->seconds() / 1800 * 1800 - Below(2));
  if (OneIn(3)) time->set_nanos(Below(1'000'000'000));
}

v1::ChangeRequest RandomPolicy::Change() {
  v1::ChangeRequest change;
  change.set_id(StrCat("C-", Below(1000)));
  change.set_state(OneIn(8) ? v1::CHANGE_STATE_SUBMITTED : v1::CHANGE_STATE_SCHEDULED);
  const auto some = [&] { return !OneIn(3); };
  const std::vector<std::string_view> kTitles = {"Update \"pay\"\n", "Upgrade of pay",
                                                 "Größere Änderung an ship", "x", "TBD"};
  if (some()) change.set_title(std::string(Pick(kTitles)));
  if (OneIn(12)) change.set_title(std::string(150, 'a') + "é");
  for (int i = Below(3); i > 0; --i) change.add_kinds(static_cast<v1::ChangeKind>(1 + Below(8)));
  for (int i = Below(4); i > 0; --i) {
    v1::AffectedService& service = *change.add_services();
    service.set_id(std::string(Pick({"pay", "ship", "web", "mail"})));
    if (some()) service.set_critical(OneIn(2));
    if (some()) service.set_client_facing(OneIn(2));
    if (OneIn(3)) service.add_data_classes(v1::DATA_CLASS_PERSONAL);
  }
  for (int i = Below(3); i > 0; --i) {
    change.add_environments(OneIn(2) ? v1::ENVIRONMENT_PRODUCTION : v1::ENVIRONMENT_STAGING);
  }
  const auto effect = [&] { return static_cast<v1::Effect>(Below(5)); };
  if (some()) change.mutable_impact()->set_availability(effect());
  if (some()) change.mutable_impact()->set_security(effect());
  if (some()) change.mutable_impact()->set_performance(effect());
  if (some()) change.mutable_impact()->set_data_integrity(effect());
  if (OneIn(3)) change.mutable_impact()->add_data_classes(v1::DATA_CLASS_PERSONAL);
  if (some()) change.set_urgency(static_cast<v1::Urgency>(Below(5)));
  if (some()) change.mutable_rollback()->set_irreversible(OneIn(2));
  if (some()) change.mutable_rollback()->set_known_good_state(OneIn(3) ? "n/a" : "v1.2");
  if (some()) SetScheduled(30, change.mutable_schedule()->mutable_start());
  if (some()) SetScheduled(60, change.mutable_schedule()->mutable_end());
  if (OneIn(50)) change.mutable_schedule()->mutable_end()->set_seconds(999'999'999'999'999);
  if (some()) change.mutable_people()->set_requester(OneIn(4) ? "zoe" : "ann");
  if (some()) change.mutable_people()->add_authors(OneIn(3) ? "bob" : "Ann@Firm.example");
  if (OneIn(2)) change.mutable_people()->add_testers("bob");
  if (some()) change.set_team(OneIn(2) ? "core" : "edge");
  if (some()) change.set_branch(OneIn(2) ? "release/7" : "main");
  for (int i = Below(4); i > 0; --i) {
    change.add_paths(std::string(Pick({"infra/main.tf", "infra/a/b.tf", "docs/x.md", "x.md"})));
  }
  if (some()) {
    change.mutable_rollback()->mutable_duration()->set_seconds(89 + Below(3));
    change.mutable_rollback()->mutable_duration()->set_nanos(250'000'000 * Below(4));
  }
  if (OneIn(3)) change.add_third_parties("acme");
  if (OneIn(3)) change.mutable_documents()->mutable_testing_plan()->set_text("It is tested well.");
  for (int i = Below(4); i > 0; --i) {
    v1::Approval& approval = *change.add_approvals();
    approval.set_id(StrCat("a", i));
    approval.set_kind(v1::APPROVAL_KIND_APPROVED);
    approval.set_by(std::string(Pick({"ann", "bob", "cy", "dan", "zoe"})));
    SetTime(20, approval.mutable_happened_at());
    if (OneIn(2)) *approval.mutable_recorded_at() = approval.happened_at();
  }
  for (int i = Below(3); i > 0; --i) {
    v1::Evidence& evidence = *change.add_evidence();
    evidence.set_id(StrCat("e", i));
    evidence.set_type("unit");
    evidence.set_conclusion(OneIn(3) ? v1::CONCLUSION_FAILED : v1::CONCLUSION_PASSED);
    evidence.set_trust(v1::TRUST_REPORTED);
    evidence.set_environment(OneIn(2) ? v1::ENVIRONMENT_STAGING : v1::ENVIRONMENT_UNSPECIFIED);
    evidence.set_findings_high(Below(3));
    SetTime(120, evidence.mutable_happened_at());
    if (OneIn(2)) evidence.set_digest("sha256:1");
  }
  if (OneIn(2)) change.mutable_artifact()->set_digest("sha256:1");
  auto& facts = *change.mutable_facts();
  if (some()) facts["a"].set_bool_value(OneIn(2));
  if (some()) facts["n"].set_number_value(Below(6));
  if (OneIn(12)) facts["n"].set_string_value("many");
  if (some()) facts["t"].set_string_value(OneIn(2) ? "x" : "z");
  if (some()) facts["d"].set_number_value(Below(30) / 10.0);
  if (some()) {
    facts["since"].set_string_value(std::string(
        Pick({"2026-03-01T12:00:00Z", "2026-03-29T02:59:59.999+02:00", "9999-12-31T23:30:00Z"})));
  }
  if (some()) facts["lasts"].set_string_value(OneIn(3) ? "1.5ns" : "36h");
  for (int i = Below(3); i > 0; --i) {
    facts["l"].mutable_list_value()->add_values()->set_string_value(OneIn(2) ? "x" : "y");
  }
  for (const std::string_view field : {"services", "schedule.end", "rollback.irreversible",
                                       "services.critical", "title", "people.authors"}) {
    if (OneIn(12)) change.add_stated()->set_field(std::string(field));
  }
  return change;
}

std::string RandomPolicy::Directory() {
  const std::string_view taken = OneIn(8) ? "2025-12-01T00:00:00Z" : "2026-03-01T00:00:00Z";
  return StrCat(R"(
  services:
    - {id: pay, critical: true, client_facing: true}
    - {id: ship, critical: false}
    - {id: web, client_facing: true}
  teams: [{id: core, members: [ann, bob]}, {id: edge, members: [cy]}]
  calendar:
    windows:
      - id: nights
        times: [{zone: Europe/Berlin, start: "2026-01-01T20:00:00", duration: 10h, rrule: FREQ=DAILY}]
    freezes:
      - id: audit
        times: [{zone: UTC, start: "2026-03-02T18:00:00", duration: 6h}]
        emergency_may_cross: true
  taken_at: )",
                taken, "\nledger: {taken_at: ", taken, "}\n");
}

}  // namespace changepolicy
