// Many at once: the status or the grades of those who are ticked, or of all that fit a list. What it will do is shown first; it is one run, undone in one
// piece.
#include <algorithm>

#include "base/text.h"
#include "report/words.h"
#include "runs/apply.h"
#include "runs/by_hand.h"
#include "runs/edit.h"
#include "runs/look.h"
#include "runs/plan.h"
#include "schema/words.h"
#include "views/labels.h"
#include "web/asked_list.h"
#include "web/browse.h"
#include "web/by_hand.h"
#include "web/by_hand_pages.h"
#include "web/days.h"
#include "web/enrollment.h"
#include "web/parts.h"

namespace rollbook::web {
namespace {

// Each of them is read to show what will change. More than these are a matter for the source, or for several goes.
constexpr std::size_t most_at_once = 20'000, most_named = 20;
// A change of more than this share of a kind is not made by mistake alone: its number is typed.
constexpr std::uint64_t quick_percent = 10, quick_rows = 20;

class Bulk {
 public:
  Bulk(Visit& visit, store::Database& roster, RecordScope& scope, AskedList const& asked, http::Fields const& fields)
      : visit_(visit), roster_(roster), scope_(scope), asked_(asked), about_(*asked.about), labels_(roster, {}, visit.hub.today), all_(fields["all"] == "yes") {
    for (auto const* const name : {"set_status", "set_grades", "until"}) given_.emplace_back(name, std::string(trimmed(fields[name])));
    choose();
  }

  std::size_t chosen() const { return keys_.size(); }
  bool too_many() const { return too_many_; }

  // Looks at what is to be done; false when it cannot be, as it is.
  bool is_right() {
    std::optional<std::int32_t> day;
    if (!read_day(given("until"), day)) wrong_until_ = "Write the day like 2027-06-30, or leave it empty.";
    else if (day && *day < visit_.hub.today) wrong_until_ = "This day is over already.";
    auto& grades = given("set_grades");
    std::erase(grades, ' ');
    for (auto const& grade : split(grades, ','))
      if (std::find(std::begin(words::grade_words), std::end(words::grade_words), grade) == std::end(words::grade_words))
        wrong_grades_ = "Grades are codes like KG, 01 … 12, with commas between.";
    if (is_archive() && (!grades.empty() || !given("until").empty())) wrong_ = "Who is archived leaves for good, and needs no grades: empty the other fields.";
    if (grades.empty() && given("set_status").empty()) wrong_ = "Say what is to be changed.";
    return wrong_.empty() && wrong_until_.empty() && wrong_grades_.empty();
  }

  // What will change of whom.
  void preview() {
    revision_ = runs::last_revision(roster_);
    auto const& status = given("set_status");
    for (auto const key : keys_) {
      auto const row = labels_.row(about_.table(), key);
      runs::EditOfRecord edit{key, {}};
      if (about_.is_people() && (status == "active" || status == "deactivated")) add(edit, *row, "enabledUser", status == "active" ? "true" : "false");
      if (auto const& grades = given("set_grades"); !grades.empty()) add(edit, *row, "grades", grades);
      if (!edit.fields.empty()) edits_.push_back(std::move(edit));
    }
    previewed_ = true;
  }

  // Taken out of the roster: rows of users.csv rather than edits, and judged like those. False: one of them cannot be.
  bool is_archive() const { return about_.is_people() && given("set_status") == "archived"; }
  bool preview_archive() {
    std::vector<std::string> ids;
    for (auto const key : keys_) ids.push_back(labels_.id(about_.table(), key)), edits_.push_back({key, {}});
    revision_ = runs::last_revision(roster_);
    auto rows = runs::rows_to_archive(visit_.hub, *visit_.district, ids);
    if (!rows) return wrong_ = rows.trouble().text, false;
    auto judged = runs::judge_by_hand(visit_.hub, *visit_.district, std::move(*rows));
    if (!judged) return wrong_ = judged.trouble().text, false;
    archive_ = std::move(*judged);
    for (auto const& remark : archive_.remarks)
      if (remark.is_error && wrong_.empty()) wrong_ = archive_.rows[remark.row][batch::users_place("userId")] + ": " + remark.words;
    previewed_ = wrong_.empty();
    return previewed_;
  }

  // Bound to what was looked at.
  std::string digest() const {
    auto text = given("set_status") + "\n" + given("set_grades") + "\n" + given("until") + "\n" + std::to_string(revision_);
    for (auto const& edit : edits_) text += " " + std::to_string(edit.key);
    return runs::digest_text(text);
  }

  bool wants_count() const {
    auto const everybody = runs::list_records(roster_, {.kind = about_.kind, .orgs = asked_.filter.orgs}, visit_.hub.today, 0, 1).all;
    return edits_.size() > quick_rows && edits_.size() * 100 > everybody * quick_percent;
  }
  bool has_count() const {
    auto typed = std::string(visit_.form["count"]);
    std::erase_if(typed, [](char c) { return c == ',' || c == ' '; });
    return typed == std::to_string(edits_.size());
  }
  bool changes_any() const { return !edits_.empty(); }

  Result<runs::Queued> queue() const {
    if (is_archive()) return runs::queue_by_hand(visit_.hub, *visit_.district, archive_);
    return runs::queue_edits(visit_.hub, *visit_.district, about_.table(), edits_, given("until"), revision_);
  }

  View page(std::string const& wrong, int status) {
    View view{"bulk", "Change " + counted(keys_.size(), about_.one, about_.many), {}, {}, {}, {}, status};
    view.crumbs = {{std::string(about_.title), address(asked_.to(visit_), asked_.query())}};
    auto& model = view.model;
    set_tabs(visit_, model, about_.name);
    Model hidden = Model::List(), named = Model::List(), statuses = Model::List();
    for (auto const& [name, value] : asked_.query())
      if (!value.empty()) hidden.add({{"name", name}, {"value", value}});
    hidden.add({{"name", "ticked"}, {"value", joined_keys(asked_.ticked)}});
    if (all_) hidden.add({{"name", "all"}, {"value", "yes"}});
    for (std::size_t i = 0; i < std::min(edits_.size(), most_named); ++i)
      named.add({{"name", labels_.name(about_.table(), edits_[i].key)},
                 {"id", labels_.id(about_.table(), edits_[i].key)},
                 {"to", record_address(visit_, about_.table(), labels_.id(about_.table(), edits_[i].key), edits_[i].key)}});
    for (auto const& [value, label] : {std::pair{"", "Leave it as it is"},
                                       {"active", "Active"},
                                       {"deactivated", "Deactivated"},
                                       {"archived", "Archived: out of the roster and all classes"}})
      statuses.add(choice(value, label, given("set_status") == value));
    model["wrong"] = !wrong.empty() || !wrong_.empty() ? alert("danger", wrong.empty() ? wrong_ : wrong) : Model(false);
    model["here"] = asked_.to(visit_, "/change");
    model["back"] = address(asked_.to(visit_), asked_.query());
    model["has_chosen"] = !keys_.empty() && !too_many_;
    model["none"] = too_many_
                        ? empty("person", "These are too many", "At most " + with_separators(most_at_once) + " can be changed at once: take fewer by a filter.",
                                address(asked_.to(visit_), asked_.query()), "Back to the list")
                    : keys_.empty() ? empty("person", "Nothing is ticked", "Tick some rows of the list first, or change all that fit.",
                                            address(asked_.to(visit_), asked_.query()), "Back to the list")
                                    : Model(false);
    model["left_out"] = left_out_ > 0 ? counted(left_out_, "row") : "";
    model["hidden"] = std::move(hidden);
    model["is_people"] = about_.is_people();
    model["statuses"] = std::move(statuses);
    model["grades"] = part({.name = "set_grades",
                            .label = "Grades",
                            .value = given("set_grades"),
                            .hint = "Codes like KG, 01 … 12, with commas between. Empty: as they are.",
                            .wrong = wrong_grades_,
                            .autocomplete = "off",
                            .required = false});
    model["until"] = part({.name = "until",
                           .label = "Until the end of",
                           .type = "date",
                           .value = given("until"),
                           .hint = "Empty: for good.",
                           .wrong = wrong_until_,
                           .required = false});
    model["previewed"] = previewed_;
    model["changes"] = counted(edits_.size(), about_.one, about_.many);
    model["changes_any"] = changes_any();
    model["same"] = previewed_ && keys_.size() > edits_.size() ? with_separators(keys_.size() - edits_.size()) : "";
    model["named"] = std::move(named);
    model["more_named"] = edits_.size() > most_named ? with_separators(edits_.size() - most_named) : "";
    model["digest"] = previewed_ ? digest() : "";
    model["count"] = previewed_ && wants_count() ? part({.name = "count",
                                                         .label = "How many will be changed",
                                                         .hint = "These are more than " + std::to_string(quick_percent) + " % of all " +
                                                                 std::string(about_.many) + " there: type the number " + with_separators(edits_.size()) + "."})
                                                 : Model(false);
    return view;
  }

 private:
  std::string& given(std::string_view name) {
    return std::find_if(given_.begin(), given_.end(), [&](auto const& one) { return one.first == name; })->second;
  }
  std::string const& given(std::string_view name) const { return const_cast<Bulk*>(this)->given(name); }

  // Those who are asked for, are there, and are theirs to change.
  void choose() {
    std::vector<std::uint32_t> wanted(asked_.ticked.begin(), asked_.ticked.end());
    if (all_) {
      too_many_ = asked_.too_many_orgs;
      wanted.clear();
      if (!too_many_) wanted = runs::list_records(roster_, asked_.filter, visit_.hub.today, 0, most_at_once + 1).keys;
      too_many_ = too_many_ || wanted.size() > most_at_once;
    }
    if (too_many_) return;
    runs::RowsByKey rows(roster_, 0, visit_.hub.today);
    for (auto const key : wanted) {
      auto const row = rows.row(about_.table(), key);
      if (row && row->lives && scope_.may_change(about_.table(), key)) keys_.push_back(key);
      else ++left_out_;
    }
  }

  void add(runs::EditOfRecord& edit, StoredRow const& row, std::string_view field, std::string const& value) {
    auto const now = labels_.text(about_.table(), stored_index(about_.table(), field), row);
    if (now != value) edit.fields.emplace_back(std::string(field), value);
  }

  Visit& visit_;
  store::Database& roster_;
  RecordScope& scope_;
  AskedList const& asked_;
  ListAbout const& about_;
  views::Labels labels_;
  bool all_, too_many_ = false, previewed_ = false;
  std::vector<std::pair<std::string_view, std::string>> given_;
  std::vector<std::uint32_t> keys_;
  std::size_t left_out_ = 0;
  std::vector<runs::EditOfRecord> edits_;
  runs::ByHand archive_;
  std::int64_t revision_ = 0;
  std::string wrong_, wrong_grades_, wrong_until_;
};

ListAbout const& about_of(Visit const& visit) {
  for (auto const* about : {&about_staff, &about_classes})
    if (visit.head.path.find("/enrollment/" + std::string(about->name) + "/") != std::string::npos) return *about;
  return about_students;
}

}  // namespace

Answer change_many(Visit& visit) {
  auto roster = runs::open_roster(visit.hub, *visit.district);
  if (!roster) return Refusal{503};
  RecordScope scope(visit, **roster, access::Right::EnrollByHand);
  auto const asked = AskedList::of(visit, **roster, scope, about_of(visit), visit.query);
  if (!asked) return Refusal{404};
  return Bulk(visit, **roster, scope, *asked, visit.query).page("", 200);
}

Answer do_change_many(Visit& visit) {
  auto roster = runs::open_roster(visit.hub, *visit.district);
  if (!roster) return Refusal{503};
  RecordScope scope(visit, **roster, access::Right::EnrollByHand);
  auto const asked = AskedList::of(visit, **roster, scope, about_of(visit), visit.form);
  if (!asked) return Refusal{404};
  Bulk bulk(visit, **roster, scope, *asked, visit.form);
  if (bulk.chosen() == 0 || bulk.too_many() || !bulk.is_right()) return bulk.page("", 422);
  if (!bulk.is_archive()) bulk.preview();
  else if (!bulk.preview_archive()) return bulk.page("", 422);
  if ((*roster)->trouble()) return Refusal{503};
  auto const& seen = visit.form["digest"];
  if (visit.form["step"] != "apply" || !bulk.changes_any()) return bulk.page("", 200);
  if (seen != bulk.digest())
    return bulk.page("The roster has changed since you looked, or what is to be done. Nothing was done: look at what would change now.", 409);
  if (bulk.wants_count() && !bulk.has_count()) return bulk.page("That is not the number of those that would be changed. Nothing was done.", 422);
  return after(visit, bulk.queue(), address(asked->to(visit), asked->query()));
}

}  // namespace rollbook::web
