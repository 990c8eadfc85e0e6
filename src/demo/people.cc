// users.csv and roles.csv.
#include "demo/people.h"

#include <string>

#include "demo/names.h"

namespace rollbook::demo {

bool is_girl(District const& d, PersonNumber number) { return (hash(d.seed(Kind::Name), number) & 1) != 0; }

namespace {

struct Name {
  std::string_view given, family, second_family, middle;
};

Name name_of(District const& d, PersonNumber number) {
  Draws draws(mix(hash(d.seed(Kind::Name), number)));
  auto const girl = is_girl(d, number);
  Name name{};
  auto const plain = girl ? girls() : boys();
  name.given = draws.per_mille(10) ? draws.of(girl ? accented_girls() : accented_boys()) : draws.of(plain);
  name.family = draws.per_mille(10) ? draws.of(accented_families()) : draws.of(families());
  if (draws.per_mille(30)) name.second_family = draws.of(families());
  if (draws.per_mille(600)) name.middle = draws.of(plain);
  return name;
}

std::string_view role_of(Job job) {
  switch (job) {
    case Job::Student:
      return "student";
    case Job::Teacher:
      return "teacher";
    case Job::Guardian:
      return "guardian";
    default:
      return "administrator";
  }
}

// Numbers as a district hands them out: all of one length, no two alike, and all beginning with the zero that
// spreadsheets love to eat. Both multipliers are coprime to 10^9, hence one-to-one.
constexpr std::uint64_t nine_digits = 1'000'000'000;
std::uint64_t local_number(PersonNumber who) { return (who % nine_digits * 387'420'489u + 271'828'183u) % nine_digits; }
std::uint64_t state_number(PersonNumber who) { return (who % nine_digits * 598'672'861u + 314'159'265u) % nine_digits; }

// What the night's update of a person is about: whichever it is, no cell comes out as it was.
enum class Update { None, Phone, Email, MiddleName, Enabled };

class UserWriter {
 public:
  UserWriter(District const& d, FileSink& sink) : d_(d), out_(sink, "users.csv", d.is_1_2() ? header_1_2 : header_1_1) {}

  void row(Person const& p) {
    auto draws = d_.about(Kind::User, p.number + (std::uint64_t{1} << 48));
    // Drawn apart: the other draws must come out as they did the night before.
    auto const update = !p.updated ? Update::None : static_cast<Update>(1 + Draws(~hash(d_.seed(Kind::User), p.number)).below(4));
    auto const name = name_of(d_, p.number);
    auto const login_end = write_login(name, p.number);
    std::string_view const login(login_, static_cast<std::size_t>(login_end - login_));

    out_.row();
    out_.cell(d_.id(Kind::User, p.number));
    out_.empty_cells(2);
    out_.cell(draws.per_mille(995) != (update == Update::Enabled));
    if (!d_.is_1_2()) {
      orgs(p);
      out_.cell(role_of(p.job));
    }
    out_.cell(login);
    user_ids(p.number, draws.once_in(10));
    out_.text_cell(name.given);
    out_.text(name.family);
    if (!name.second_family.empty()) {
      out_.raw('-');
      out_.raw(name.second_family);
    }
    out_.comma();
    if (update == Update::MiddleName) out_.raw(name.middle.empty() ? "Lee" : "");
    else out_.raw(name.middle);
    out_.comma();
    out_.number(local_number(p.number), 10);
    out_.comma();
    email(p.job, login, update == Update::Email);
    auto const texts = draws.once_in(12), calls = draws.per_mille(p.job == Job::Student ? 150 : 700);
    auto const area = 200 + draws.below(780), line = draws.below(100);
    if (texts) phone(area, line);
    out_.comma();
    if (calls || update == Update::Phone) phone(update == Update::Phone ? area + 1 : area, line);
    out_.comma();
    if (p.has_guardian) out_.raw(d_.id(Kind::User, p.guardian()));
    if (p.job == Job::Guardian) out_.raw(d_.id(Kind::User, p.ward()));
    out_.comma();
    if (p.job == Job::Student) out_.raw(grade_code(p.grade));
    out_.comma();  // and no password: nobody should send one
    if (d_.is_1_2()) columns_of_1_2(p, name, draws);
    out_.end_row();
  }

  void finish() { out_.finish(); }

 private:
  static constexpr std::string_view header_1_1 =
      "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,"
      "middleName,identifier,email,sms,phone,agentSourcedIds,grades,password";
  static constexpr std::string_view header_1_2 =
      "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,"
      "email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,preferredGivenName,"
      "preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns";

  // The number at the end keeps logins apart; letters never end in a digit, so no two can run together.
  char* write_login(Name const& name, PersonNumber number) {
    auto* end = write_as_login(login_, name.given);
    *end++ = '.';
    end = write_as_login(end, name.family);
    char digits[20];
    auto n = 0;
    do digits[n++] = static_cast<char>('0' + number % 10);
    while (number /= 10);
    while (n > 0) *end++ = digits[--n];
    return end;
  }

  void orgs(Person const& p) {
    if (p.second_school) out_.raw('"');
    out_.raw(p.school ? d_.org_id(*p.school) : d_.org_id(0));
    if (p.second_school) {
      out_.comma();
      out_.raw(d_.org_id(*p.second_school));
      out_.raw('"');
    }
    out_.comma();
  }

  void user_ids(PersonNumber number, bool several) {
    if (several) out_.raw('"');
    out_.raw("{Fed:");
    out_.number(state_number(number), 9);
    out_.raw('}');
    if (several) {
      out_.raw(",{LDAP:u");
      out_.number(number, 8);
      out_.raw("}\"");
    }
    out_.comma();
  }

  void email(Job job, std::string_view login, bool moved) {
    out_.raw(login);
    if (moved) out_.raw(".new");
    out_.cell(job == Job::Student ? "@students.larkspur.example.org" : job == Job::Guardian ? "@mail.example.net" : "@larkspur.example.org");
  }

  // 555-01xx is set aside for invented people.
  void phone(std::uint32_t area, std::uint32_t line) {
    out_.number(area, 3);
    out_.raw("-555-01");
    out_.number(line, 2);
  }

  void columns_of_1_2(Person const& p, Name const& name, Draws& draws) {
    out_.comma();
    out_.raw('M');
    out_.number(state_number(p.number), 9);
    out_.comma();
    if (draws.once_in(20)) out_.raw(name.given.substr(0, 1));
    out_.empty_cells(3);
    out_.cell(p.school ? d_.org_id(*p.school) : d_.org_id(0));
    if (draws.once_in(8)) out_.raw(is_girl(d_, p.number) ? "she/her" : "he/him");
  }

  District const& d_;
  Writer out_;
  char login_[128];
};

std::string_view role_in_1_2(Job job, Draws& draws) {
  switch (job) {
    case Job::Student:
      return "student";
    case Job::Teacher:
      return "teacher";
    case Job::Principal:
      return "principal";
    case Job::SiteAdministrator:
      return "siteAdministrator";
    case Job::OfficeAdministrator:
      return draws.once_in(3) ? "systemAdministrator" : "districtAdministrator";
    case Job::Guardian:
      return draws.once_in(2) ? "guardian" : "parent";
  }
  return "";
}

}  // namespace

void write_users(District const& d, FileSink& sink) {
  UserWriter out(d, sink);
  for_each_person(d, Who::Everybody, [&](Person const& p) { out.row(p); });
  out.finish();
}

void write_roles(District const& d, FileSink& sink) {
  Writer out(sink, "roles.csv",
             "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,"
             "userProfileSourcedId");
  for_each_person(d, Who::Everybody, [&](Person const& p) {
    auto draws = d.about(Kind::Role, p.number);
    auto const main_role = role_in_1_2(p.job, draws);
    std::uint64_t nth = 0;
    auto const role = [&](std::string_view role_type, std::string_view name, Id org) {
      out.row();
      out.cell(d.id(Kind::Role, p.number, nth++));
      out.empty_cells(2);
      out.cell(d.id(Kind::User, p.number));
      out.cell(role_type);
      out.cell(name);
      auto const newcomer = p.number % 4 == static_cast<std::uint64_t>(Variant::Newcomer);
      if (p.job != Job::Guardian) out.date(newcomer ? the_night_after : year_begins);
      out.comma();
      if (p.job == Job::Student) out.date(year_ends);
      out.comma();
      out.cell(org);
      out.end_row();
    };
    // Each person has one primary role in each of their organizations.
    role("primary", main_role, p.school ? d.org_id(*p.school) : d.org_id(0));
    if (p.second_school) role("primary", main_role, d.org_id(*p.second_school));
    if (p.job == Job::Teacher && draws.once_in(25)) role("secondary", "counselor", d.org_id(*p.school));
  });
  out.finish();
}

}  // namespace rollbook::demo
