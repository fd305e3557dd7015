// The firm: directory and ledger.
#include <algorithm>
#include <map>
#include <string>

#include "benchmarks/corpus/corpus.h"
#include "benchmarks/corpus/tables.h"
#include "benchmarks/corpus/times.h"
#include "libchangepolicy/base/text.h"

namespace changepolicy::corpus {
namespace {

constexpr std::string_view kCourse = "change-and-release";

std::string Name(std::string_view id) {
  std::string name(id);
  bool begins = true;
  for (char& c : name) {
    if (begins) c = static_cast<char>(c - 'a' + 'A');
    begins = c == '.';
    if (begins) c = ' ';
  }
  return name;
}

void AddPeople(v1::Directory* directory) {
  std::map<std::string_view, v1::Role*> roles;
  for (const std::string_view id :
       {"cto", "dpo", "cab", "developer", "devops", "qa", "qa_lead", "security", "change_reviewer",
        "change_manager", "release_manager", "release_approver", "emergency_approver",
        "freeze_approver"}) {
    roles[id] = directory->add_roles();
    roles[id]->set_id(std::string(id));
  }
  std::map<std::string_view, v1::Team*> teams;
  for (const std::string_view id :
       {"office", "portal", "billing", "data", "platform", "quality", "security"}) {
    teams[id] = directory->add_teams();
    teams[id]->set_id(std::string(id));
  }
  int number = 0;
  for (const PersonRow& row : PeopleTable()) {
    const std::string id(row.id);
    v1::Person* person = directory->add_people();
    person->set_id(id);
    person->set_name(Name(row.id));
    person->add_accounts(StrCat(id, "@harbourline.example"));
    Set(Noon() - absl::Hours(24 * (400 + 37 * number)), person->mutable_joined_at());
    for (const std::string_view role : row.roles) roles[role]->add_members(id);
    teams[row.team]->add_members(id);
    if (row.leads) teams[row.team]->add_leads(id);
    // One in seven has let the training lapse.
    v1::Training* training = directory->add_training();
    training->set_person(id);
    training->set_course(std::string(kCourse));
    const bool lapsed = ++number % 14 == 0;
    const absl::Time completed = Noon() - absl::Hours(24 * (lapsed ? 380 : 60 + 5 * number));
    Set(completed, training->mutable_completed_at());
    Set(completed + absl::Hours(24 * 365), training->mutable_expires_at());
    Set(completed, training->mutable_recorded_at());
  }
  v1::Person* pipeline = directory->add_people();
  pipeline->set_id("deploy-bot");
  pipeline->set_name("Deployment pipeline");
  pipeline->set_service_account(true);
}

void AddServices(v1::Directory* directory) {
  for (const ServiceRow& row : ServiceTable()) {
    v1::Service* service = directory->add_services();
    service->set_id(std::string(row.id));
    service->set_team(std::string(row.team));
    service->add_owners(std::string(LeadOf(row.team)));
    service->set_client_facing(row.client_facing);
    service->set_critical(row.critical);
    service->set_notice_owed(row.notice_hours > 0);
    if (row.notice_hours > 0) Set(absl::Hours(row.notice_hours), service->mutable_notice_period());
    service->add_data_classes(row.data_class);
    for (const std::string_view id : row.depends_on) service->add_depends_on(std::string(id));
    for (const std::string_view id : row.assets) service->add_assets(std::string(id));
  }
}

void SetPattern(std::string_view zone, std::string_view start, std::string_view duration,
                std::string_view rrule, v1::TimePattern* pattern) {
  pattern->set_zone(std::string(zone));
  pattern->set_start(std::string(start));
  pattern->set_duration(std::string(duration));
  pattern->set_rrule(std::string(rrule));
}

void AddCalendar(v1::Calendar* calendar) {
  const auto window = [&](std::string_view id, std::string_view zone, std::string_view start,
                          std::string_view duration, std::string_view rrule) {
    v1::MaintenanceWindow* added = calendar->add_windows();
    added->set_id(std::string(id));
    SetPattern(zone, start, duration, rrule, added->add_times());
    added->mutable_scope()->add_environments(v1::ENVIRONMENT_PRODUCTION);
    added->set_clause("CM-6.1");
  };
  window("weekday-night", "Asia/Singapore", "2025-01-07T22:00:00", "4h", "FREQ=WEEKLY;BYDAY=TU,TH");
  window("saturday-evening", "Asia/Singapore", "2025-01-04T20:00:00", "4h", "FREQ=WEEKLY;BYDAY=SA");
  window("early-europe", "Europe/Berlin", "2025-01-08T04:00:00", "3h", "FREQ=WEEKLY;BYDAY=WE,FR");
  const auto freeze = [&](std::string_view id, std::string_view start, std::string_view duration,
                          std::initializer_list<std::string_view> services, bool crossable) {
    v1::Freeze* added = calendar->add_freezes();
    added->set_id(std::string(id));
    SetPattern("Asia/Singapore", start, duration, "", added->add_times());
    for (const std::string_view service : services) {
      added->mutable_scope()->add_services(std::string(service));
    }
    added->mutable_scope()->add_environments(v1::ENVIRONMENT_PRODUCTION);
    added->set_emergency_may_cross(crossable);
    added->set_clause("CM-6.1");
  };
  freeze("payroll-run", "2025-10-14T00:00:00", "72h", {"payroll", "bank-link"}, true);
  freeze("audit-week", "2025-10-20T00:00:00", "120h", {"warehouse", "reports"}, false);
  freeze("year-end-close", "2025-12-29T00:00:00", "168h", {"invoicing", "main-db", "client-portal"},
         true);
}

void AddModel(std::string_view id, std::string_view kind,
              std::initializer_list<std::string_view> assets, v1::Directory* directory) {
  v1::ChangeModel* model = directory->add_change_models();
  model->set_id(std::string(id));
  model->set_procedure(StrCat("https://wiki.harbourline.example/runbooks/", id));
  model->add_approved_by("ada.tan");
  Set(Noon() - absl::Hours(24 * 200), model->mutable_approved_at());
  Set(Noon() + absl::Hours(24 * 165), model->mutable_expires_at());
  const auto fix = [&](std::string_view field, std::initializer_list<std::string_view> values) {
    v1::FixedField* fixed = model->add_fixed();
    fixed->set_field(std::string(field));
    for (const std::string_view value : values) fixed->add_values(std::string(value));
  };
  fix("kinds", {kind});
  fix("assets", assets);
  fix("environments", {"PRODUCTION"});
}

void AddRuns(std::string_view model, std::string_view team, int runs, int failed_every,
             v1::Ledger* ledger) {
  for (int i = 0; i < runs; ++i) {
    v1::PastRun* run = ledger->add_past_runs();
    run->set_subject_id(StrCat("CHG-", 100 + ledger->past_runs_size()));
    run->set_change_model(std::string(model));
    run->set_team(std::string(team));
    run->set_category(v1::CATEGORY_STANDARD);
    run->set_successful(failed_every == 0 || i % failed_every != 0);
    SetTimes(Noon() - absl::Hours(24 * 28 * (runs - i)), absl::Hours(2), run);
  }
}

void AddEmergencies(std::string_view team, int count, v1::Ledger* ledger) {
  for (int i = 0; i < count; ++i) {
    v1::PastRun* run = ledger->add_past_runs();
    run->set_subject_id(StrCat("CHG-", 900 + ledger->past_runs_size()));
    run->set_team(std::string(team));
    run->set_category(v1::CATEGORY_EMERGENCY);
    run->set_successful(true);
    SetTimes(Noon() - absl::Hours(24 * (5 + 6 * i)), absl::Hours(1), run);
  }
}

void AddScheduled(v1::Ledger* ledger) {
  const auto work = [&](int number, int hours, int length, std::string_view service,
                        std::string_view asset, std::string_view person) {
    v1::ScheduledWork* added = ledger->add_scheduled();
    added->set_subject_id(StrCat("CHG-", number));
    Set(Noon() + absl::Hours(hours), added->mutable_start());
    Set(Noon() + absl::Hours(hours + length), added->mutable_end());
    added->add_services(std::string(service));
    added->add_assets(std::string(asset));
    added->add_people(std::string(person));
    Set(Noon() - absl::Hours(50 + number % 40), added->mutable_recorded_at());
  };
  work(1060, 3, 1, "log-store", "logs-01", "eli.ong");
  work(1061, 14, 2, "help-pages", "help-site", "hana.sato");
  work(1062, 50, 2, "search", "search-01", "yara.costa");
  work(1063, 51, 1, "mail-relay", "mail-relay-01", "felix.braun");
  work(1064, 96, 3, "main-db", "db-replica", "grace.yeo");
  work(1065, 170, 2, "build-farm", "build-01", "hugo.blanc");
  work(1066, 218, 3, "edge-proxy", "edge-02", "jonas.berg");
}

void AddIncidents(v1::Ledger* ledger) {
  const auto incident = [&](int number, std::string_view service, int hours_ago, int resolved_ago) {
    v1::Incident* added = ledger->add_incidents();
    added->set_id(StrCat("INC-", number));
    added->set_severity(v1::RISK_LEVEL_HIGH);
    added->add_services(std::string(service));
    SetTimes(Noon() - absl::Hours(hours_ago), absl::Minutes(5), added);
    if (resolved_ago > 0) {
      Set(Noon() - absl::Hours(resolved_ago), added->mutable_resolved_at());
    }
  };
  incident(41, "invoicing", 2, 0);
  incident(42, "client-portal", 5, 0);
  incident(43, "main-db", 30, 20);
  incident(44, "reports", 9, 0);
  incident(45, "payroll", 3, 0);
  incident(31, "search", 240, 200);  // over for long
}

void AddObligations(v1::Ledger* ledger) {
  const auto obligation = [&](int number, std::string_view rule, std::string_view team,
                              int due_hours_ago, bool done) {
    v1::Obligation* added = ledger->add_obligations();
    added->set_id(StrCat("OBL-", number));
    added->set_rule(std::string(rule));
    added->set_subject_id(StrCat("CHG-", 900 + number));
    added->set_team(std::string(team));
    added->set_owner("qa_lead");
    Set(Noon() - absl::Hours(due_hours_ago), added->mutable_due_at());
    if (done) Set(Noon() - absl::Hours(due_hours_ago + 9), added->mutable_done_at());
    // Put on record when it arose, which is before it is due.
    Set(Noon() - absl::Hours(std::max(due_hours_ago, 0) + 50), added->mutable_recorded_at());
  };
  obligation(12, "emergency-papers", "portal", 700, true);
  obligation(13, "emergency-tests", "data", 40, false);
  obligation(14, "emergency-review", "billing", -60, false);
}

}  // namespace

v1::Organization MakeOrganization() {
  v1::Organization organization;
  v1::Directory& directory = *organization.mutable_directory();
  directory.set_name("Harbourline");
  Set(Noon() - absl::Hours(36), directory.mutable_taken_at());
  AddPeople(&directory);
  AddServices(&directory);
  AddCalendar(directory.mutable_calendar());
  AddModel("monthly-os-patch", "OS_UPDATE", {"build-01", "build-02"}, &directory);
  AddModel("flag-rollout", "CONFIGURATION", {"flags-app"}, &directory);
  AddModel("search-reindex", "MIDDLEWARE", {"search-01", "search-02"}, &directory);
  v1::Ledger& ledger = *organization.mutable_ledger();
  Set(Noon(), ledger.mutable_taken_at());
  AddScheduled(&ledger);
  AddRuns("monthly-os-patch", "platform", 18, 0, &ledger);
  AddRuns("flag-rollout", "portal", 24, 0, &ledger);
  AddRuns("search-reindex", "data", 9, 4, &ledger);
  AddEmergencies("portal", 1, &ledger);
  AddEmergencies("billing", 3, &ledger);
  AddIncidents(&ledger);
  AddObligations(&ledger);
  return organization;
}

}  // namespace changepolicy::corpus
