#include "tests/arrow/scene.h"

#include <cstdlib>
#include <iostream>

#include "google/protobuf/util/json_util.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/source/read.h"
#include "tests/engine/example.h"

namespace changepolicy::bindings {
namespace {

constexpr std::string_view kPolicy = R"(
policy: {id: test, version: "1"}
clauses: {C: {title: a clause, controls: [soc2/CC8.1]}}
roles: [engineer, lead, cto, cpo]
risk:
  factors:
    - {id: disk, applies_if: '"disk" in change.assets', points: 3, dimension: AVAILABILITY, clauses: [C]}
    - {id: base, applies_if: '"base" in change.assets', points: 4, dimension: AVAILABILITY, clauses: [C]}
  levels: [{level: LOW, from: 0}, {level: MEDIUM, from: 3}, {level: HIGH, from: 5}]
categories:
  - {id: emergency, category: EMERGENCY, applies_if: change.urgency == Urgency.URGENT, clause: C}
  - {id: normal, category: NORMAL, applies_if: "true", clause: C}
approvals:
  - {id: peers, at: DEPLOY, clause: C, needs: {at_least: 2, of: {role: engineer}, apart_from: [REQUESTER]}}
  - id: board
    at: DEPLOY
    clause: C
    applies_if: '"base" in change.assets'
    needs: {all: [{at_least: 1, of: {role: lead}}, {at_least: 1, of: {roles: [cto, cpo]}}, {at_least: 1, of: {people: [dan]}}]}
gates:
  - {id: calm, at: DEPLOY, must: change.urgency != Urgency.HIGH, clause: C}
  - {id: titled, at: DEPLOY, must: change.title.startsWith("add"), clause: C}
  - {id: divided, at: DEPLOY, must: 1 / (size(change.vetoes)) == 1, applies_if: '"net" in change.assets', clause: C}
)";

constexpr std::string_view kFirm = R"(
directory:
  people: [{id: ann}, {id: bob}, {id: cy}, {id: dan}, {id: eve}, {id: fay}]
  roles: [{id: engineer, members: [ann, bob, cy]}, {id: lead, members: [eve]}, {id: cto, members: [fay]}, {id: cpo}]
)";

Organization TheFirm() {
  v1::Organization firm;
  const Issues issues = ReadMessage(kFirm, Format::kYaml, "firm.yaml", &firm);
  OrganizationResult result = Organization::Create(std::move(firm));
  if (HasErrors(issues) || !result.organization.has_value()) {
    std::cerr << ToText(issues) << ToText(result.issues) << "\n";
    std::abort();
  }
  return *std::move(result.organization);
}

}  // namespace

const Engine& TheEngine() {
  static const Engine& engine = *new Engine(LoadOrDie(std::string(kPolicy)), TheFirm());
  return engine;
}

ColumnQuestion AboutChanges(bool json) {
  ColumnQuestion question;
  question.question.now = At("2026-03-02T10:00:00Z");
  question.question.transition = v1::TRANSITION_DEPLOY;
  question.kind = v1::SUBJECT_KIND_CHANGE;
  question.json = json;
  question.threads = 1;
  return question;
}

v1::ChangeRequest NthChange(int n) {
  static const v1::ChangeRequest& plain = *new v1::ChangeRequest(SmallChange());
  v1::ChangeRequest change = plain;
  change.set_id(StrCat("CHG-", n));
  change.set_title(n % 3 == 0 ? "remove a thing" : "add a thing");
  if (n % 5 > 0) change.set_urgency(static_cast<v1::Urgency>(n % 5));
  change.add_assets("rack");
  if (n % 2 == 0) change.add_assets("disk");
  if (n % 4 < 2) change.add_assets("base");
  if (n % 13 == 0) change.add_assets("net");
  constexpr const char* kVoters[] = {"bob", "cy", "eve", "dan", "fay"};
  for (int i = 0; i < n % 6; ++i) {
    v1::Approval& approval = *change.add_approvals();
    approval.set_id(StrCat("A-", i));
    approval.set_by(kVoters[i]);
    approval.set_kind(v1::APPROVAL_KIND_APPROVED);
    approval.mutable_happened_at()->set_seconds(1772300000 + i);
  }
  return change;
}

std::string NthBytes(int n) { return NthChange(n).SerializeAsString(); }

std::string NthJson(int n) {
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(NthChange(n), &json).ok()) std::abort();
  return json;
}

Cells ManyChanges(int count, bool json) {
  Cells cells;
  for (int n = 0; n < count; ++n) {
    if (n % 7 == 3) {
      cells.push_back(std::nullopt);
    } else if (n % 11 == 5) {
      cells.push_back(json ? "{\"id\": 1, \"is\": 2}" : "\xff\xff no message");
    } else {
      cells.push_back(json ? NthJson(n) : NthBytes(n));
    }
  }
  return cells;
}

}  // namespace changepolicy::bindings
