#include "runs/batch.h"

#include <algorithm>

#include "base/text.h"
#include "batch/lined_file.h"
#include "batch/users_form.h"
#include "roster/values.h"
#include "runs/edit.h"
#include "runs/landing.h"
#include "runs/names.h"
#include "runs/outcome.h"
#include "schema/words.h"
#include "store/district_settings.h"

namespace rollbook::runs {
namespace {

constexpr char source_name[] = "Batch Upload";

Result<std::optional<store::Source>> find_batch_source(Hub& hub, store::District const& district) {
  auto const all = store::list_sources(hub.home.operations(), district);
  if (!all) return all.trouble();
  for (auto const& source : *all)
    if (source.kind == batch_kind && source.is_active()) return std::optional(source);
  return std::optional<store::Source>();
}

// Trouble when there is no such run, or it is none of an upload, or its files are gone.
Result<store::Run> find_upload(Hub& hub, store::District const& district, std::int64_t number) {
  auto& operations = hub.home.operations();
  auto run = store::find_run(operations, district.id, number);
  if (operations.trouble()) return *operations.trouble();
  if (!run) return Trouble{store::no_run(district, number)};
  if (run->kind != batch_kind || run->delivery.empty()) return Trouble{"Run " + std::to_string(number) + " is no upload, or its files are not kept any more."};
  return *run;
}

std::string wrong_with(store::Database& roster, NewOrganization const& made) {
  auto const& types = words::org_words;
  if (made.id.empty() || made.id.size() > 255 || !is_id_text(made.id)) return "An id has 1 to 255 of the characters A-Z a-z 0-9 . - _ / @, and no others.";
  if (key_of_id(roster, TableId::Orgs, made.id)) return "The id \"" + made.id + "\" belongs to another organization already.";
  if (trimmed(made.name).empty()) return "An organization needs a name.";
  if (std::find(std::begin(types), std::end(types), made.type) == std::end(types))
    return "The type is one of: " + joined_by_commas({std::begin(types), std::end(types)}) + ".";
  if (!made.parent.empty() && !key_of_id(roster, TableId::Orgs, made.parent))
    return "There is no organization \"" + made.parent + "\" that it could stand below.";
  return "";
}

}  // namespace

Result<Answer> add_organization(Hub& hub, store::District const& district, NewOrganization const& made) {
  auto const source = batch_source(hub, district);
  if (!source) return source.trouble();
  auto roster = open_roster(hub, district);
  if (!roster) return roster.trouble();
  if (auto wrong = wrong_with(**roster, made); !wrong.empty()) return Trouble{wrong};
  batch::LinedFile orgs;
  orgs.begin({"name", "type", "parentSourcedId"});
  orgs.row(2, made.id, "active", batch::modified_on(hub.today));
  for (auto const& value : {made.name, made.type, made.parent}) orgs.cell(value);
  orgs.end_row();
  std::vector<std::pair<std::string, std::string>> files;
  files.emplace_back("orgs.csv", orgs.take());
  files.emplace_back("manifest.csv", batch::manifest_of({TableId::Orgs}));
  auto delivery = delivery::load_received("organization", std::move(files), false, hub.workers);
  if (!delivery) return delivery.trouble();
  return sync(hub, district, *source, std::move(*delivery), "");
}

namespace {

// The roster for a download, and a note of it in the audit log.
Result<batch::Standing> standing_to_write(Hub& hub, store::District const& district, batch::UsersWanted const& wanted, StandingAsked asked) {
  auto roster = open_roster(hub, district);
  if (!roster) return roster.trouble();
  if (!wanted.school.empty() && !key_of_id(**roster, TableId::Orgs, wanted.school))
    return Trouble{"There is no organization \"" + wanted.school + "\" in the roster."};
  return standing_of(hub, district, **roster, {}, asked);
}

std::optional<Trouble> note_download(Hub& hub, store::District const& district, std::string const& file, std::uint64_t rows) {
  auto& operations = hub.home.operations();
  return operations.transaction([&] {
    store::note(operations, hub.actor, district.id, "list downloaded", file + ": " + std::to_string(rows) + " rows");
    return true;
  });
}

}  // namespace

Result<batch::UsersWritten> users_file(Hub& hub, store::District const& district, batch::UsersWanted const& wanted) {
  auto const standing = standing_to_write(hub, district, wanted, {});
  if (!standing) return standing.trouble();
  auto written = batch::write_users(*standing, wanted);
  if (auto const trouble = note_download(hub, district, "users.csv", written.rows)) return *trouble;
  return written;
}

Result<batch::DemographicsWritten> demographics_file(Hub& hub, store::District const& district, batch::UsersWanted const& wanted) {
  auto const standing = standing_to_write(hub, district, wanted, {.facts = true});
  if (!standing) return standing.trouble();
  auto written = batch::write_demographics(*standing, wanted.school, wanted.role);
  if (auto const trouble = note_download(hub, district, "demographics.csv", written.rows)) return *trouble;
  return written;
}

std::string why_no_batch(Hub& hub, store::District const& district) {
  if (!store::has_batch_upload(hub.home.operations(), district.id))
    return "Batch Upload is not switched on for this district. Ask who operates the server: they switch it on under Operator, the district, Batch Upload, or "
           "with "
           "\"rollbook district batch-upload NAME on\".";
  auto roster = open_roster(hub, district);
  if (!roster) return roster.trouble().text;
  auto row = (*roster)->prepare("SELECT 1 FROM \"orgs\" WHERE row_until IS NULL LIMIT 1");
  if (!row->step())
    return "The district has no organizations yet, and each row of users.csv names a school by its id. Add them first: \"rollbook organization add NAME --id "
           "ID\".";
  return "";
}

Result<store::Source> batch_source(Hub& hub, store::District const& district) {
  auto const found = find_batch_source(hub, district);
  if (!found) return found.trouble();
  if (*found) return **found;
  return store::add_source(hub.home.operations(), district, source_name, {{"mode", "manifest"}, {"live", "yes"}, {"apply-by-itself", "yes"}}, hub.actor,
                           std::string(batch_kind));
}

Result<UploadLooked> look_at_upload(Hub& hub, store::District const& district, delivery::Delivery const& delivery, UploadHow const& how) {
  if (auto why = why_no_batch(hub, district); !why.empty()) return Trouble{why};
  return look_at_rows(hub, district, delivery, how);
}

Result<UploadLooked> look_at_rows(Hub& hub, store::District const& district, delivery::Delivery const& delivery, UploadHow const& how) {
  auto const found = find_batch_source(hub, district);
  if (!found) return found.trouble();
  auto roster = open_roster(hub, district);
  if (!roster) return roster.trouble();
  auto const upload = read_upload(hub, district, **roster, *found ? **found : store::Source{}, delivery, how);
  if (!upload) return upload.trouble();
  UploadLooked looked{*upload, {}, {}};
  if (!looked.upload->refusal.empty()) return looked;
  auto const& texts = looked.upload->given;
  if (texts.users && !looked.upload->users.remarks.empty())
    looked.users_errors = batch::users_errors(*texts.users, looked.upload->users, looked.upload->schools);
  if (texts.demographics && !looked.upload->demographics.remarks.empty())
    looked.demographics_errors = batch::demographics_errors(*texts.demographics, looked.upload->demographics);
  return looked;
}

Result<UploadLooked> look_at_upload_of(Hub& hub, store::District const& district, std::int64_t number) {
  auto const run = find_upload(hub, district, number);
  if (!run) return run.trouble();
  auto const delivery = fetch(hub, district, run->delivery);
  if (!delivery) return delivery.trouble();
  UploadHow how{Work::of(run->work).confirmed, {}};
  if (run->revision) how.at_revision = *run->revision - 1;
  auto looked = look_at_rows(hub, district, *delivery, how);
  if (looked && !looked->upload->given.users && !looked->upload->given.demographics) return Trouble{looked->upload->refusal};
  return looked;
}

std::vector<Resembling> resembling_people(UploadLooked const& looked) {
  std::vector<Resembling> all;
  auto const& file = looked.upload->users;
  if (!looked.upload->given.users) return all;
  batch::CellReader cells(*looked.upload->given.users, file.header);
  for (auto const& remark : file.remarks) {
    if (remark.what != batch::What::LikeAnother) continue;
    cells.go_to(file.rows[remark.row]);
    auto id = std::string(cells[batch::users_place("userId")]);
    if (std::any_of(all.begin(), all.end(), [&](auto const& one) { return one.id == id; })) continue;
    auto name = std::string(cells[batch::users_place("userFirstName")]);
    (name += ' ') += cells[batch::users_place("userLastName")];
    all.push_back({std::move(id), file.names[remark.other], std::move(name)});
  }
  return all;
}

Result<Queued> queue_upload(Hub& hub, store::District const& district, std::string const& received) {
  if (auto why = why_no_batch(hub, district); !why.empty()) return Trouble{why};
  auto const source = batch_source(hub, district);
  if (!source) return source.trouble();
  auto run = new_run(hub, district, std::string(batch_kind), source->id);
  run.delivery = received;
  run.work = "look\n";
  return queue_to_look_at(hub, district, *source, std::move(run));
}

namespace {

// Changes what is to be done with an upload that waits for a decision. Trouble when it does not, or is another one by now.
std::optional<Trouble> change_work(Hub& hub, store::District const& district, store::Run const& seen, Work const& work, bool looks_anew, char const* noted) {
  auto& operations = hub.home.operations();
  std::string wrong;
  auto const trouble = operations.transaction([&] {
    auto run = store::find_run(operations, district.id, seen.id);
    if (!run || run->state != "done" || run->decision != "open" || run->work != seen.work) {
      wrong = "Run " + std::to_string(seen.id) + " is not what you looked at any more. Look at it again.";
      return false;
    }
    run->work = work.lasting();
    if (looks_anew) run->state = "queued", run->decision.clear();
    store::save_run(operations, *run);
    if (looks_anew) store::forget_progress(operations, seen.id);
    store::note(operations, hub.actor, district.id, noted, "run " + std::to_string(seen.id));
    return true;
  });
  if (trouble) return trouble;
  if (!wrong.empty()) return Trouble{wrong};
  if (looks_anew && hub.queued) hub.queued();
  return std::nullopt;
}

}  // namespace

std::optional<Trouble> choose_from_file(Hub& hub, store::District const& district, std::int64_t number, std::vector<std::string> const& chosen) {
  auto const run = find_upload(hub, district, number);
  if (!run) return run.trouble();
  auto work = Work::of(run->work);
  work.take = chosen;
  for (auto const& one : chosen)
    if (one.find('\n') != std::string::npos) return Trouble{"There is no such field."};
  return change_work(hub, district, *run, work, false, "values of the file chosen");
}

Result<Queued> queue_same_people(Hub& hub, store::District const& district, std::int64_t number, std::vector<std::string> const& ids) {
  auto const looked = look_at_upload_of(hub, district, number);
  if (!looked) return looked.trouble();
  auto const run = find_upload(hub, district, number);
  if (!run) return run.trouble();
  auto work = Work::of(run->work);
  for (auto const& one : resembling_people(*looked))
    if (std::find(ids.begin(), ids.end(), one.id) != ids.end()) work.confirmed += (work.confirmed.empty() ? "" : ",") + one.id + "=" + one.as;
  if (auto wrong = change_work(hub, district, *run, work, true, "people confirmed")) return *wrong;
  return Queued{number, {}};
}

Result<Answer> preview_upload(Hub& hub, store::District const& district, delivery::Delivery delivery) {
  auto const source = batch_source(hub, district);
  if (!source) return source.trouble();
  return preview(hub, district, *source, std::move(delivery));
}

Result<Answer> process_upload(Hub& hub, store::District const& district, delivery::Delivery delivery, std::string const& approved) {
  auto const source = batch_source(hub, district);
  if (!source) return source.trouble();
  auto answer = sync(hub, district, *source, std::move(delivery), approved);
  for (bool more = answer.ok(); more;) {
    auto const next = work_one(hub, district);
    if (!next) return next.trouble();
    more = next->has_value();
  }
  return answer;
}

}  // namespace rollbook::runs
