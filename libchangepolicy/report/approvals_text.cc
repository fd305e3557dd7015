// The answer to RequiredApprovals as text for a terminal.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "libchangepolicy/base/text.h"
#include "libchangepolicy/report/decision_text.h"
#include "libchangepolicy/report/parts.h"
#include "libchangepolicy/report/table.h"
#include "libchangepolicy/report/wording.h"

namespace changepolicy {
namespace {

constexpr std::string_view kCut = "the search for the fewest was cut at its bound";

int Missing(const v1::SlotOutcome& slot) {
  return std::max(0, slot.needed() - slot.assigned_size());
}

std::string Asks(const v1::SlotOutcome& slot) {
  return StrCat(slot.needed(), " of ", slot.of(),
                slot.eligible() < slot.needed() ? StrCat(" (", slot.eligible(), " eligible)") : "");
}

const v1::SlotOutcome* FindSlot(const v1::RuleOutcome& outcome, std::string_view path) {
  for (const v1::SlotOutcome& slot : outcome.approval().slots()) {
    if (slot.path() == path) return &slot;
  }
  return nullptr;
}

class ApprovalsWriter {
 public:
  ApprovalsWriter(const v1::ApprovalsAnswer& answer, const Policy& policy,
                  const TextOptions& options)
      : answer_(answer), policy_(policy), options_(options), paint_(options.color) {}

  std::string Write() {
    Headline();
    Slots();
    WhomToAsk();
    OfNote();
    WhoDidNotCount();
    return std::move(text_);
  }

 private:
  template <typename... Args>
  void Line(const Args&... args) {
    StrAppend(&text_, args..., "\n");
  }

  void Section(std::string_view heading, const Table& table) {
    if (table.empty()) return;
    Line("\n", heading);
    text_ += table.Text(2, paint_);
  }

  // One person's approval may fill several of the slots that are open.
  void Headline() {
    int missing = 0;
    std::set<std::string> asked;
    bool impossible = false;
    for (const v1::RuleOutcome& outcome : answer_.outcomes()) {
      impossible |= outcome.status() == v1::STATUS_UNSATISFIABLE;
      if (!Blocks(outcome.status())) continue;
      for (const v1::SlotOutcome& slot : outcome.approval().slots()) {
        if (IsChosen(slot, outcome.approval())) missing += Missing(slot);
      }
      for (const v1::Suggestion& one : outcome.approval().suggestions()) asked.insert(one.person());
    }
    if (!asked.empty()) missing = static_cast<int>(asked.size());
    Line("Approvals of ", answer_.subject_id(), ": ",
         paint_(VerdictColor(answer_.verdict()), ShortName(answer_.verdict())),
         impossible     ? ", and cannot be complete as things stand"
         : missing == 1 ? ", 1 approval is missing"
         : missing > 1  ? StrCat(", ", missing, " approvals are missing")
                        : "");
  }

  void Slots() {
    Table table;
    table.Add({{""}, {"rule"}, {"status"}, {"asks for"}, {"filled by"}, {"missing"}});
    for (const v1::RuleOutcome& outcome : answer_.outcomes()) AddRule(outcome, &table);
    if (answer_.outcomes().empty()) {
      Line("\nNo approval rule applies, and none says that no approval is needed");
    } else {
      Line();
      text_ += table.Text(2, paint_);
    }
  }

  void AddRule(const v1::RuleOutcome& outcome, Table* table) const {
    const v1::ApprovalOutcome& approval = outcome.approval();
    const std::string_view color = StatusColor(outcome.status());
    Table::Row row = {{"", color}, {outcome.rule()}, {ShortName(outcome.status()), color}, {}, {},
                      {}};
    if (approval.slots().empty()) {
      row[0].text = Mark(outcome.status());
      row[3].text = OutcomeText(outcome, policy_);
      table->Add(row);
    }
    for (const v1::SlotOutcome& slot : approval.slots()) {
      const bool chosen = IsChosen(slot, approval);
      const bool filled = Missing(slot) == 0;
      row[0] = {chosen ? filled ? "ok" : "no" : "or", chosen ? filled ? "32" : "31" : "33"};
      row[3].text = Asks(slot);
      row[4].text = FilledBy(slot).empty() ? "nobody" : FilledBy(slot);
      row[5].text = chosen ? filled ? "-" : StrCat(Missing(slot)) : "(alternative)";
      table->Add(row);
    }
  }

  // What may hold one rule beside slots that are empty, and what else a reader should know of it.
  std::vector<std::string> Notes(const v1::RuleOutcome& outcome) const {
    const v1::ApprovalOutcome& approval = outcome.approval();
    std::vector<std::string> found;
    for (const v1::StandingVeto& veto : approval.vetoes()) {
      found.push_back(StrCat("vetoed by ", veto.person(),
                             veto.veto().empty() ? "" : StrCat(" (", veto.veto(), ")")));
    }
    for (const std::string& condition : approval.open_conditions()) {
      found.push_back(StrCat("condition open: ", condition));
    }
    if (!approval.unknown_people().empty()) {
      found.push_back(
          StrCat("the directory does not know ", Join(approval.unknown_people(), ", ")));
    }
    if (!approval.waits_for().empty()) {
      found.push_back(StrCat("waits for ", Join(approval.waits_for(), ", "),
                             ": until all are complete, who counts where may still change"));
    }
    if (outcome.status() == v1::STATUS_UNSATISFIABLE) found.push_back(Violation(outcome));
    // Without slots the table says these.
    if (!approval.slots().empty() && Blocks(outcome.status())) {
      if (outcome.status() == v1::STATUS_UNKNOWN) {
        found.push_back(StrCat("not known: ", Join(outcome.unknown(), ", ")));
      } else if (outcome.status() == v1::STATUS_ERROR) {
        found.push_back(OutcomeText(outcome, policy_));
      }
    }
    const std::string remedy = RemedyText(outcome, policy_);
    if (Blocks(outcome.status()) && !remedy.empty()) found.push_back(StrCat("-> ", remedy));
    if (outcome.status() == v1::STATUS_WAIVED) {
      found.push_back(StrCat("waived by accepted risk ", outcome.waived_by()));
    } else if (outcome.status() == v1::STATUS_OVERRIDDEN) {
      found.push_back(StrCat("set aside by override ", outcome.overridden_by()));
    }
    if (!approval.shared().empty()) {
      found.push_back(StrCat(Join(approval.shared(), ", "),
                             approval.shared_size() == 1 ? " fills" : " fill",
                             " more than one slot, as the policy allows"));
    }
    return found;
  }

  // The slots as a person reads them; one of another rule is written `rule:path`.
  std::string Violation(const v1::RuleOutcome& outcome) const {
    const v1::ApprovalOutcome& approval = outcome.approval();
    std::vector<std::string> slots;
    for (const std::string& name : approval.violating_slots()) {
      const v1::SlotOutcome* slot = FindSlot(outcome, name);
      std::string rule;
      for (const v1::RuleOutcome& other : answer_.outcomes()) {
        const std::string prefix = StrCat(other.rule(), ":");
        if (slot != nullptr || !name.starts_with(prefix)) continue;
        slot = FindSlot(other, std::string_view(name).substr(prefix.size()));
        rule = other.rule();
      }
      slots.push_back(slot == nullptr ? name
                                      : StrCat(slot->needed(), " of ", slot->of(),
                                               rule.empty() ? "" : StrCat(" (", rule, ")")));
    }
    std::string text;
    if (!slots.empty()) {
      text = StrCat("cannot be filled", slots.size() > 1 ? " together: " : ": ",
                    Join(slots, " and "), "; ");
    }
    StrAppend(&text, approval.violating_people().empty()
                         ? "nobody is eligible"
                         : StrCat("only ", Join(approval.violating_people(), ", "),
                                  " could, which is too few"));
    if (approval.violating_may_exceed_minimum()) {
      StrAppend(&text, " (fewer slots might show it: ", kCut, ")");
    }
    return text;
  }

  // The same note of several rules is said once.
  void OfNote() {
    std::vector<std::pair<std::string, std::vector<std::string>>> rules_by_note;
    for (const v1::RuleOutcome& outcome : answer_.outcomes()) {
      for (const std::string& note : Notes(outcome)) {
        auto known = std::find_if(rules_by_note.begin(), rules_by_note.end(),
                                  [&](const auto& each) { return each.first == note; });
        if (known == rules_by_note.end()) {
          known = rules_by_note.insert(known, {note, {}});
        }
        known->second.push_back(outcome.rule());
      }
    }
    Table table;
    for (const auto& [note, rules] : rules_by_note) {
      table.Add({{Join(rules, ", ")}, {note}});
    }
    Section("Of note", table);
  }

  void WhomToAsk() {
    Table table;
    bool may_exceed = false;
    for (const v1::RuleOutcome& outcome : answer_.outcomes()) {
      const v1::ApprovalOutcome& approval = outcome.approval();
      may_exceed |= approval.suggestions_may_exceed_minimum() && !approval.suggestions().empty();
      for (const v1::SlotOutcome& slot : approval.slots()) {
        std::vector<std::string> people;
        for (const v1::Suggestion& suggestion : approval.suggestions()) {
          if (suggestion.slot() != slot.path()) continue;
          people.push_back(suggestion.cost() == 0
                               ? suggestion.person()
                               : StrCat(suggestion.person(), " (cost ", suggestion.cost(), ")"));
        }
        if (people.empty()) continue;
        table.Add({{Join(people, ", ")}, {StrCat("for ", slot.of(), " (", outcome.rule(), ")")}});
      }
    }
    Section("Whom to ask", table);
    if (may_exceed) Line("  Fewer people, or others at less cost, might do: ", kCut, ".");
  }

  static bool IsMere(const v1::UncountedApproval& approval) {
    return approval.reason() == v1::NOT_COUNTED_INELIGIBLE ||
           approval.reason() == v1::NOT_COUNTED_SURPLUS;
  }

  // That somebody is merely not eligible, or not needed, is said where there is nothing else to
  // say.
  void WhoDidNotCount() {
    std::set<std::string> counted;                       // people
    std::set<std::pair<std::string, std::string>> told;  // people and approvals
    for (const v1::RuleOutcome& outcome : answer_.outcomes()) {
      for (const v1::SlotOutcome& slot : outcome.approval().slots()) {
        for (const v1::Assignment& assigned : slot.assigned()) counted.insert(assigned.person());
      }
      for (const v1::UncountedApproval& approval : outcome.approval().not_counted()) {
        if (!IsMere(approval)) told.insert({approval.person(), approval.approval()});
      }
    }
    // Person, approval and reason; and the rules, in the policy's order.
    std::map<std::tuple<std::string, std::string, std::string>, std::vector<std::string>> rules;
    for (const v1::RuleOutcome& outcome : answer_.outcomes()) {
      for (const v1::UncountedApproval& approval : outcome.approval().not_counted()) {
        const bool clutter =
            IsMere(approval) && (counted.contains(approval.person()) ||
                                 told.contains({approval.person(), approval.approval()}));
        if (clutter && !options_.verbose) continue;
        rules[{approval.person(), approval.approval(), NotCountedText(approval)}].push_back(
            outcome.rule());
      }
    }
    Table table;
    for (const auto& [entry, of_rules] : rules) {
      const auto& [person, approval, reason] = entry;
      table.Add({{person}, {approval}, {reason}, {StrCat("for ", Join(of_rules, ", "))}});
    }
    Section("Who did not count", table);
  }

  const v1::ApprovalsAnswer& answer_;
  const Policy& policy_;
  const TextOptions& options_;
  const Painter paint_;
  std::string text_;
};

}  // namespace

std::string ApprovalsText(const v1::ApprovalsAnswer& answer, const Policy& policy,
                          const TextOptions& options) {
  const v1::ApprovalsAnswer printed = Printed(answer);
  return ApprovalsWriter(printed, policy, options).Write();
}

}  // namespace changepolicy
