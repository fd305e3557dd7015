#include "libchangepolicy/report/decision_text.h"

#include <algorithm>
#include <map>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/time/time.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "libchangepolicy/base/text.h"
#include "libchangepolicy/base/time.h"
#include "libchangepolicy/check/checked_policy.h"
#include "libchangepolicy/report/wording.h"

namespace changepolicy {
namespace {

constexpr int kRuleColumn = 26;
constexpr size_t kLongestValue = 60;

std::string Pad(std::string_view text, size_t width) {
  std::string padded(text);
  if (padded.size() < width) padded.append(width - padded.size(), ' ');
  return padded;
}

// What a screen has room for.
std::string Cut(std::string_view value) {
  if (value.size() <= kLongestValue) return std::string(value);
  size_t length = kLongestValue - 3;
  while (length > 0 && (static_cast<unsigned char>(value[length]) & 0xC0) == 0x80) --length;
  return StrCat(value.substr(0, length), "...");
}

// A record must not forge a line of the report or speak to the terminal: every text of the message
// is made safe to print.
void MakePrintable(google::protobuf::Message* message) {
  const google::protobuf::Reflection& reflection = *message->GetReflection();
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection.ListFields(*message, &fields);
  for (const google::protobuf::FieldDescriptor* const field : fields) {
    const int size = field->is_repeated() ? reflection.FieldSize(*message, field) : 1;
    for (int i = 0; i < size; ++i) {
      if (field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) {
        MakePrintable(field->is_repeated() ? reflection.MutableRepeatedMessage(message, field, i)
                                           : reflection.MutableMessage(message, field));
      } else if (field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_STRING) {
        if (field->is_repeated()) {
          reflection.SetRepeatedString(message, field, i,
                                       Printable(reflection.GetRepeatedString(*message, field, i)));
        } else {
          reflection.SetString(message, field, Printable(reflection.GetString(*message, field)));
        }
      }
    }
  }
}

template <typename Message>
Message Printed(const Message& message) {
  Message printed = message;
  MakePrintable(&printed);
  return printed;
}

template <typename List>
std::string Join(const List& list, std::string_view separator) {
  std::string text;
  for (const auto& item : list) StrAppend(&text, text.empty() ? "" : separator, item);
  return text;
}

template <typename List>
std::string InBrackets(const List& clauses) {
  return clauses.empty() ? std::string() : StrCat("  [", Join(clauses, ", "), "]");
}

class Painter {
 public:
  explicit Painter(bool on) : on_(on) {}
  std::string operator()(std::string_view code, std::string_view text) const {
    return on_ ? StrCat("\x1b[", code, "m", text, "\x1b[0m") : std::string(text);
  }

 private:
  bool on_;
};

std::string_view VerdictColor(v1::Verdict verdict) {
  return verdict == v1::VERDICT_ALLOWED ? "1;32" : verdict == v1::VERDICT_DENIED ? "1;31" : "1;33";
}

bool Holds(v1::Status status) {
  return status == v1::STATUS_SATISFIED || status == v1::STATUS_NOT_APPLICABLE;
}

bool Blocks(v1::Status status) {
  return status == v1::STATUS_UNSATISFIED || status == v1::STATUS_UNSATISFIABLE ||
         status == v1::STATUS_UNKNOWN || status == v1::STATUS_ERROR;
}

std::string_view Mark(v1::Status status) {
  switch (status) {
    case v1::STATUS_SATISFIED:
      return "ok";
    case v1::STATUS_NOT_APPLICABLE:
      return "--";
    case v1::STATUS_WAIVED:
    case v1::STATUS_OVERRIDDEN:
      return "~~";
    case v1::STATUS_UNKNOWN:
    case v1::STATUS_ERROR:
      return "??";
    default:
      return "no";
  }
}

// The element of the policy that an outcome is about, as far as reports need it.
struct RuleText {
  const MessageTemplate* message = nullptr;
  std::string remedy;
  std::string title;
};

RuleText FindRule(const v1::RuleOutcome& outcome, const Policy& policy) {
  const v1::Policy& proto = policy.proto();
  const auto find = [&](const auto& elements, const std::vector<CheckedRule>& rules) {
    RuleText text;
    for (int i = 0; i < elements.size(); ++i) {
      if (elements[i].id() != outcome.rule()) continue;
      text = {&rules[i].message, elements[i].remedy(), elements[i].title()};
    }
    return text;
  };
  if (outcome.kind() == "gate") return find(proto.gates(), policy.checked()->gates());
  if (outcome.kind() == "approval") return find(proto.approvals(), policy.checked()->approvals());
  if (outcome.kind() == "lint") return find(proto.lints(), policy.checked()->lints());
  return {};
}

std::string FillIn(const MessageTemplate& message, const v1::RuleOutcome& outcome) {
  std::string text;
  int parameter = 0;
  for (const MessageTemplate::Piece& piece : message.pieces) {
    if (!piece.expression.has_value()) {
      text += piece.text;
    } else if (parameter < outcome.parameters_size()) {
      text += outcome.parameters(parameter++).value();
    }
  }
  return text;
}

std::string SlotText(const v1::SlotOutcome& slot) {
  std::vector<std::string> people;
  for (const v1::Assignment& assigned : slot.assigned()) {
    people.push_back(assigned.on_behalf_of().empty()
                         ? assigned.person()
                         : StrCat(assigned.person(), " for ", assigned.on_behalf_of()));
  }
  std::string text = StrCat(slot.needed(), " of ", slot.of(), ": ",
                            people.empty() ? "nobody yet" : Join(people, ", "));
  if (slot.eligible() < slot.needed()) {
    StrAppend(&text, " (", slot.eligible(), " eligible)");
  }
  return text;
}

std::string ApprovalText(const v1::RuleOutcome& outcome) {
  const v1::ApprovalOutcome& approval = outcome.approval();
  std::vector<std::string> parts;
  for (const v1::StandingVeto& veto : approval.vetoes()) {
    parts.push_back(StrCat("vetoed by ", veto.person()));
  }
  for (const std::string& condition : approval.open_conditions()) {
    parts.push_back(StrCat("condition open: ", condition));
  }
  if (!approval.unknown_people().empty()) {
    parts.push_back(StrCat("the directory does not know ", Join(approval.unknown_people(), ", ")));
  }
  for (const v1::SlotOutcome& slot : approval.slots()) {
    if (slot.chosen() || approval.slots_size() == 1) {
      parts.push_back(StrCat("needs ", SlotText(slot)));
    }
  }
  if (outcome.status() == v1::STATUS_UNSATISFIABLE) {
    parts.push_back(
        approval.violating_people().empty()
            ? "nobody is eligible"
            : StrCat("only ", Join(approval.violating_people(), ", "), " could, which is too few"));
  }
  if (parts.empty()) {
    return outcome.status() == v1::STATUS_SATISFIED ? "no approval needed" : "approval missing";
  }
  return Join(parts, "; ");
}

class DecisionWriter {
 public:
  DecisionWriter(const v1::Decision& decision, const Policy& policy, const TextOptions& options)
      : decision_(decision), policy_(policy), options_(options), paint_(options.color) {}

  std::string Write() {
    Headline();
    Outcomes();
    BlockingChanges();
    Ask();
    Obligations();
    Remarks();
    Holds();
    return std::move(text_);
  }

 private:
  template <typename... Args>
  void Line(const Args&... args) {
    StrAppend(&text_, args..., "\n");
  }

  void Headline() {
    const v1::Verdict verdict = decision_.verdict();
    const std::string subject =
        StrCat(decision_.subject_kind() == v1::SUBJECT_KIND_RELEASE ? "release " : "change ",
               decision_.subject_id());
    const std::string step = decision_.transition() == v1::TRANSITION_UNSPECIFIED
                                 ? std::string("no step")
                                 : Verb(decision_.transition());
    Line(paint_(VerdictColor(verdict), ShortName(verdict)), "  ", subject, ": ", step);
    std::vector<std::string> facts;
    if (decision_.subject_kind() == v1::SUBJECT_KIND_CHANGE) {
      facts.push_back(StrCat(
          absl::AsciiStrToLower(ToAbsl(ShortName(decision_.categorization().category()))),
          decision_.categorization().status() == v1::STATUS_SATISFIED ? ""
                                                                      : " (category not known)"));
    } else if (decision_.categorization().release_kind() != v1::RELEASE_KIND_UNSPECIFIED) {
      facts.push_back(
          absl::AsciiStrToLower(ToAbsl(ShortName(decision_.categorization().release_kind()))));
    }
    if (decision_.risk().level() != v1::RISK_LEVEL_UNSPECIFIED) {
      facts.push_back(
          StrCat("risk ", ShortName(decision_.risk().level()), " (", decision_.risk().score(),
                 decision_.risk().worst_case() ? ", unknown facts at their worst)" : ")"));
    }
    if (decision_.priority().priority() != v1::PRIORITY_UNSPECIFIED) {
      facts.push_back(StrCat("priority ", ShortName(decision_.priority().priority())));
    }
    if (!facts.empty()) Line("  ", Join(facts, ", "));
    Line("  by ", decision_.policy_id(), " ", decision_.policy_version(), " at ",
         InstantText(decision_.now()));
  }

  void Outcomes() {
    int satisfied = 0;
    int not_applicable = 0;
    bool heading = false;
    for (const v1::RuleOutcome& outcome : decision_.outcomes()) {
      satisfied += outcome.status() == v1::STATUS_SATISFIED;
      not_applicable += outcome.status() == v1::STATUS_NOT_APPLICABLE;
      if (changepolicy::Holds(outcome.status()) && !options_.verbose) continue;
      if (!heading) Line("\nWhy");
      heading = true;
      Outcome(outcome);
    }
    if (!options_.verbose && satisfied + not_applicable > 0) {
      Line(heading ? "  " : "\nWhy\n  ", satisfied,
           satisfied == 1 ? " rule holds, " : " rules hold, ", not_applicable,
           not_applicable == 1 ? " does not apply" : " do not apply");
    }
  }

  void Outcome(const v1::RuleOutcome& outcome) {
    const std::string_view color = changepolicy::Holds(outcome.status()) ? "32"
                                   : Blocks(outcome.status())            ? "31"
                                                                         : "33";
    Line("  ", paint_(color, Mark(outcome.status())), " ", Pad(outcome.rule(), kRuleColumn), " ",
         OutcomeText(outcome, policy_), InBrackets(outcome.clauses()));
    const std::string remedy = RemedyText(outcome, policy_);
    if (Blocks(outcome.status()) && !remedy.empty()) {
      Line("     ", Pad("", kRuleColumn), " -> ", remedy);
    }
    if (!options_.verbose) return;
    for (const v1::FactRead& fact : outcome.facts()) {
      Line("       ", fact.path(), " = ",
           fact.known() ? Cut(fact.value()) : std::string("unknown"));
    }
    for (const v1::UncountedApproval& approval : outcome.approval().not_counted()) {
      Line("       ", approval.person(), ": ", NotCountedText(approval));
    }
  }

  void BlockingChanges() {
    for (const v1::BlockingChange& change : decision_.blocking_changes()) {
      constexpr int kMost = 2;  // the others stand in the change's own decision
      std::vector<std::string> rules(change.rules().begin(), change.rules().end());
      const int more = static_cast<int>(rules.size()) - kMost;
      if (more > 0) rules.resize(kMost);
      Line("  change ", change.id(), " may not be deployed yet (", ShortName(change.verdict()),
           "): ", Join(rules, ", "), more > 0 ? StrCat(" and ", more, " more") : "");
    }
  }

  void Ask() {
    std::map<std::string, std::vector<std::string>> people_of_rule;
    bool heading = false;
    for (const v1::RuleOutcome& outcome : decision_.outcomes()) {
      if (!Blocks(outcome.status())) continue;
      for (const v1::Suggestion& suggestion : outcome.approval().suggestions()) {
        for (const v1::SlotOutcome& slot : outcome.approval().slots()) {
          if (slot.path() != suggestion.slot()) continue;
          people_of_rule[StrCat("for ", slot.of(), " (", outcome.rule(), ")")].push_back(
              suggestion.person());
        }
      }
    }
    for (const auto& [what, people] : people_of_rule) {
      if (!heading) Line("\nWho to ask");
      heading = true;
      Line("  ", Join(people, ", "), " ", what);
    }
  }

  void Obligations() {
    if (decision_.obligations().empty()) return;
    Line("\nOwed once it goes ahead");
    for (const v1::ObligationDue& owed : decision_.obligations()) {
      google::protobuf::Timestamp due = owed.due_at();
      if (owed.has_due_after()) {
        ToProto(FromProto(decision_.now()) + FromProto(owed.due_after()), &due);
      }
      Line("  ", Pad(owed.rule(), kRuleColumn), " ",
           owed.owner().empty() ? "nobody named" : owed.owner(), " by ", InstantText(due),
           InBrackets(owed.clauses()));
    }
  }

  void Remarks() {
    if (decision_.remarks().empty()) return;
    Line("\nNote");
    for (const v1::Remark& remark : decision_.remarks()) {
      Line("  ", RemarkText(remark), remark.id() == "illegal-transition" ? LegalSteps() : "");
    }
  }

  std::string LegalSteps() const {
    std::vector<std::string> steps;
    for (const int step : decision_.legal_transitions()) {
      steps.push_back(Verb(static_cast<v1::Transition>(step)));
    }
    const std::string state = decision_.subject_kind() == v1::SUBJECT_KIND_RELEASE
                                  ? ShortName(decision_.release_state())
                                  : ShortName(decision_.change_state());
    return StrCat(", ", state, "; ",
                  steps.empty() ? "nothing is" : StrCat("legal: ", Join(steps, ", ")));
  }

  void Holds() {
    if (decision_.has_valid_until()) {
      Line("\nHolds until ", InstantText(decision_.valid_until()),
           ", as far as the clock is concerned.");
    }
  }

  const v1::Decision& decision_;
  const Policy& policy_;
  const TextOptions& options_;
  const Painter paint_;
  std::string text_;
};

}  // namespace

std::string OutcomeText(const v1::RuleOutcome& outcome, const Policy& policy) {
  if (outcome.status() == v1::STATUS_ERROR) {
    return StrCat("could not be evaluated: ", outcome.error().message(),
                  outcome.error().line() > 0 ? StrCat(" (", outcome.error().element(), ", line ",
                                                      outcome.error().line(), ")")
                                             : "");
  }
  if (outcome.status() == v1::STATUS_UNKNOWN) {
    return StrCat("not known: ", Join(outcome.unknown(), ", "));
  }
  const RuleText rule = FindRule(outcome, policy);
  std::string text;
  if (outcome.kind() == "approval" && outcome.status() != v1::STATUS_NOT_APPLICABLE) {
    text = ApprovalText(outcome);
  } else if (!Holds(outcome.status()) && rule.message != nullptr) {
    text = FillIn(*rule.message, outcome);
  }
  if (text.empty()) text = rule.title.empty() ? outcome.rule() : rule.title;
  if (outcome.status() == v1::STATUS_WAIVED) {
    StrAppend(&text, " (accepted risk ", outcome.waived_by(), ")");
  }
  if (outcome.status() == v1::STATUS_OVERRIDDEN) {
    StrAppend(&text, " (set aside by override ", outcome.overridden_by(), ")");
  }
  return text;
}

std::string RemedyText(const v1::RuleOutcome& outcome, const Policy& policy) {
  if (outcome.status() == v1::STATUS_UNKNOWN) {
    if (outcome.unknown().empty()) return "";
    const bool organization =
        std::all_of(outcome.unknown().begin(), outcome.unknown().end(),
                    [](const std::string& fact) { return fact.starts_with("organization."); });
    return organization
               ? "give the organization's directory and ledger, up to date (`--organization`)"
               : "state what is not known";
  }
  return FindRule(outcome, policy).remedy;
}

std::string DecisionText(const v1::Decision& decision, const Policy& policy,
                         const TextOptions& options) {
  const v1::Decision printed = Printed(decision);
  return DecisionWriter(printed, policy, options).Write();
}

std::string ApprovalsText(const v1::ApprovalsAnswer& given, const Policy& policy,
                          const TextOptions& options) {
  const v1::ApprovalsAnswer answer = Printed(given);
  const Painter paint(options.color);
  std::string text =
      StrCat("Approvals of ", answer.subject_id(), ": ",
             paint(VerdictColor(answer.verdict()), ShortName(answer.verdict())), "\n");
  for (const v1::RuleOutcome& outcome : answer.outcomes()) {
    StrAppend(&text, "\n", outcome.rule(), "  ", ShortName(outcome.status()),
              InBrackets(outcome.clauses()), "\n");
    if (outcome.approval().slots().empty()) {
      StrAppend(&text, "  ", OutcomeText(outcome, policy), "\n");
      const std::string remedy = RemedyText(outcome, policy);
      if (Blocks(outcome.status()) && !remedy.empty()) StrAppend(&text, "  -> ", remedy, "\n");
    }
    for (const v1::SlotOutcome& slot : outcome.approval().slots()) {
      const bool filled = slot.assigned_size() >= slot.needed();
      StrAppend(&text, "  ", paint(filled ? "32" : "31", filled ? "ok" : "no"), " ", SlotText(slot),
                "\n");
      std::vector<std::string> ask;
      for (const v1::Suggestion& suggestion : outcome.approval().suggestions()) {
        if (suggestion.slot() == slot.path()) ask.push_back(suggestion.person());
      }
      if (!ask.empty()) StrAppend(&text, "     ask ", Join(ask, ", "), "\n");
    }
    for (const v1::StandingVeto& veto : outcome.approval().vetoes()) {
      StrAppend(&text, "  vetoed by ", veto.person(), "\n");
    }
    for (const v1::UncountedApproval& approval : outcome.approval().not_counted()) {
      StrAppend(&text, "  not counted: ", approval.person(), ", ", NotCountedText(approval), "\n");
    }
  }
  return text;
}

void Render(const Policy& policy, v1::Decision* decision) {
  decision->clear_rendering();
  for (const v1::RuleOutcome& outcome : decision->outcomes()) {
    decision->mutable_rendering()->add_outcomes(OutcomeText(Printed(outcome), policy));
  }
  decision->mutable_rendering()->set_summary(DecisionText(*decision, policy, {}));
}

}  // namespace changepolicy
