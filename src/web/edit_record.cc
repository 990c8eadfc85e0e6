// A record is edited by hand: a form with its fields, judged at each field by the rules of the check. What somebody else changed meanwhile is told, and
// nothing of it is overwritten.
#include <algorithm>
#include <charconv>
#include <set>

#include "base/text.h"
#include "report/words.h"
#include "runs/apply.h"
#include "runs/check_edit.h"
#include "runs/edit.h"
#include "runs/look.h"
#include "runs/near_ids.h"
#include "runs/plan.h"
#include "runs/typed.h"
#include "views/labels.h"
#include "web/browse.h"
#include "web/by_hand.h"
#include "web/by_hand_pages.h"
#include "web/days.h"
#include "web/parts.h"
#include "web/record_scope.h"
#include "web/secondary_ids.h"

namespace rollbook::web {
namespace {

constexpr std::size_t first_of_a_form = 3;  // sourcedId, status and dateLastModified are nobody's to set

struct Entry {
  std::size_t column = 0;
  Field const* field = nullptr;
  std::string now;   // what the record says
  std::string said;  // what its source says, where somebody has set it by hand
  bool edited = false, locked = false;
  std::string entered, wrong, hint;
};

class EditForm {
 public:
  EditForm(Visit& visit, store::Database& roster, ChangedByHand const& record)
      : visit_(visit),
        roster_(roster),
        record_(record),
        table_(table_of(record.table)),
        scope_(visit, roster, access::Right::EnrollByHand),
        labels_(roster, {}, visit.hub.today),
        revision_(runs::last_revision(roster)),
        version_(runs::version_of_record(roster, record.table, record.key)) {
    read_entries();
  }

  // What the form says, instead of what the record says.
  void take_form() {
    for (auto& entry : entries_)
      if (visit_.form.has(entry.field->name) && !entry.locked) entry.entered = std::string(trimmed(visit_.form[entry.field->name]));
    if (auto* const ids = secondary()) ids->entered = user_ids_of(visit_.form, ids->now);
    until_ = std::string(trimmed(visit_.form["until"]));
  }

  // What is another value now than the visitor was shown. False: nothing is.
  bool find_changed() {
    std::int64_t seen = -1;
    auto const given = visit_.form["seen"];
    std::from_chars(given.data(), given.data() + given.size(), seen);
    if (seen < 1 || seen > revision_) return false;
    runs::RowsByKey then(roster_, seen, visit_.hub.today), now(roster_, 0, visit_.hub.today);
    auto const before = then.row(record_.table, record_.key);
    if (!before) return false;
    for (auto const column : runs::changed_since(then, now, record_.table, record_.key))
      for (auto& entry : entries_) {
        if (entry.column != column) continue;
        auto const shown = labels_.text(record_.table, column, before->cells);
        changed_.add({{"label", field_in_words(entry.field->name)}, {"then", entry.locked ? "" : shown}, {"now", entry.locked ? "" : entry.now}});
        if (entry.entered == shown) entry.entered = entry.now;  // they had not touched it
      }
    return !changed_.get<Model::List>()->empty();
  }

  bool says_something_else() const {
    return std::any_of(entries_.begin(), entries_.end(), [](Entry const& entry) { return entry.entered != entry.now; });
  }

  // Looks at what was entered; false when it cannot be saved as it is.
  bool is_right() {
    for (auto& entry : entries_)
      if (entry.entered != entry.now) look_at(entry);
    std::optional<std::int32_t> day;
    if (!read_day(until_, day)) until_wrong_ = "Write the day like 2027-06-30, or leave it empty.";
    else if (day && *day < visit_.hub.today) until_wrong_ = "This day is over already.";
    if (has_wrong()) return false;
    ask_the_rules();
    return !has_wrong() && (warnings_.empty() || visit_.form["told"] == digest_of_warnings());
  }

  runs::EditRequest request() const {
    runs::EditRequest request{std::string(table_.name), record_.id, {}, until_, revision_};
    for (auto const& entry : entries_)
      if (entry.entered != entry.now) request.fields.emplace_back(entry.field->name, entry.entered);
    return request;
  }

  View page() {
    View view{"record_edit", "Edit " + (record_.name.empty() ? record_.id : record_.name)};
    auto const back = record_address(visit_, record_.table, record_.id, record_.key);
    view.crumbs = {{record_.name.empty() ? record_.id : record_.name, back}};
    Model fields = Model::List(), warnings = Model::List();
    for (auto const& entry : entries_) {
      if (entry.field->name == "userIds") add_secondary(fields, entry);
      else fields.add(model_of(entry));
    }
    for (auto const& warning : warnings_) warnings.add({{"text", warning}});
    auto& model = view.model;
    model["kind"] = table_.one;
    model["id"] = record_.id;
    model["to"] = edit_address(visit_, record_.table, record_.id, record_.key);
    model["back"] = back;
    model["seen"] = revision_;
    model["wrong"] = has_wrong() ? alert("danger", "Nothing was saved: look at the fields that are marked.") : Model(false);
    model["has_changed"] = !changed_.get<Model::List>()->empty();
    model["changed"] = changed_;
    model["has_warnings"] = !warnings_.empty();
    model["warnings"] = std::move(warnings);
    model["told"] = warnings_.empty() ? "" : digest_of_warnings();
    model["fields"] = std::move(fields);
    model["until"] = part({.name = "until",
                           .label = "Until the end of",
                           .type = "date",
                           .value = until_,
                           .hint = "What you change holds up to this day, then what the source says counts again. Empty: for good.",
                           .wrong = until_wrong_,
                           .required = false});
    return view;
  }

 private:
  void read_entries() {
    auto const row = runs::RowsByKey(roster_, 0, visit_.hub.today).row(record_.table, record_.key);
    auto const versions = runs::base_of(roster_, record_.table, record_.key);
    auto const* const base = runs::in_force(versions, 0);
    std::set<std::size_t> edited;
    for (auto const& edit : runs::edits_of_record(roster_, record_.table, record_.key, 0, visit_.hub.today)) edited.insert(edit.column);
    auto const& columns = stored_columns(record_.table);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      auto const& field = table_.fields[columns[i].field];
      if (columns[i].field < first_of_a_form || !row || (!is_in(field.in, version_) && row->cells.is_null(i))) continue;
      Entry entry{i, &field, labels_.text(record_.table, i, row->cells), "", edited.count(i) > 0, false, "", "", ""};
      if (columns[i].as == Stored::Key || columns[i].as == Stored::Keys)
        for (auto const key : keys_in(row->cells, i, columns[i].as)) entry.locked = entry.locked || !scope_.may_see(field.refers_to, key);
      if (entry.edited && base != nullptr && (field.refers_to == TableId::None || scope_.all())) entry.said = labels_.text(record_.table, i, base->row);
      entry.hint = hint_of(entry, row->cells);
      entry.entered = entry.now;
      entries_.push_back(std::move(entry));
    }
  }

  std::string hint_of(Entry const& entry, StoredRow const& row) {
    auto const as = stored_columns(record_.table)[entry.column].as;
    std::string hint;
    if (entry.locked) return "It names records of schools that are not yours: whoever may change those may change this.";
    if (as == Stored::Key || as == Stored::Keys) {
      std::string names;
      for (auto const key : keys_in(row, entry.column, as))
        if (auto const& name = labels_.name(entry.field->refers_to, key); !name.empty()) names.append(names.empty() ? "" : ", ").append(name);
      hint = (as == Stored::Keys ? "Ids, with commas between." : "An id.") + (names.empty() ? "" : " Now: " + names + ".");
    } else if (entry.field->type == Type::TypedIds) {
      hint = "Like {library:4711},{bus:12}.";
    } else if (entry.field->type == Type::StringList) {
      hint = entry.field->name == "grades" ? "Codes like KG, 01 … 12, with commas between." : "With commas between.";
    }
    if (entry.edited)
      hint += std::string(hint.empty() ? "" : " ") + "Set by hand; the source says " + (entry.said.empty() ? "nothing" : "“" + entry.said + "”") + ".";
    return hint;
  }

  void look_at(Entry& entry) {
    if (std::any_of(entry.entered.begin(), entry.entered.end(), [](unsigned char c) { return c < 0x20; })) {
      entry.wrong = "A line break or another control character cannot stand in a value.";
      return;
    }
    if (entry.field->name == "userIds" && std::any_of(secondary_ids.begin(), secondary_ids.end(), [&](auto const& one) {
          return visit_.form[one.field].find_first_of("{}:,") != std::string_view::npos;
        })) {
      entry.wrong = "In an id of the state, the district or the SIS stand none of { } : and commas.";
      return;
    }
    auto value = runs::typed(roster_, table_, entry.column, entry.entered);
    entry.wrong = std::move(value.wrong);
    if (entry.wrong.empty() && value.value && entry.field->refers_to != TableId::None)
      for (auto const& key : split(*value.value, ' '))
        if (!scope_.may_see(entry.field->refers_to, static_cast<std::uint32_t>(std::strtoul(key.c_str(), nullptr, 10))))
          entry.wrong = "One of these is not of your schools, or not there.";
  }

  void ask_the_rules() {
    runs::WrittenRecord before{record_.id, {}}, after{record_.id, {}};
    for (auto const& entry : entries_) {
      before.fields.emplace_back(entry.field->name, entry.now);
      after.fields.emplace_back(entry.field->name, entry.entered);
    }
    for (auto const& remark : runs::remarks_on_edit(table_, version_, visit_.hub.today, before, after)) {
      auto const text = remark.message + (remark.fix.empty() ? "" : " " + remark.fix);
      auto const at = std::find_if(entries_.begin(), entries_.end(), [&](Entry const& entry) { return entry.field->name == remark.field; });
      if (at != entries_.end() && remark.severity == Severity::Error) at->wrong = text;
      else warnings_.push_back(field_in_words(remark.field) + ": " + remark.message);
    }
    for (auto const& entry : entries_) {
      if (entry.entered == entry.now) continue;
      if (runs::is_taken(roster_, visit_.hub.today, record_.table, record_.key, entry.field->name, entry.entered))
        warnings_.push_back(field_in_words(entry.field->name) + ": somebody else in the district has this one already.");
      if (entry.field->privacy == Privacy::Identifier && runs::has_social_security_number(entry.entered))
        warnings_.push_back(field_in_words(entry.field->name) + ": this looks like a US social security number, which must not be used as an identifier.");
    }
  }

  bool has_wrong() const {
    return !until_wrong_.empty() || std::any_of(entries_.begin(), entries_.end(), [](Entry const& entry) { return !entry.wrong.empty(); });
  }

  std::string digest_of_warnings() const {
    std::string all;
    for (auto const& warning : warnings_) all += warning + "\n";
    return runs::digest_text(all).substr(0, 16);
  }

  Model model_of(Entry const& entry) const {
    auto const label = field_in_words(entry.field->name);
    if (entry.locked) return {{"locked", Model{{"label", label}, {"hint", entry.hint}}}, {"choose", false}, {"input", false}};
    auto const choices = choices_of(entry);
    auto const of_field = part({.name = entry.field->name,
                                .label = label,
                                .type = entry.field->type == Type::Date ? "date" : "text",
                                .value = entry.entered,
                                .hint = entry.hint,
                                .wrong = entry.wrong,
                                .autocomplete = "off",
                                .required = false});
    if (choices.empty()) return {{"locked", false}, {"choose", false}, {"input", of_field}};
    Model list = Model::List();
    for (auto const& [value, words] : choices) list.add(choice(value, words, value == entry.entered));
    auto choose = of_field;
    choose["choices"] = std::move(list);
    return {{"locked", false}, {"choose", std::move(choose)}, {"input", false}};
  }

  // Ids elsewhere: three of them as fields of their own.
  Entry* secondary() {
    auto const at = std::find_if(entries_.begin(), entries_.end(), [](Entry const& entry) { return entry.field->name == "userIds"; });
    return at == entries_.end() ? nullptr : &*at;
  }
  void add_secondary(Model& fields, Entry const& entry) const {
    auto const add = [&](std::string_view name, std::string_view label, std::string value, std::string hint, std::string wrong) {
      fields.add({{"locked", false},
                  {"choose", false},
                  {"input", part({.name = name,
                                  .label = label,
                                  .value = std::move(value),
                                  .hint = std::move(hint),
                                  .wrong = std::move(wrong),
                                  .autocomplete = "off",
                                  .required = false})}});
    };
    for (auto const& one : secondary_ids) add(one.field, one.label, secondary_id(entry.entered, one.type), "", "");
    add("userIds", "Other ids elsewhere", other_ids(entry.entered), entry.hint, entry.wrong);
  }

  std::vector<std::pair<std::string, std::string>> choices_of(Entry const& entry) const {
    std::vector<std::pair<std::string, std::string>> choices;
    if (entry.field->type == Type::Boolean) choices = {{"true", "yes"}, {"false", "no"}};
    if (entry.field->type == Type::Enum)
      for (std::size_t i = 0; i < entry.field->words->words.size(); ++i)
        if (entry.field->words->has(i, version_)) choices.emplace_back(entry.field->words->words[i], entry.field->words->words[i]);
    if (choices.empty()) return choices;
    auto const is_choice = [&](std::string const& value) {
      return std::any_of(choices.begin(), choices.end(), [&](auto const& one) { return one.first == value; });
    };
    choices.insert(choices.begin(), {"", "blank"});
    for (auto const* const value : {&entry.now, &entry.entered})
      if (!is_choice(*value)) choices.emplace_back(*value, *value);
    return choices;
  }

  Visit& visit_;
  store::Database& roster_;
  ChangedByHand const& record_;
  Table const& table_;
  RecordScope scope_;
  views::Labels labels_;
  std::int64_t revision_;
  Version version_;
  std::vector<Entry> entries_;
  Model changed_ = Model::List();
  std::vector<std::string> warnings_;
  std::string until_, until_wrong_;
};

constexpr char const* not_there = "There is no such record in the roster, or it is not yours to change.";

}  // namespace

Answer edit_record(Visit& visit) {
  if (visit.query["table"].empty()) return Redirect{visit.in_district("browse")};
  auto roster = runs::open_roster(visit.hub, *visit.district);
  if (!roster) return Refusal{503};
  auto const record = record_to_change(visit, **roster);
  if (!record) return Refusal{404, not_there};
  if (!note_view(visit, record->table, record->id)) return Refusal{503};
  return EditForm(visit, **roster, *record).page();
}

Answer save_record(Visit& visit) {
  if (visit.query["table"].empty()) return Redirect{visit.in_district("browse")};
  auto roster = runs::open_roster(visit.hub, *visit.district);
  if (!roster) return Refusal{503};
  auto const record = record_to_change(visit, **roster);
  if (!record) return Refusal{404, not_there};
  EditForm form(visit, **roster, *record);
  form.take_form();
  auto const answer_with = [&](int status) {
    if (!note_view(visit, record->table, record->id)) return Answer(Refusal{503});
    auto view = form.page();
    view.status = status;
    return Answer(std::move(view));
  };
  if (form.find_changed()) return answer_with(409);
  auto const to = record_address(visit, record->table, record->id, record->key);
  if (!form.says_something_else()) return Redirect{to, "Nothing was changed: all fields say what they said."};
  if (!form.is_right()) return answer_with(422);
  if ((*roster)->trouble()) return Refusal{503};
  return after(visit, runs::queue_edit(visit.hub, *visit.district, form.request()), to);
}

}  // namespace rollbook::web
