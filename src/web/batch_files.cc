// Files to begin with: templates, a sample, and the roster as users.csv and demographics.csv.
#include <algorithm>

#include "batch/demographics_form.h"
#include "batch/instructions.h"
#include "batch/users_form.h"
#include "demo/make_district.h"
#include "export/zip_stream.h"
#include "runs/batch.h"
#include "runs/look.h"
#include "views/labels.h"
#include "web/asked_list.h"
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

// Those who are ticked in a list.
Answer download_ticked(Visit& visit, ListAbout const& about) {
  if (visit.format != "csv") return only_csv();
  batch::UsersWanted wanted;
  {
    auto roster = runs::open_roster(visit.hub, *visit.district);
    if (!roster) return Refusal{503};
    RecordScope scope(visit, **roster, access::Right::EnrollByHand);
    auto const asked = AskedList::of(visit, **roster, scope, about, visit.query);
    if (!asked) return Refusal{404};
    if (asked->too_many_ticked) return Refusal{422, "More than 1,000 cannot be ticked.", "Download all of them under Enrollment, Batch Upload."};
    views::Labels labels(**roster, {}, visit.hub.today);
    for (auto const key : asked->ticked)
      if (auto const& id = labels.id(TableId::Users, key); !id.empty()) wanted.people.push_back(id);
  }
  if (wanted.people.empty())
    return Refusal{422, "Nobody is ticked.", "Go back, and tick those whom the file is to have; all of them are to be had under Batch Upload."};
  std::sort(wanted.people.begin(), wanted.people.end());
  auto written = runs::users_file(visit.hub, *visit.district, wanted);
  if (!written) return Refusal{503};
  return csv_of(std::move(written->text), "users.csv");
}

}  // namespace

Answer download_ticked_students(Visit& visit) { return download_ticked(visit, about_students); }
Answer download_ticked_staff(Visit& visit) { return download_ticked(visit, about_staff); }

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
