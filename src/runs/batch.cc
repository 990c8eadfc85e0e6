#include "runs/batch.h"

#include <algorithm>

#include "base/text.h"
#include "batch/lined_file.h"
#include "roster/values.h"
#include "runs/edit.h"
#include "runs/names.h"
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

Result<batch::UsersWritten> users_file(Hub& hub, store::District const& district, batch::UsersWanted const& wanted) {
  auto roster = open_roster(hub, district);
  if (!roster) return roster.trouble();
  if (!wanted.school.empty() && !key_of_id(**roster, TableId::Orgs, wanted.school))
    return Trouble{"There is no organization \"" + wanted.school + "\" in the roster."};
  auto const standing = standing_of(hub, district, **roster, {}, false);
  if (!standing) return standing.trouble();
  auto written = batch::write_users(*standing, wanted);
  auto& operations = hub.home.operations();
  auto const trouble = operations.transaction([&] {
    store::note(operations, hub.actor, district.id, "list downloaded", "users.csv: " + std::to_string(written.rows) + " rows");
    return true;
  });
  if (trouble) return *trouble;
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

Result<UploadLooked> look_at_upload(Hub& hub, store::District const& district, std::string_view text) {
  if (auto why = why_no_batch(hub, district); !why.empty()) return Trouble{why};
  auto const found = find_batch_source(hub, district);
  if (!found) return found.trouble();
  auto roster = open_roster(hub, district);
  if (!roster) return roster.trouble();
  auto upload = read_upload(hub, district, **roster, *found ? **found : store::Source{}, text);
  if (!upload) return upload.trouble();
  UploadLooked looked{*upload, {}};
  if (looked.upload->file.refusal.empty() && !looked.upload->file.remarks.empty()) {
    auto const standing = standing_of(hub, district, **roster, *found ? **found : store::Source{}, false);
    if (!standing) return standing.trouble();
    looked.errors = batch::users_errors(text, looked.upload->file, standing->schools);
  }
  return looked;
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
