// A student, somebody of the staff or a class is added by hand: a form of the columns that users.csv has for it, judged by the rules of an upload.
#include <algorithm>

#include "base/text.h"
#include "runs/batch_kind.h"
#include "runs/by_hand.h"
#include "runs/look.h"
#include "runs/plan.h"
#include "runs/search.h"
#include "schema/words.h"
#include "views/labels.h"
#include "web/asked_list.h"
#include "web/by_hand.h"
#include "web/by_hand_pages.h"
#include "web/enrollment.h"
#include "web/organizations.h"
#include "web/parts.h"
#include "web/record_scope.h"

namespace rollbook::web {
namespace {

using batch::users_place;

constexpr std::size_t most_people_to_choose = 500;

struct Asked {
  std::string_view column, label, hint = {};
  bool required = false;
};
constexpr Asked of_a_student[] = {{"schoolId", "School", "", true},
                                  {"userId", "Id", "Unique in the district: A-Z a-z 0-9 . - _ / @. Case and leading zeros count.", true},
                                  {"userFirstName", "First name", "", true},
                                  {"userMiddleName", "Middle name"},
                                  {"userLastName", "Last name", "", true},
                                  {"userGrade", "Grade", "", true},
                                  {"userEmail", "E-mail"},
                                  {"userDistrictId", "Id in the district"},
                                  {"userStateId", "Id in the state"}};
constexpr Asked of_staff[] = {
    {"schoolId", "School", "", true},
    {"userId", "Id", "Unique in the district: A-Z a-z 0-9 . - _ / @. Case and leading zeros count.", true},
    {"userRole", "Role", "What the person is in the roster. It neither gives nor takes a way to sign in here: that is under Members.", true},
    {"userFirstName", "First name", "", true},
    {"userMiddleName", "Middle name"},
    {"userLastName", "Last name", "", true},
    {"userEmail", "E-mail", "", true},
    {"userDistrictId", "Id in the district"},
    {"userStateId", "Id in the state"}};
constexpr Asked of_a_class[] = {{"schoolId", "School", "", true},
                                {"classId", "Id", "Unique in the district: A-Z a-z 0-9 . - _ / @. Case and leading zeros count.", true},
                                {"className", "Name", "", true},
                                {"classDisplayName", "Name as others are to see it"},
                                {"classGrade", "Grade"},
                                {"classSubject", "Subject"},
                                {"userId", "Teacher", "A class has at least one person in it. The others are added on its own page, by name.", true}};

class AddForm {
 public:
  AddForm(Visit& visit, store::Database& roster, ListAbout const& about)
      : visit_(visit), roster_(roster), about_(about), scope_(visit, roster, access::Right::EnrollByHand) {
    for (auto& organization : organizations_of(visit))
      if (scope_.may_see(TableId::Orgs, static_cast<std::uint32_t>(organization.key))) schools_.push_back(std::move(organization));
    if (about.kind == runs::ListKind::Students) cells_[users_place("userRole")] = "student";
    if (about.kind == runs::ListKind::Staff) cells_[users_place("userRole")] = "teacher";
    if (schools_.size() == 1) cells_[users_place("schoolId")] = schools_.front().id;
  }

  // Students come from where the others come from.
  bool is_open() const { return !schools_.empty() && feed().empty(); }

  void take_form() {
    for (auto const& one : asked()) cell(one.column) = std::string(trimmed(visit_.form[one.column]));
  }

  // Looks at what was entered; false when it cannot be saved as it is, or there is something to be looked at first.
  Result<bool> is_right() {
    auto const is_theirs = [&](Organization const& one) { return one.id == cell("schoolId"); };
    if (std::none_of(schools_.begin(), schools_.end(), is_theirs)) wrong_["schoolId"] = "Choose one of your schools.";
    auto const own = about_.is_people() ? "userId" : "classId";
    if (!cell(own).empty() && runs::record_called(roster_, about_.table(), cell(own)))
      wrong_[own] = "This id belongs to another " + std::string(about_.one) + " already.";
    if (about_.kind == runs::ListKind::Classes && cell("classId").empty()) wrong_["classId"] = "A class needs an id.";
    if (about_.kind == runs::ListKind::Classes && cell("userId").empty()) wrong_["userId"] = "Name somebody who is in the class.";
    if (!wrong_.empty()) return false;
    auto judged = judge();
    if (!judged) return judged.trouble();
    if (!*judged) return false;
    for (auto const& remark : judged_.remarks) {
      auto const asks = std::any_of(asked().begin(), asked().end(), [&](Asked const& one) { return one.column == remark.column; });
      auto words = in_words_of_the_form(remark.words);
      if (remark.is_error && asks) wrong_.emplace(remark.column, std::move(words));
      else if (std::find(told_.begin(), told_.end(), words) == told_.end()) told_.push_back(std::move(words));
    }
    return wrong_.empty() && judged_.is_right() && (told_.empty() || visit_.form["told"] == digest());
  }

  Result<runs::Queued> queue() const { return runs::queue_by_hand(visit_.hub, *visit_.district, judged_); }

  View page(int status) {
    View view{"add_by_hand", about_.kind == runs::ListKind::Classes ? "Add a class" : about_.kind == runs::ListKind::Staff ? "Add staff" : "Add a student"};
    view.status = status;
    auto const list = visit_.in_district("enrollment/" + std::string(about_.name));
    view.crumbs = {{std::string(about_.title), list}};
    auto& model = view.model;
    set_tabs(visit_, model, about_.name);
    Model fields = Model::List(), told = Model::List();
    for (auto const& one : asked()) fields.add(model_of(one));
    for (auto const& words : told_) told.add({{"text", words}});
    model["to"] = list + "/new";
    model["back"] = list;
    model["none"] = is_open() ? Model(false)
                    : !feed().empty()
                        ? empty("person", "Students come from " + feed(),
                                "They are added in that system, and come with its next delivery. Staff and classes that it does not have can be added here.")
                        : empty("rosters", "There is no school yet", "Who operates the server adds one: \"rollbook organization add NAME --id ID\".");
    model["is_open"] = is_open();
    model["wrong"] = wrong_.empty() ? Model(false) : alert("danger", "Nothing was saved: look at the fields that are marked.");
    model["has_told"] = wrong_.empty() && !told_.empty();
    model["told_words"] = std::move(told);
    model["told"] = told_.empty() ? "" : digest();
    model["fields"] = std::move(fields);
    return view;
  }

 private:
  std::span<Asked const> asked() const {
    switch (about_.kind) {
      case runs::ListKind::Students:
        return of_a_student;
      case runs::ListKind::Staff:
        return of_staff;
      case runs::ListKind::Classes:
        return of_a_class;
    }
    return {};
  }

  // The source that brings the students of the district; "" when none does.
  std::string feed() const {
    if (about_.kind != runs::ListKind::Students) return "";
    auto const sources = store::list_sources(visit_.hub.home.operations(), *visit_.district);
    auto brings = roster_.prepare("SELECT 1 FROM users WHERE row_source = ? AND row_until IS NULL LIMIT 1");
    for (auto const& source : sources ? *sources : std::vector<store::Source>()) {
      if (source.kind == runs::batch_kind || !source.is_active()) continue;
      bool const any = brings->with(source.id).step();
      brings->reset();
      if (any) return source.name;
    }
    return "";
  }

  static std::size_t place(std::string_view header) {
    std::size_t at = 0;
    while (batch::users_columns[at].header != header) ++at;
    return at;
  }
  std::string& cell(std::string_view header) { return cells_[place(header)]; }

  // What is said of a column of a file, of a field.
  std::string in_words_of_the_form(std::string words) const {
    for (auto const& one : asked())
      for (auto at = words.find(one.column); at != std::string::npos; at = words.find(one.column, at + one.label.size()))
        words.replace(at, one.column.size(), "“" + std::string(one.label) + "”");
    constexpr std::string_view command = " (rollbook rekey)";
    if (auto const at = words.find(command); at != std::string::npos) words.erase(at, command.size());
    return words;
  }

  Result<bool> judge() {
    std::vector<batch::UsersCells> rows = {cells_};
    if (about_.kind == runs::ListKind::Classes) {
      auto const& id = cell("userId");
      auto const key = runs::record_called(roster_, TableId::Users, id);
      if (!key || !scope_.may_see(TableId::Users, *key)) {
        wrong_["userId"] = "There is nobody with this id, or not at your schools.";
        return false;
      }
      auto made = runs::rows_for_new_class(visit_.hub, *visit_.district, cells_, {id});
      if (!made) {
        wrong_["userId"] = made.trouble().text;
        return false;
      }
      rows = std::move(*made);
    }
    auto judged = runs::judge_by_hand(visit_.hub, *visit_.district, std::move(rows));
    if (!judged) return judged.trouble();
    judged_ = std::move(*judged);
    return true;
  }

  std::string digest() const {
    std::string all;
    for (auto const& words : told_) all += words + "\n";
    for (auto const& one : cells_) all += one + "\n";
    return runs::digest_text(all).substr(0, 16);
  }

  std::vector<std::pair<std::string, std::string>> choices_of(Asked const& one) const {
    std::vector<std::pair<std::string, std::string>> choices;
    auto const blank = [&](char const* words) { choices.emplace_back("", words); };
    if (one.column == "schoolId") {
      if (schools_.size() > 1) blank("Choose …");
      for (auto const& school : schools_) choices.emplace_back(school.id, school.name + " (" + school.id + ")");
    } else if (one.column == "userRole") {
      choices = {{"teacher", "Teacher"}, {"administrator", "Administrator"}};
    } else if (one.column == "userGrade" || one.column == "classGrade") {
      blank(one.required ? "Choose …" : "None in particular");
      for (auto const word : words::grade_words) choices.emplace_back(word, word);
    } else if (one.column == "userId" && !about_.is_people()) {
      choices = people_to_choose();
    }
    return choices;
  }

  Model model_of(Asked const& one) {
    auto const wrong = wrong_.find(one.column);
    auto of_field = part({.name = one.column,
                          .label = one.label,
                          .value = cell(one.column),
                          .hint = std::string(one.hint),
                          .wrong = wrong == wrong_.end() ? "" : wrong->second,
                          .autocomplete = "off",
                          .required = one.required});
    auto const choices = choices_of(one);
    if (choices.empty()) return {{"choose", false}, {"input", of_field}};
    Model list = Model::List();
    for (auto const& [value, words] : choices) list.add(choice(value, words, value == cell(one.column)));
    of_field["choices"] = std::move(list);
    return {{"choose", of_field}, {"input", false}};
  }

  // Of the staff; none where they are too many for a list: then an id is typed.
  std::vector<std::pair<std::string, std::string>> people_to_choose() const {
    std::vector<std::pair<std::string, std::string>> people;
    runs::ListFilter filter{.kind = runs::ListKind::Staff};
    if (!scope_.all()) {
      filter.orgs.emplace();
      for (auto const& school : schools_) filter.orgs->push_back(static_cast<std::uint32_t>(school.key));
      if (filter.orgs->size() > runs::most_orgs_of_a_list) return people;
    }
    auto const page = runs::list_records(roster_, filter, visit_.hub.today, 0, most_people_to_choose);
    if (page.keys.empty() || page.all > page.keys.size()) return people;
    views::Labels labels(roster_, {}, visit_.hub.today);
    people.emplace_back("", "Choose …");
    for (auto const key : page.keys) {
      auto const& id = labels.id(TableId::Users, key);
      people.emplace_back(id, labels.name(TableId::Users, key) + " (" + id + ")");
    }
    return people;
  }

  Visit& visit_;
  store::Database& roster_;
  ListAbout const& about_;
  RecordScope scope_;
  std::vector<Organization> schools_;
  batch::UsersCells cells_;
  std::map<std::string_view, std::string> wrong_;
  std::vector<std::string> told_;
  runs::ByHand judged_;
};

ListAbout const& about_of(Visit const& visit) {
  auto const& path = visit.head.path;
  return path.find("/enrollment/classes/") != std::string::npos ? about_classes
         : path.find("/enrollment/staff/") != std::string::npos ? about_staff
                                                                : about_students;
}

}  // namespace

Answer add_by_hand(Visit& visit) {
  auto roster = runs::open_roster(visit.hub, *visit.district);
  if (!roster) return Refusal{503};
  return AddForm(visit, **roster, about_of(visit)).page(200);
}

Answer save_by_hand(Visit& visit) {
  auto roster = runs::open_roster(visit.hub, *visit.district);
  if (!roster) return Refusal{503};
  auto const& about = about_of(visit);
  AddForm form(visit, **roster, about);
  form.take_form();
  auto const right = form.is_right();
  if (!right || (*roster)->trouble()) return Refusal{503};
  if (!*right) return form.page(422);
  return after(visit, form.queue(), visit.in_district("enrollment/" + std::string(about.name)));
}

}  // namespace rollbook::web
