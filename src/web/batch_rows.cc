// Rows of an upload: what is wrong with them, who may be whom, and which fields were edited by hand. Looked at anew, as the roster was before the run.
#include <algorithm>

#include "batch/demographics_form.h"
#include "batch/users_form.h"
#include "report/words.h"
#include "runs/batch.h"
#include "runs/look.h"
#include "runs/upload_edits.h"
#include "store/runs.h"
#include "views/labels.h"
#include "web/address.h"
#include "web/batch_pages.h"
#include "web/browse.h"
#include "web/one_run.h"
#include "web/parts.h"
#include "web/run_words.h"

namespace rollbook::web {
namespace {

constexpr std::size_t rows_of_a_page = 100;

// What is said of the rows of one file, a page of it. Values of cells are not shown but ids: the download has them.
template <class Row>
void tell_rows(batch::FlatFile<Row> const& file, batch::Form const& form, std::size_t& to_pass, std::size_t& room, Model& list) {
  for (auto const& remark : file.remarks) {
    if (to_pass > 0) {
      --to_pass;
      continue;
    }
    if (room == 0) return;
    --room;
    bool const is_error = batch::is_error(remark.what);
    auto words = batch::words_of(remark, form, batch::is_said_by_roster(remark.what) ? std::string_view(file.names[remark.other]) : std::string_view());
    words.erase(0, words.find(": ") + 2);
    list.add({{"file", form.file},
              {"line", with_separators(file.rows[remark.row].line)},
              {"column", remark.what == batch::What::Unreadable ? std::string_view() : form.columns[remark.column].header},
              {"severity", severity_tag(is_error ? "error" : "warning")},
              {"words", words}});
  }
}

struct Rows {
  std::optional<OneRun> one;
  std::optional<Refusal> refusal;
  std::optional<runs::UploadLooked> looked;
};

// The upload that the route names, looked at. Its rows are of all schools, so they are for who sees all.
Rows rows_of(Visit& visit) {
  Rows out;
  out.one = one_run(visit);
  if (!out.one || out.one->detail.line.kind != runs::batch_kind) return out.refusal = Refusal{404}, std::move(out);
  auto looked = runs::look_at_upload_of(visit.hub, *visit.district, out.one->detail.line.id);
  if (!looked) out.refusal = Refusal{409, looked.trouble().text, "The history stays; files are let go after some time."};
  else if (!looked->upload->refusal.empty()) out.refusal = Refusal{409, looked->upload->refusal};
  else out.looked = std::move(*looked);
  return out;
}

Model models_of(std::vector<runs::EditAgainst> const& edits, Visit& visit, store::Database& roster) {
  Model list = Model::List();
  views::Labels labels(roster, {}, visit.hub.today);
  for (auto const& edit : edits)
    list.add({{"value", edit.name()},
              {"name", labels.name(edit.table, edit.key)},
              {"id", edit.sourced_id},
              {"to", record_address(visit, edit.table, edit.sourced_id, edit.key)},
              {"label", field_in_words(edit.field)},
              {"edited", edit.edited},
              {"in_file", edit.in_file},
              {"who", edit.who}});
  return list;
}

Answer page(Visit& visit, std::string const& wrong, int status) {
  auto const rows = rows_of(visit);
  if (rows.refusal) return *rows.refusal;
  auto const& one = *rows.one;
  auto const& upload = *rows.looked->upload;
  auto roster = runs::open_roster(visit.hub, *visit.district);
  if (!roster) return Refusal{503};
  View view{"upload_rows", "Rows of upload " + std::to_string(one.detail.line.id), {}, {}, {}, {}, status};
  view.crumbs = {{"Run " + std::to_string(one.detail.line.id), one.to()}};
  auto& model = view.model;
  auto const all = upload.users.remarks.size() + upload.demographics.remarks.size();
  auto const asked = std::strtoull(std::string(visit.query["from"]).c_str(), nullptr, 10);
  auto const from = std::min<std::size_t>(asked - asked % rows_of_a_page, all);
  std::size_t to_pass = from, room = rows_of_a_page;
  Model told = Model::List(), alike = Model::List();
  tell_rows(upload.users, batch::users_form, to_pass, room, told);
  tell_rows(upload.demographics, batch::demographics_form, to_pass, room, told);
  for (auto const& two : runs::resembling_people(*rows.looked)) alike.add({{"id", two.id}, {"as", two.as}, {"name", two.name}});
  bool const is_open = one.detail.line.needs_decision && one.decides;
  auto const edits = is_open ? runs::edits_against(**roster, upload, visit.hub.today) : std::vector<runs::EditAgainst>();
  auto const end = from + (rows_of_a_page - room);
  model["wrong"] = wrong.empty() ? Model(false) : alert("danger", wrong);
  model["here"] = one.to("rows");
  model["run"] = one.to();
  model["has_rows"] = all > 0;
  model["rows"] = std::move(told);
  model["first"] = with_separators(from + 1);
  model["last"] = with_separators(end);
  model["all"] = with_separators(all);
  model["left_out"] = upload.left_out() == 0 ? "" : counted(upload.left_out(), "row is", "rows are");
  model["newer"] = from > 0 ? address(one.to("rows"), {{"from", std::to_string(from - rows_of_a_page)}}) : "";
  model["older"] = end < all ? address(one.to("rows"), {{"from", std::to_string(end)}}) : "";
  model["users_errors"] = rows.looked->users_errors.empty() ? "" : one.to("users-errors.csv");
  model["demographics_errors"] = rows.looked->demographics_errors.empty() ? "" : one.to("demographics-errors.csv");
  model["has_alike"] = is_open && !alike.get<Model::List>()->empty();
  model["alike"] = std::move(alike);
  model["has_edits"] = !edits.empty();
  model["edits"] = models_of(edits, visit, **roster);
  model["again"] = visit.in_district("enrollment/upload");
  model["fine"] = all == 0 && edits.empty() ? empty("ok", "Nothing is wrong with any row", "All rows are taken.", one.to(), "Back to the run") : Model(false);
  return view;
}

Answer report(Visit& visit, std::string const& name, std::string runs::UploadLooked::*of) {
  if (visit.format != "csv") return Refusal{404, "This is a file: its address ends in .csv."};
  auto rows = rows_of(visit);
  if (rows.refusal) return *rows.refusal;
  auto& operations = visit.hub.home.operations();
  auto const noted = operations.transaction([&] {
    store::note(operations, visit.hub.actor, visit.district->id, "list downloaded", name + " of run " + std::to_string(rows.one->detail.line.id));
    return true;
  });
  if (noted) return Refusal{503};
  http::Response response;
  response.headers = {{"content-type", "text/csv; charset=utf-8"}, {"content-disposition", "attachment; filename=\"" + name + "\""}};
  response.body = std::move((*rows.looked).*of);
  return response;
}

}  // namespace

Answer upload_rows(Visit& visit) { return page(visit, "", 200); }
Answer users_errors(Visit& visit) { return report(visit, "users-errors.csv", &runs::UploadLooked::users_errors); }
Answer demographics_errors(Visit& visit) { return report(visit, "demographics-errors.csv", &runs::UploadLooked::demographics_errors); }

Answer confirm_people(Visit& visit) {
  auto const one = one_run(visit);
  if (!one || one->detail.line.kind != runs::batch_kind) return Refusal{404};
  std::vector<std::string> ids;
  for (auto const id : visit.form.every("person")) ids.emplace_back(id);
  if (ids.empty()) return page(visit, "Tick the people whose new id you confirm.", 422);
  auto const queued = runs::queue_same_people(visit.hub, *visit.district, one->detail.line.id, ids);
  if (!queued) return page(visit, queued.trouble().text, 409);
  return Redirect{one->to(), "It is looked at again: these people keep what they have, under their new ids."};
}

Answer choose_values(Visit& visit) {
  auto const one = one_run(visit);
  if (!one || one->detail.line.kind != runs::batch_kind) return Refusal{404};
  auto const rows = rows_of(visit);
  if (rows.refusal) return *rows.refusal;
  auto roster = runs::open_roster(visit.hub, *visit.district);
  if (!roster) return Refusal{503};
  auto const ticked = visit.form.every("field");
  auto const& all = visit.form["all"];
  std::vector<std::string> chosen;
  for (auto const& edit : runs::edits_against(**roster, *rows.looked->upload, visit.hub.today))
    if (all == "file" || (all != "edit" && std::find(ticked.begin(), ticked.end(), edit.name()) != ticked.end())) chosen.push_back(edit.name());
  if (all.empty() && chosen.empty()) return page(visit, "Tick the fields that are to be as the file says, or keep all edits.", 422);
  if (auto const trouble = runs::choose_from_file(visit.hub, *visit.district, one->detail.line.id, chosen)) return page(visit, trouble->text, 409);
  return Redirect{one->to(), chosen.empty() ? "What was edited by hand stays."
                                            : counted(chosen.size(), "field becomes", "fields become") +
                                                  " what the file says when the file is processed; other edits stay."};
}

void set_upload(Visit& visit, Model& model, OneRun const& one) {
  auto const& answer = one.answer;
  auto const& files = one.detail.received;
  bool const has_rows = std::any_of(files.begin(), files.end(), [](auto const& file) { return file.path == "users.csv" || file.path == "demographics.csv"; });
  bool const is_upload = one.detail.line.kind == runs::batch_kind && one.seen.all() && (has_rows || !one.answer.counted.empty());
  model["upload"] = false;
  if (!is_upload) return;
  auto const rows_of_counts = [](std::vector<std::pair<std::string, runs::Counts>> const& counted) {
    Model rows = Model::List();
    for (auto const& [what, c] : counted)
      rows.add({{"title", what},
                {"created", with_separators(c.created)},
                {"updated", with_separators(c.updated)},
                {"removed", with_separators(c.removed)},
                {"unchanged", with_separators(c.unchanged)},
                {"excluded", with_separators(c.excluded)}});
    return rows;
  };
  Model schools = Model::List();
  constexpr std::size_t most = 200;
  for (std::size_t i = 0; i < std::min(answer.counted_at.size(), most); ++i)
    schools.add({{"name", answer.counted_at[i].name}, {"id", answer.counted_at[i].sourced_id}, {"counts", rows_of_counts(answer.counted_at[i].counted)}});
  bool const refused = one.detail.line.outcome == "refused", kept = one.detail.delivery_gone.empty();
  model["upload"] = Model{{"name", ""},
                          {"id", ""},
                          {"has_counts", !answer.counted.empty()},
                          {"counts", rows_of_counts(answer.counted)},
                          {"schools", std::move(schools)},
                          {"has_schools", !answer.counted_at.empty()},
                          {"more_schools", answer.counted_at.size() > most ? with_separators(answer.counted_at.size() - most) : ""},
                          {"rows", one.answered && !refused && kept && one.decides ? one.to("rows") : ""},
                          {"again", visit.in_district("enrollment/upload")},
                          {"refused", refused}};
}

}  // namespace rollbook::web
