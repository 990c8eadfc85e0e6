#include "runs/answer.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json_writer.h"
#include "report/words.h"
#include "schema/catalogue.h"

namespace rollbook::runs {
namespace {

void write(JsonWriter& json, Counts const& c) {
  json.begin_object()
      .field("created", c.created)
      .field("updated", c.updated)
      .field("unchanged", c.unchanged)
      .field("removed", c.removed)
      .field("excluded", c.excluded)
      .end_object();
}

void write(JsonWriter& json, std::string_view key, std::vector<std::string> const& texts) {
  json.key(key).begin_array();
  for (auto const& text : texts) json.value(text);
  json.end_array();
}

void write(JsonWriter& json, std::string_view key, std::map<std::string, std::uint64_t> const& numbers) {
  json.key(key).begin_object();
  for (auto const& [name, number] : numbers) json.field(name, number);
  json.end_object();
}

using Counted = std::vector<std::pair<std::string, Counts>>;

void write_counted(JsonWriter& json, std::string_view key, Counted const& counted) {
  json.key(key).begin_object();
  for (auto const& [name, counts] : counted) write(json.key(name), counts);
  json.end_object();
}

Counts counts_of(nlohmann::json const& j) {
  return {j.value("created", 0ull), j.value("updated", 0ull), j.value("unchanged", 0ull), j.value("removed", 0ull), j.value("excluded", 0ull)};
}

Counted counted_of(nlohmann::json const& j) {
  Counted all;
  for (auto const* name : {"schools", "staff", "students", "classes", "enrollments"})
    if (auto const counts = j.find(name); counts != j.end()) all.emplace_back(name, counts_of(*counts));
  return all;
}

std::string padded(std::string const& text, std::size_t width) { return text.size() < width ? std::string(width - text.size(), ' ') + text : text; }

std::string words_of(Answer const& a) {
  bool const preview = !a.run;
  if (a.outcome == "applied") return preview ? "It would be applied." : "Applied.";
  if (a.outcome == "applied_with_warnings") return preview ? "It would be applied, with warnings." : "Applied, with warnings.";
  if (a.outcome == "no_changes") return "No changes: the roster says the same already.";
  if (a.outcome == "refused") return preview ? "It would be refused." : "Refused: nothing was changed.";
  if (a.outcome == "failed") return "Failed.";
  if (a.decision == "discarded") return "Held, then discarded: nothing was changed.";
  if (a.decision == "superseded")
    return "Held, then superseded by " + (a.superseded_by ? "run " + std::to_string(*a.superseded_by) : "a later delivery") + ": nothing was changed.";
  return preview ? "It would be held, and wait for a decision." : "Held: nothing was changed, it waits for a decision.";
}

}  // namespace

std::string to_json(Answer const& a) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().field("run", a.run).field("kind", a.kind).field("district", a.district).field("source", a.source);
  json.field("digest", a.digest).field("decision", a.decision);
  if (a.superseded_by) json.field("superseded_by", a.superseded_by);
  write(json, "held_because", a.held_because);
  json.field("outcome", a.outcome).field("revision", a.revision);
  write(json, "reasons", a.reasons);
  json.key("tables").begin_object();
  for (auto const& [name, counts] : a.tables) write(json.key(name), counts);
  json.end_object();
  if (!a.counted.empty()) write_counted(json, "counted", a.counted);
  if (!a.counted_at.empty()) {
    json.key("counted_at").begin_array();
    for (auto const& school : a.counted_at) {
      json.begin_object().field("sourcedId", school.sourced_id).field("name", school.name);
      write_counted(json, "counted", school.counted);
      json.end_object();
    }
    json.end_array();
  }
  json.key("schools").begin_array();
  for (auto const& school : a.schools) {
    json.begin_object().field("sourcedId", school.sourced_id).field("name", school.name);
    if (school.held) json.field("held", true);
    json.key("tables").begin_object();
    for (auto const& [name, counts] : school.tables) write(json.key(name), counts);
    json.end_object().end_object();
  }
  json.end_array();
  json.key("withheld").begin_array();
  for (auto const& w : a.withheld) json.begin_object().field("table", w.table).field("rows", w.rows).field("why", w.why).end_object();
  json.end_array();
  json.key("kept").begin_array();
  for (auto const& k : a.kept)
    json.begin_object()
        .field("table", k.table)
        .field("sourcedId", k.sourced_id)
        .field("because_table", k.because_table)
        .field("because", k.because_id)
        .end_object();
  json.end_array();
  json.field("kept_total", a.kept_total);
  write(json, "removed_with_their_whole", a.with_their_whole);
  write(json, "rejected", a.rejected);
  write(json, "left_out", a.left_out);
  json.key("consequences").begin_object();
  for (auto const& [key, left] :
       {std::pair{"classes_without_teacher", &a.classes_without_teacher}, std::pair{"people_without_class", &a.people_without_class}}) {
    json.key(key).begin_object().field("count", left->count);
    write(json, "sourcedIds", left->sourced_ids);
    json.end_object();
  }
  write(json, "sentences", a.consequences);
  json.end_object();
  write(json, "conflicts", a.conflicts);
  json.key("counts").begin_object().field("error", a.errors).field("warning", a.warnings).field("info", a.infos).field("dependent", a.dependent).end_object();
  json.key("findings").begin_array();
  for (auto const& f : a.findings)
    json.begin_object().field("code", f.code).field("name", f.name).field("file", f.file).field("severity", f.severity).field("count", f.count).end_object();
  json.end_array();
  json.field("milliseconds", a.milliseconds).end_object();
  return out;
}

Result<Answer> from_json(std::string const& text) {
  auto const j = nlohmann::json::parse(text, nullptr, false);
  if (!j.is_object()) return Trouble{"What this run said of itself cannot be read."};
  auto const texts = [](nlohmann::json const& list) {
    std::vector<std::string> all;
    for (auto const& one : list) all.push_back(one.get<std::string>());
    return all;
  };
  auto const optional_number = [&](char const* key) {
    return j.contains(key) && j[key].is_number() ? std::optional(j[key].get<std::int64_t>()) : std::optional<std::int64_t>();
  };
  auto const none = nlohmann::json::object();
  auto const empty = nlohmann::json::array();
  Answer a;
  a.run = optional_number("run");
  a.kind = j.value("kind", "");
  a.district = j.value("district", "");
  a.source = j.value("source", "");
  a.digest = j.value("digest", "");
  if (j.contains("decision") && j["decision"].is_string()) a.decision = j["decision"].get<std::string>();
  a.superseded_by = optional_number("superseded_by");
  a.held_because = texts(j.value("held_because", empty));
  a.outcome = j.value("outcome", "");
  a.revision = optional_number("revision");
  a.reasons = texts(j.value("reasons", empty));
  auto const tables = j.value("tables", none);
  for (auto const* table : all_tables)
    if (auto const counts = tables.find(std::string(table->name)); counts != tables.end()) a.tables.emplace_back(table->name, counts_of(*counts));
  a.counted = counted_of(j.value("counted", none));
  for (auto const& school : j.value("counted_at", empty))
    a.counted_at.push_back({school.value("sourcedId", ""), school.value("name", ""), counted_of(school.value("counted", none))});
  for (auto const& school : j.value("schools", empty)) {
    Answer::SchoolAnswer one{school.value("sourcedId", ""), school.value("name", ""), {}, school.value("held", false)};
    auto const of_school = school.value("tables", none);
    for (auto const& [name, counts] : of_school.items()) one.tables[name] = counts_of(counts);
    a.schools.push_back(std::move(one));
  }
  for (auto const& w : j.value("withheld", empty)) a.withheld.push_back({w.value("table", ""), w.value("why", ""), w.value("rows", 0ull)});
  for (auto const& k : j.value("kept", empty))
    a.kept.push_back({k.value("table", ""), k.value("sourcedId", ""), k.value("because_table", ""), k.value("because", "")});
  a.kept_total = j.value("kept_total", 0ull);
  for (auto const& [key, map] :
       {std::pair{"removed_with_their_whole", &a.with_their_whole}, std::pair{"rejected", &a.rejected}, std::pair{"left_out", &a.left_out}}) {
    auto const numbers = j.value(key, none);
    for (auto const& [name, count] : numbers.items()) (*map)[name] = count.get<std::uint64_t>();
  }
  auto const consequences = j.value("consequences", none);
  for (auto const& [key, left] :
       {std::pair{"classes_without_teacher", &a.classes_without_teacher}, std::pair{"people_without_class", &a.people_without_class}}) {
    auto const one = consequences.value(key, none);
    left->count = one.value("count", 0ull);
    left->sourced_ids = texts(one.value("sourcedIds", empty));
  }
  a.consequences = texts(consequences.value("sentences", empty));
  a.conflicts = texts(j.value("conflicts", empty));
  auto const counts = j.value("counts", none);
  a.errors = counts.value("error", 0ull);
  a.warnings = counts.value("warning", 0ull);
  a.infos = counts.value("info", 0ull);
  a.dependent = counts.value("dependent", 0ull);
  for (auto const& f : j.value("findings", empty))
    a.findings.push_back({f.value("code", ""), f.value("file", ""), f.value("severity", ""), f.value("name", ""), f.value("count", 0ull)});
  a.milliseconds = j.value("milliseconds", 0ull);
  return a;
}

std::string to_text(Answer const& a) {
  std::string out = a.run                   ? "Run " + std::to_string(*a.run) + " (" + a.kind + (a.source.empty() ? "" : " of " + a.source) + "). "
                    : a.outcome == "failed" ? ""
                                            : "Preview, nothing is written. ";
  out += words_of(a) + (a.revision && a.is_applied() ? " The roster is at revision " + std::to_string(*a.revision) + "." : "") + "\n";
  auto const list_some = [&](std::vector<std::string> const& lines) {
    constexpr std::size_t most = 12;
    for (std::size_t i = 0; i < std::min(most, lines.size()); ++i) out += "  - " + visible(lines[i]) + "\n";
    if (lines.size() > most) out += "  - and " + with_separators(lines.size() - most) + " more; --format json has them all\n";
  };
  list_some(a.reasons);
  auto const& table = a.counted.empty() ? a.tables : a.counted;
  if (!table.empty()) {
    out += a.counted.empty() ? "\n                                   created   updated   removed unchanged  excluded\n"
                             : "\n                                   created   updated   removed no change    errors\n";
    for (auto const& [name, c] : table) {
      out += "  " + name + std::string(name.size() < 30 ? 30 - name.size() : 1, ' ');
      for (auto const n : {c.created, c.updated, c.removed, c.unchanged, c.excluded}) out += padded(with_separators(n), 10);
      out += '\n';
    }
  }
  auto const list = [&](std::string const& title, std::vector<std::string> const& lines) {
    if (lines.empty()) return;
    out += "\n" + title + "\n";
    list_some(lines);
  };
  std::vector<std::string> lines;
  auto const left_without = [&](Answer::LeftWithout const& left, std::string const& one, std::string const& many, std::string const& what) {
    constexpr std::size_t most = 5;
    if (left.count == 0) return;
    auto line = with_separators(left.count) + (left.count == 1 ? " " + one + " is" : " " + many + " are") + " left without a " + what + ": ";
    for (std::size_t i = 0; i < std::min(most, left.sourced_ids.size()); ++i) line += (i > 0 ? ", " : "") + left.sourced_ids[i];
    lines.push_back(line + (left.count > most ? ", …" : ""));
  };
  left_without(a.classes_without_teacher, "class", "classes", "teacher");
  left_without(a.people_without_class, "person", "people", "class");
  lines.insert(lines.end(), a.consequences.begin(), a.consequences.end());
  list("What follows from it:", lines);
  lines.clear();
  for (auto const& [table, count] : a.with_their_whole)
    lines.push_back(with_separators(count) + " " + many_of_table(table) + " go with the people and classes they belong to");
  for (auto const& w : a.withheld) lines.push_back(with_separators(w.rows) + " " + many_of_table(w.table) + " are not removed: " + w.why);
  for (auto const& k : a.kept)
    lines.push_back("the " + one_of_table(k.table) + " " + k.sourced_id + " is kept because the " + one_of_table(k.because_table) + " " + k.because_id +
                    " still refers to it");
  for (auto const& [table, count] : a.rejected)
    lines.push_back(with_separators(count) + " changes of " + many_of_table(table) + " are left out: a person has undone them, and the source still says so");
  for (auto const& [table, count] : a.left_out)
    lines.push_back(with_separators(count) + " changes of " + many_of_table(table) + " are left out until they are released");
  list("Not as the delivery says:", lines);
  list("Left alone:", a.conflicts);
  if (a.schools.size() > 0 && a.schools.size() <= 40) {
    out += "\nBy school (created / updated / removed):\n";
    for (auto const& school : a.schools) {
      out += "  " + visible(school.name) + " (" + visible(school.sourced_id) + "):";
      for (auto const& [name, c] : school.tables)
        out += " " + name + " " + with_separators(c.created) + "/" + with_separators(c.updated) + "/" + with_separators(c.removed);
      out += '\n';
    }
  } else if (!a.schools.empty()) {
    out += "\n" + with_separators(a.schools.size()) + " schools change; --format json lists them.\n";
  }
  if (!a.findings.empty()) {
    out += "\nFindings (\"rollbook explain CODE\" says more):\n";
    for (auto const& f : a.findings)
      out += "  " + f.code + " " + f.severity + " in " + (f.file.empty() ? "the delivery" : f.file) + ": " + f.name + ", " + with_separators(f.count) + "\n";
  }
  auto const held_for = [&](std::string_view why) { return std::find(a.held_because.begin(), a.held_because.end(), why) != a.held_because.end(); };
  if (held_for("paused") || held_for("suspended")) return out;  // nobody has to decide
  if (a.outcome == "held" && a.decision == "open" && a.run)
    out += "\nNext: rollbook approve " + std::to_string(*a.run) + "\n  or: rollbook discard " + std::to_string(*a.run) + "\n";
  if (!a.run && a.outcome != "refused" && a.outcome != "no_changes" && a.outcome != "failed")
    out += "\nTo apply exactly this: the same command with --approve " + a.digest + " instead of --dry-run\n";
  return out;
}

}  // namespace rollbook::runs
