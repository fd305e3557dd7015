#include "benchmarks/corpus/tables.h"

#include <algorithm>

namespace changepolicy::corpus {

const std::vector<PersonRow>& PeopleTable() {
  static const auto& table = *new std::vector<PersonRow>{
      {"ada.tan", "office", {"cto", "cab"}, true},
      {"ben.lim", "office", {"dpo", "security"}},
      {"chen.wei", "office", {"change_manager", "release_manager", "cab"}},
      {"leo.martins", "office", {"cab", "freeze_approver", "release_approver"}},
      {"kavya.rao", "office", {}},
      {"farah.aziz", "portal", {"developer", "change_reviewer"}, true},
      {"gopal.nair", "portal", {"developer"}},
      {"hana.sato", "portal", {"developer"}},
      {"mei.chua", "portal", {"developer"}},
      {"noor.idris", "portal", {"developer"}},
      {"oscar.diaz", "portal", {"developer"}},
      {"priya.menon", "portal", {"developer"}},
      {"quentin.roy", "billing", {"developer", "cab"}, true},
      {"rosa.lopez", "billing", {"developer"}},
      {"samir.khan", "billing", {"developer"}},
      {"tara.singh", "billing", {"developer"}},
      {"umar.hadi", "billing", {"developer", "change_reviewer"}},
      {"vera.novak", "billing", {"developer"}},
      {"wen.zhang", "billing", {"developer"}},
      {"xavier.bell", "data", {"developer"}, true},
      {"yara.costa", "data", {"developer"}},
      {"zane.moss", "data", {"developer"}},
      {"anita.bose", "data", {"developer", "change_reviewer"}},
      {"bruno.silva", "data", {"developer"}},
      {"dina.rahman", "platform", {"devops", "cab", "emergency_approver"}, true},
      {"eli.ong", "platform", {"devops"}},
      {"felix.braun", "platform", {"devops"}},
      {"grace.yeo", "platform", {"devops"}},
      {"hugo.blanc", "platform", {"devops"}},
      {"ines.matos", "platform", {"devops", "emergency_approver"}},
      {"jonas.berg", "platform", {"devops"}},
      {"karim.said", "platform", {"devops"}},
      {"ivan.petrov", "quality", {"qa", "qa_lead", "cab"}, true},
      {"jun.park", "quality", {"qa"}},
      {"lena.fox", "quality", {"qa"}},
      {"marco.rossi", "quality", {"qa"}},
      {"nina.haas", "quality", {"qa"}},
      {"olga.kern", "security", {"security", "cab"}, true},
      {"paul.grant", "security", {"security"}},
      {"rita.vale", "security", {"security"}},
  };
  return table;
}

const std::vector<ServiceRow>& ServiceTable() {
  using v1::DATA_CLASS_CONFIDENTIAL;
  using v1::DATA_CLASS_INTERNAL;
  using v1::DATA_CLASS_PERSONAL;
  using v1::DATA_CLASS_PUBLIC;
  static const auto& table = *new std::vector<ServiceRow>{
      {"client-portal",
       "portal",
       true,
       false,
       96,
       DATA_CLASS_PERSONAL,
       {"accounts"},
       {"portal-app"}},
      {"mobile-api",
       "portal",
       true,
       false,
       0,
       DATA_CLASS_PERSONAL,
       {"accounts"},
       {"mobile-api-app"}},
      {"accounts", "portal", false, true, 0, DATA_CLASS_PERSONAL, {"main-db"}, {"accounts-app"}},
      {"notifications",
       "portal",
       false,
       false,
       0,
       DATA_CLASS_PERSONAL,
       {"mail-relay"},
       {"notify-app"}},
      {"help-pages", "portal", true, false, 0, DATA_CLASS_PUBLIC, {}, {"help-site"}},
      {"feature-flags", "portal", false, false, 0, DATA_CLASS_INTERNAL, {}, {"flags-app"}},
      {"invoicing", "billing", true, true, 0, DATA_CLASS_PERSONAL, {"main-db"}, {"invoicing-app"}},
      {"payroll", "billing", true, true, 72, DATA_CLASS_PERSONAL, {"main-db"}, {"payroll-app"}},
      {"payments",
       "billing",
       false,
       true,
       0,
       DATA_CLASS_CONFIDENTIAL,
       {"bank-link"},
       {"payments-app"}},
      {"bank-link", "billing", false, false, 0, DATA_CLASS_CONFIDENTIAL, {}, {"bank-link-app"}},
      {"tax-tables", "billing", false, false, 0, DATA_CLASS_INTERNAL, {}, {"tax-app"}},
      {"dunning", "billing", false, false, 0, DATA_CLASS_PERSONAL, {"mail-relay"}, {"dunning-app"}},
      {"reports", "data", true, false, 0, DATA_CLASS_CONFIDENTIAL, {"warehouse"}, {"reports-app"}},
      {"warehouse",
       "data",
       false,
       false,
       0,
       DATA_CLASS_PERSONAL,
       {},
       {"warehouse-01", "warehouse-02"}},
      {"search", "data", true, false, 0, DATA_CLASS_INTERNAL, {}, {"search-01", "search-02"}},
      {"main-db",
       "platform",
       false,
       true,
       0,
       DATA_CLASS_PERSONAL,
       {},
       {"db-primary", "db-replica"}},
      {"mail-relay", "platform", false, false, 0, DATA_CLASS_PERSONAL, {}, {"mail-relay-01"}},
      {"build-farm",
       "platform",
       false,
       false,
       0,
       DATA_CLASS_INTERNAL,
       {},
       {"build-01", "build-02"}},
      {"edge-proxy", "platform", true, true, 0, DATA_CLASS_PUBLIC, {}, {"edge-01", "edge-02"}},
      {"log-store", "platform", false, false, 0, DATA_CLASS_INTERNAL, {}, {"logs-01"}},
  };
  return table;
}

std::vector<std::string_view> TeamOf(std::string_view team) {
  std::vector<std::string_view> people;
  for (const PersonRow& person : PeopleTable()) {
    if (person.team == team) people.push_back(person.id);
  }
  return people;
}

std::vector<std::string_view> WithRole(std::string_view role) {
  std::vector<std::string_view> people;
  for (const PersonRow& person : PeopleTable()) {
    if (std::find(person.roles.begin(), person.roles.end(), role) != person.roles.end()) {
      people.push_back(person.id);
    }
  }
  return people;
}

std::string_view LeadOf(std::string_view team) {
  for (const PersonRow& person : PeopleTable()) {
    if (person.team == team && person.leads) return person.id;
  }
  return {};
}

std::vector<const ServiceRow*> ServicesOf(std::string_view team) {
  std::vector<const ServiceRow*> services;
  for (const ServiceRow& service : ServiceTable()) {
    if (service.team == team) services.push_back(&service);
  }
  return services;
}

}  // namespace changepolicy::corpus
