// What a set of files is when no manifest says so: an older OneRoster, another format that resembles it, or a dump.
#include <algorithm>

#include "base/text.h"
#include "bundle/bundle.h"
#include "csv/record.h"

namespace rollbook {
namespace {

std::string base_name(std::string const& path) {
  auto const slash = path.rfind('/');
  return lower(slash == std::string::npos ? path : path.substr(slash + 1));
}

bool holds(std::vector<std::string> const& header, std::string_view name) { return std::find(header.begin(), header.end(), name) != header.end(); }

}  // namespace

HeaderPlace find_header(std::string_view bytes) {
  HeaderPlace place;
  auto const head = bytes.substr(0, std::size_t{64} << 10);
  for (std::size_t at = 0; at < head.size();) {
    auto const end = head.find('\n', at);
    auto const line = head.substr(at, end - at);
    if (end == std::string_view::npos || line.find_first_not_of(", \t\r\"") != std::string_view::npos) return place;
    at = end + 1;
    place.start = static_cast<std::uint32_t>(at);
    ++place.lines_before;
  }
  return {};
}

std::vector<std::string> header_of(std::string_view bytes) {
  std::vector<std::string> header;
  if (bytes.empty()) return header;
  auto const text = bytes.substr(0, std::size_t{256} << 10);
  csv::Record record;
  csv::read_record(text, find_header(text).start, 0, record);
  std::string buffer;
  for (std::size_t i = 0; i < std::min<std::size_t>(record.size(), 4096); ++i) header.emplace_back(csv::cell_value(csv::raw_cell(text, record, i), buffer));
  return header;
}

Dialect recognise_dialect(std::vector<InputFile> const& files) {
  auto const find = [&](std::string_view name) {
    auto const at = std::find_if(files.begin(), files.end(), [&](InputFile const& f) { return base_name(f.path) == name; });
    return at == files.end() ? nullptr : &*at;
  };
  auto const header = [&](std::string_view name) {
    auto const* file = find(name);
    auto bytes = file ? file->bytes : std::string_view{};
    if (bytes.starts_with("\xef\xbb\xbf")) bytes.remove_prefix(3);
    return header_of(bytes);
  };
  if (find("manifest.csv") == nullptr) {
    // Microsoft School Data Sync v2.1 shares file names with OneRoster, but not its columns.
    auto const users = header("users.csv"), classes = header("classes.csv"), enrollments = header("enrollments.csv"), roles = header("roles.csv");
    if (holds(users, "activeDirectoryMatchId") || find("userflags.csv") || find("relationships.csv") || find("devicepolicies.csv") ||
        (holds(classes, "orgSourcedId") && !holds(classes, "schoolSourcedId") && holds(classes, "sourcedId")) ||
        (holds(enrollments, "classSourcedId") && !holds(enrollments, "sourcedId") && !holds(enrollments, "schoolSourcedId") && holds(enrollments, "role")) ||
        (holds(roles, "userSourcedId") && !holds(roles, "sourcedId")))
      return {BundleFlaw::SdsFormat, "Microsoft School Data Sync v2.1"};
    if ((find("student.csv") || find("teacher.csv")) && (find("section.csv") || find("studentenrollment.csv") || find("teacherroster.csv")))
      return {BundleFlaw::SdsFormat, holds(header("school.csv"), "SIS ID") ? "Microsoft School Data Sync v1" : "Microsoft School Data Sync v1 or v2"};
    if (find("school.csv") && find("user.csv") && find("section.csv")) return {BundleFlaw::SdsFormat, "Microsoft School Data Sync v2"};
    if (find("school.csv") && find("section.csv") && find("student.csv")) return {BundleFlaw::SdsFormat, "Microsoft School Data Sync"};
  }
  for (auto const& file : files) {
    auto const name = base_name(file.path);
    auto const ends = [&](std::string_view tail) { return name.size() > tail.size() && std::string_view(name).substr(name.size() - tail.size()) == tail; };
    auto const head = file.bytes.substr(0, 4096);
    auto const says = [&](std::string_view words) { return head.find(words) != std::string_view::npos; };
    std::string what;
    if (head.starts_with("SQLite format 3")) what = "a SQLite database";
    else if (head.starts_with("PGDMP")) what = "a PostgreSQL dump";
    else if (head.substr(0, 64).find("Standard Jet DB") != std::string_view::npos || head.substr(0, 64).find("Standard ACE DB") != std::string_view::npos)
      what = "a Microsoft Access database";
    else if (says("-- MySQL dump") || says("-- MariaDB dump")) what = "a MySQL dump";
    else if (says("PostgreSQL database dump")) what = "a PostgreSQL dump";
    else if ((ends(".sql") || ends(".csv")) && (says("INSERT INTO ") || says("CREATE TABLE "))) what = "SQL statements";
    else if (ends(".bak") || ends(".dmp") || ends(".mdf")) what = "a database backup";
    if (!what.empty()) return {BundleFlaw::DatabaseDump, what + " (" + file.path + ")"};
  }
  return {};
}

std::string guess_version(Bundle const& bundle) {
  auto const header = [&](TableId table) {
    auto const& member = bundle.members[static_cast<std::size_t>(table)];
    return member ? header_of(member->bytes) : std::vector<std::string>{};
  };
  auto const users = header(TableId::Users), classes = header(TableId::Classes), demographics = header(TableId::Demographics),
             courses = header(TableId::Courses), orgs = header(TableId::Orgs), sessions = header(TableId::AcademicSessions);
  bool const any_id = std::any_of(bundle.members.begin(), bundle.members.end(), [](auto const& m) {
    if (!m) return false;
    auto const names = header_of(m->bytes);
    return std::any_of(names.begin(), names.end(), [](std::string const& name) {
      return name.size() >= 9 && (name.ends_with("ourcedId") || name.ends_with("ourcedID") || name.ends_with("ourcedid"));
    });
  });
  if (!any_id) return "";  // another format that happens to have a users.csv
  // Names that only 1.0 had, and names that came later.
  bool const old_names = holds(users, "userId") || holds(users, "agents") || holds(users, "grade") || holds(courses, "schoolYearId") ||
                         holds(courses, "grade") || holds(classes, "termSourcedId") || holds(classes, "grade") || holds(demographics, "userSourcedId") ||
                         holds(demographics, "birthdate");
  bool const new_names = holds(users, "userIds") || holds(users, "agentSourcedIds") || holds(users, "grades") || holds(classes, "termSourcedIds") ||
                         holds(courses, "schoolYearSourcedId") || holds(sessions, "schoolYear");
  bool const has_12 = holds(users, "userMasterIdentifier") || holds(users, "primaryOrgSourcedId") || holds(users, "pronouns") ||
                      (bundle.members[static_cast<std::size_t>(TableId::Roles)] && !holds(users, "role")) ||
                      bundle.members[static_cast<std::size_t>(TableId::UserProfiles)].has_value();
  if (old_names && !new_names) return "1.0";
  if (has_12) return "1.2";
  if (new_names || holds(users, "orgSourcedIds") || holds(orgs, "parentSourcedId") || holds(orgs, "sourcedId")) return "1.1";
  for (auto const& member : bundle.members)
    if (member && holds(header_of(member->bytes), "sourcedId")) return "1.1";
  return "";
}

}  // namespace rollbook
