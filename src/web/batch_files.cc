// Files to begin with: templates, a sample, and the roster as users.csv and demographics.csv.
#include "batch/demographics_form.h"
#include "batch/instructions.h"
#include "batch/users_form.h"
#include "demo/make_district.h"
#include "export/zip_stream.h"
#include "runs/batch.h"
#include "web/batch_pages.h"
#include "web/long_sheet.h"

namespace rollbook::web {
namespace {

Answer file_of(std::string bytes, std::string const& name, std::string const& type) {
  http::Response response;
  response.headers = {{"content-type", type}, {"content-disposition", "attachment; filename=\"" + name + "\""}};
  response.body = std::move(bytes);
  return response;
}

Answer csv_of(std::string text, std::string const& name) { return file_of(std::move(text), name, "text/csv; charset=utf-8"); }

// Nobody asks for these as a page.
Refusal only_csv() { return {404, "This is a file: its address ends in .csv."}; }

std::string const& sample() {
  static std::string const zip = [] {
    std::string bytes;
    ZipStream out([&](std::string_view piece) { bytes += piece; });
    make_district({.students = 40, .seed = 7}, out);
    out.finish();
    return bytes;
  }();
  return zip;
}

// Whose rows: a role and a school of the roster, or all.
Result<batch::UsersWanted> wanted(Visit const& visit) {
  batch::UsersWanted out{std::string(visit.query["school"]), std::string(visit.query["role"])};
  if (!out.role.empty() && std::find(std::begin(batch::person_words), std::end(batch::person_words), out.role) == std::end(batch::person_words))
    return Trouble{"There are students, teachers and administrators in such a file."};
  return out;
}

}  // namespace

Answer users_template(Visit& visit) { return visit.format == "csv" ? csv_of(batch::template_of(batch::users_form), "users.csv") : only_csv(); }

Answer demographics_template(Visit& visit) {
  return visit.format == "csv" ? csv_of(batch::template_of(batch::demographics_form), "demographics.csv") : only_csv();
}

Answer sample_set(Visit&) { return file_of(sample(), "OneRoster-sample.zip", "application/zip"); }

Answer download_users(Visit& visit) {
  if (visit.format != "csv") return only_csv();
  auto const whose = wanted(visit);
  if (!whose) return Refusal{404, whose.trouble().text};
  auto written = runs::users_file(visit.hub, *visit.district, *whose);
  if (!written) return Refusal{404, written.trouble().text};
  return csv_of(std::move(written->text), "users.csv");
}

Answer download_demographics(Visit& visit) {
  if (visit.format != "csv") return only_csv();
  if (!visit.standing.may_everywhere(access::Right::SeeDemographics, visit.district->id))
    return Refusal{403, "Demographics are restricted: only who has the grant Demographics downloads them.",
                   "Somebody with the level System gives it, under Members."};
  auto const whose = wanted(visit);
  if (!whose) return Refusal{404, whose.trouble().text};
  auto written = runs::demographics_file(visit.hub, *visit.district, *whose);
  if (!written) return Refusal{404, written.trouble().text};
  return csv_of(std::move(written->text), "demographics.csv");
}

}  // namespace rollbook::web
