#include "runs/school.h"

#include <algorithm>
#include <set>

#include "delivery/load.h"
#include "runs/verify.h"
#include "schema/catalogue.h"
#include "store/stored.h"

namespace rollbook::test {
namespace {

Table const& table_named(std::string const& name) {
  for (auto const* table : all_tables)
    if (table->name == name) return *table;
  ADD_FAILURE() << "no table " << name;
  return orgs;
}

std::vector<std::string> columns_of(std::string const& table) {
  std::vector<std::string> names;
  for (auto const& field : table_named(table).fields)
    if (is_in(field.in, Version::V11)) names.emplace_back(field.name);
  return names;
}

std::string quoted_cell(std::string const& value) { return value.find(',') == std::string::npos ? value : "\"" + value + "\""; }

std::vector<std::string> cells_of(std::string const& line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (char const c : line) {
    if (c == '"') quoted = !quoted;
    else if (c == ',' && !quoted) cells.emplace_back();
    else cells.back() += c;
  }
  return cells;
}

std::vector<std::vector<std::string>> lines_of(std::string const& text) {
  std::vector<std::vector<std::string>> lines;
  for (std::size_t at = 0; at < text.size();) {
    auto const end = std::min(text.find('\n', at), text.size());
    lines.push_back(cells_of(text.substr(at, end - at)));
    at = end + 1;
  }
  return lines;
}

}  // namespace

DeliveryOf& DeliveryOf::put(std::string const& table, std::map<std::string, std::string> cells) {
  modes_.emplace(table, "bulk");
  auto& rows = rows_[table];
  auto const id = cells["sourcedId"];
  for (auto& row : rows)
    if (row.id == id && !id.empty()) {
      for (auto& [name, value] : cells) row.cells[name] = value;
      return *this;
    }
  rows.push_back({id, std::move(cells)});
  return *this;
}

DeliveryOf& DeliveryOf::drop(std::string const& table, std::string const& id) {
  std::erase_if(rows_[table], [&](Row const& row) { return row.id == id; });
  return *this;
}

DeliveryOf& DeliveryOf::without_column(std::string const& table, std::string const& column) {
  without_[table].push_back(column);
  return *this;
}

Files DeliveryOf::files() const {
  Files files;
  std::string manifest = "propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\n";
  for (auto const* table : all_tables) {
    if (!is_in(table->in, Version::V11)) continue;
    std::string const name(table->name);
    auto const mode = modes_.count(name) > 0 ? modes_.at(name) : "absent";
    manifest += "file." + name + "," + mode + "\n";
    auto const rows = rows_.find(name);
    if (mode == "absent" || rows == rows_.end()) continue;
    auto names = columns_of(name);
    std::set<std::string> own;  // columns of whoever sends it
    for (auto const& row : rows->second)
      for (auto const& [column, value] : row.cells)
        if (column.starts_with("metadata.")) own.insert(column);
    names.insert(names.end(), own.begin(), own.end());
    if (auto const without = without_.find(name); without != without_.end())
      std::erase_if(names,
                    [&](std::string const& column) { return std::find(without->second.begin(), without->second.end(), column) != without->second.end(); });
    auto& text = files[name + ".csv"];
    for (std::size_t i = 0; i < names.size(); ++i) text += (i == 0 ? "" : ",") + names[i];
    text += '\n';
    for (auto const& row : rows->second) {
      for (std::size_t i = 0; i < names.size(); ++i) {
        auto const at = row.cells.find(names[i]);
        auto value = at == row.cells.end() ? std::string() : at->second;
        if (mode == "delta" && at == row.cells.end() && names[i] == "status") value = "active";
        if (mode == "delta" && at == row.cells.end() && names[i] == "dateLastModified") value = "2026-09-01T00:00:00.000Z";
        text += (i == 0 ? "" : ",") + quoted_cell(value);
      }
      text += '\n';
    }
  }
  files["manifest.csv"] = manifest;
  return files;
}

DeliveryOf two_schools(int students) {
  DeliveryOf d;
  d.put("orgs", {{"sourcedId", "d"}, {"name", "Larkspur"}, {"type", "district"}});
  d.put("academicSessions",
        {{"sourcedId", "t"}, {"title", "Year"}, {"type", "schoolYear"}, {"startDate", "2026-08-01"}, {"endDate", "2027-06-30"}, {"schoolYear", "2027"}});
  d.put("courses", {{"sourcedId", "c"}, {"title", "Reading"}, {"orgSourcedId", "d"}});
  for (std::string const s : {"1", "2"}) {
    d.put("orgs", {{"sourcedId", "s" + s}, {"name", "School " + s}, {"type", "school"}, {"identifier", "S" + s}, {"parentSourcedId", "d"}});
    d.put("classes", {{"sourcedId", "c" + s},
                      {"title", "Class " + s},
                      {"courseSourcedId", "c"},
                      {"classType", "scheduled"},
                      {"schoolSourcedId", "s" + s},
                      {"termSourcedIds", "t"}});
  }
  auto const person = [&](std::string const& id, std::string const& role, std::string const& school, std::string const& given, std::string const& family) {
    d.put("users", {{"sourcedId", id},
                    {"enabledUser", "true"},
                    {"orgSourcedIds", school},
                    {"role", role},
                    {"username", id},
                    {"givenName", given},
                    {"familyName", family},
                    {"identifier", "I" + id}});
  };
  auto const enrol = [&](std::string const& id, std::string const& class_, std::string const& school, std::string const& user, std::string const& role) {
    d.put("enrollments", {{"sourcedId", id},
                          {"classSourcedId", class_},
                          {"schoolSourcedId", school},
                          {"userSourcedId", user},
                          {"role", role},
                          {"primary", role == "teacher" ? "true" : ""}});
  };
  for (std::string const s : {"1", "2"}) {
    person("p" + s, "teacher", "s" + s, "Tea", "Cher" + s);
    enrol("e" + s + "_p", "c" + s, "s" + s, "p" + s, "teacher");
    for (int i = 1; i <= students; ++i) {
      auto const n = s + "_" + std::to_string(i);
      person("u" + n, "student", "s" + s, "Ada" + std::to_string(i), "Quill" + s);
      enrol("e" + n, "c" + s, "s" + s, "u" + n, "student");
      d.put("demographics", {{"sourcedId", "u" + n}, {"birthDate", "2015-05-0" + std::to_string(i % 9 + 1)}, {"sex", "female"}});
    }
  }
  return d;
}

void Runs::SetUp() {
  OnBothDatabases::SetUp();
  if (IsSkipped()) return;
  if (GetParam() == "SQLite") {
    place_.folder = data_folder_ = folder() + "/home";
  } else {
    place_.postgres_url = server();
    place_.schema = own("home");
    also_drop("home");
    also_drop("home_district_1");
  }
  reopen();
  auto const district = store::add_district(home_->operations(), "Oak", "UTC", {"a test", "2026-09-01T00:00:00Z"});
  ASSERT_TRUE(district.ok());
  district_ = *district;
}

void Runs::reopen(std::function<void(store::Database&)> opened) {
  home_.reset();
  auto place = place_;
  place.opened = std::move(opened);
  auto home = store::Home::open(place);
  ASSERT_TRUE(home.ok()) << home.trouble().text;
  home_ = std::make_unique<store::Home>(std::move(*home));
}

void Runs::TearDown() {
  home_.reset();
  OnBothDatabases::TearDown();
}

runs::Hub Runs::hub() {
  store::ServerKey::Bytes bytes{};
  bytes[0] = 7;
  return {*home_, store::ServerKey(bytes), data_folder_, 2, today, {"a test", "2026-09-01T00:00:00Z"}, runs::name_of_this_worker()};
}

void Runs::add_source(std::string const& name, store::SettingChanges settings) {
  auto const source = store::add_source(home_->operations(), district_, name, settings, {"a test", "2026-09-01T00:00:00Z"});
  ASSERT_TRUE(source.ok()) << source.trouble().text;
}

void Runs::set(std::string const& source, store::SettingChanges const& settings) {
  auto const changed = store::set_source(home_->operations(), district_, source, settings, {"a test", "2026-09-01T00:00:00Z"});
  ASSERT_TRUE(changed.ok()) << changed.trouble().text;
}

delivery::Delivery delivery_of(Files const& files) {
  std::vector<std::pair<std::string, std::string>> list(files.begin(), files.end());
  return std::move(*delivery::load_received("a delivery", std::move(list), false, 2));
}

namespace {

runs::Answer told(Result<runs::Answer> const& answer) {
  if (answer) return *answer;
  runs::Answer wrong;
  wrong.outcome = "trouble: " + answer.trouble().text;
  return wrong;
}

}  // namespace

runs::Answer Runs::sync(Files const& files, std::string const& source, std::string const& approve) {
  auto h = hub();
  auto const found = store::find_source(home_->operations(), district_, source);
  if (!found) return told(found.trouble());
  return told(runs::sync(h, district_, *found, delivery_of(files), approve));
}

runs::Answer Runs::sync_confirmed(DeliveryOf const& delivery, runs::Confirmed const& confirmed, std::string const& source) {
  auto files = delivery.files();
  files.erase("manifest.csv");
  auto const refused = sync(files, source);
  EXPECT_EQ(refused.outcome, "refused");
  auto h = hub();
  auto const queued = runs::queue_confirmed(h, district_, refused.run.value_or(0), confirmed);
  return told(runs::work_off(h, district_, "delivery", queued));
}

runs::Answer Runs::dry_run(DeliveryOf const& delivery, std::string const& source) {
  auto h = hub();
  auto const found = store::find_source(home_->operations(), district_, source);
  if (!found) return told(found.trouble());
  return told(runs::preview(h, district_, *found, delivery_of(delivery.files())));
}

runs::Answer Runs::approve(std::int64_t run, std::vector<std::string> const& except) {
  auto h = hub();
  return told(runs::approve(h, district_, run, except));
}

runs::Answer Runs::discard(std::int64_t run) {
  auto h = hub();
  return told(runs::discard(h, district_, run));
}

runs::Answer Runs::undo(std::int64_t run, bool force) {
  auto h = hub();
  return told(runs::undo(h, district_, run, force, false));
}

std::string Runs::decision_of(std::int64_t run) {
  auto const found = store::find_run(home_->operations(), district_.id, run);
  return found ? found->decision : "(none)";
}

Files Runs::exported(std::optional<std::int64_t> revision, std::string const& version, std::vector<std::string> const& schools) {
  auto h = hub();
  MemorySink sink;
  runs::ExportOptions options;
  options.revision = revision;
  options.version = version == "1.1" ? Version::V11 : Version::V12;
  options.schools = schools;
  auto const exported = runs::export_roster(h, district_, options, sink);
  EXPECT_TRUE(exported.ok()) << (exported.ok() ? "" : exported.trouble().text);
  return sink.files;
}

std::vector<std::string> Runs::ids(std::string const& table) {
  std::vector<std::string> all;
  auto const files = exported();
  auto const file = files.find(table + ".csv");
  if (file == files.end()) return all;
  auto const lines = lines_of(file->second);
  for (std::size_t i = 1; i < lines.size(); ++i) all.push_back(lines[i][0]);
  return all;
}

bool Runs::has(std::string const& table, std::string const& id) {
  auto const all = ids(table);
  return std::find(all.begin(), all.end(), id) != all.end();
}

void Runs::expect_sound() {
  auto h = hub();
  auto const verified = runs::verify(h, district_);
  ASSERT_TRUE(verified.ok());
  for (auto const& wrong : verified->wrong) ADD_FAILURE() << wrong;
}

std::string Runs::cell(std::string const& table, std::string const& id, std::string const& column) {
  auto const files = exported();
  auto const file = files.find(table + ".csv");
  if (file == files.end()) return "(none)";
  auto const lines = lines_of(file->second);
  auto const at = std::find(lines[0].begin(), lines[0].end(), column);
  EXPECT_NE(at, lines[0].end()) << column;
  for (std::size_t i = 1; i < lines.size(); ++i)
    if (lines[i][0] == id) return lines[i][static_cast<std::size_t>(at - lines[0].begin())];
  return "(none)";
}

runs::Counts counts(runs::Answer const& answer, std::string const& table) {
  for (auto const& [name, counts] : answer.tables)
    if (name == table) return counts;
  return {};
}

std::string changes(runs::Answer const& answer, std::string const& table) {
  auto const c = counts(answer, table);
  return "+" + std::to_string(c.created) + " ~" + std::to_string(c.updated) + " -" + std::to_string(c.removed);
}

bool says(runs::Answer const& answer, std::string const& words) {
  return std::any_of(answer.reasons.begin(), answer.reasons.end(), [&](auto const& reason) { return reason.find(words) != std::string::npos; });
}

bool held_for(runs::Answer const& answer, std::string const& why) {
  return std::find(answer.held_because.begin(), answer.held_because.end(), why) != answer.held_because.end();
}

}  // namespace rollbook::test
