// Who is in a class, and in which classes somebody is: seen and changed from both sides, several at once. Behind it are rows of users.csv (runs/by_hand.h).
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>
#include <tuple>

#include "base/text.h"
#include "report/words.h"
#include "runs/by_hand.h"
#include "runs/look.h"
#include "runs/search_index.h"
#include "views/related.h"
#include "web/browse.h"
#include "web/by_hand.h"
#include "web/by_hand_pages.h"
#include "web/parts.h"
#include "web/record_scope.h"

namespace rollbook::web {
namespace {

constexpr std::size_t most_members = 500, most_to_add = 50;
constexpr int longest_wait_ms = 2000, look_again_ms = 25;

constexpr char const* not_there = "There is no such record in the roster, or it is not yours to change.";

struct Member {
  std::uint32_t key = 0;
  std::string id, name, role;
  bool is_primary = false;
};

class Members {
 public:
  Members(Visit& visit, store::Database& roster, ChangedByHand const& record)
      : visit_(visit),
        roster_(roster),
        record_(record),
        is_class_(record.table == TableId::Classes),
        others_(is_class_ ? TableId::Users : TableId::Classes),
        scope_(visit, roster, access::Right::EnrollByHand),
        labels_(roster, {}, visit.hub.today) {}

  std::string here() const { return edit_address(visit_, record_.table, record_.id, record_.key, "members"); }

  View page(std::string const& wrong) {
    wait_for_the_index();
    auto const name = record_.name.empty() ? record_.id : record_.name;
    View view{"class_members", (is_class_ ? "People of " : "Classes of ") + name};
    if (!wrong.empty()) view.status = 422;
    view.crumbs = {{name, record_address(visit_, record_.table, record_.id, record_.key)}};
    auto& model = view.model;
    auto const members = read_members();
    Model rows = Model::List();
    for (auto const& one : members)
      rows.add({{"key", one.key},
                {"id", one.id},
                {"name", one.name},
                {"role", one.role},
                {"primary", one.is_primary},
                {"may_lead", is_class_ && one.role == "teacher" && !one.is_primary},
                {"to", record_address(visit_, others_, one.id, one.key)}});
    model["wrong"] = wrong.empty() ? Model(false) : alert("danger", wrong);
    model["saved"] = saved_;
    model["here"] = here();
    model["is_class"] = is_class_;
    model["has_rows"] = !members.empty();
    model["count"] = with_separators(all_);
    model["more"] = all_ > members.size();
    model["rows"] = std::move(rows);
    model["none"] = members.empty() ? empty(is_class_ ? "person" : "browse", is_class_ ? "Nobody is in this class" : "They are in no class",
                                            is_class_ ? "Search for people below, and add them." : "Search for classes below, and add them to these.")
                                    : Model(false);
    show_search(model, members);
    model["table"] = table_of(record_.table).name;
    model["id"] = record_.id;
    model["key"] = record_.key;
    model["goes"] = is_class_ ? "End this class" : "Archive this person";
    return view;
  }

  void note_saved(Model saved) { saved_ = std::move(saved); }

  // What the form asks for, as rows; a sentence when it asks for nothing that can be.
  Result<std::vector<batch::UsersCells>> asked() {
    auto const what = visit_.form["lead"].empty() ? visit_.form["do"] : std::string_view("lead");
    auto& hub = visit_.hub;
    auto const& district = *visit_.district;
    if (what == "archive") return is_class_ ? runs::rows_to_end(hub, district, {record_.id}) : runs::rows_to_archive(hub, district, {record_.id});
    std::vector<runs::Membership> who;
    auto const keys = what == "lead" ? std::vector{visit_.form["lead"]} : visit_.form.every("member");
    for (auto const given : keys) {
      std::string const text(given);
      auto const key = static_cast<std::uint32_t>(std::strtoul(text.c_str(), nullptr, 10));
      if (text.empty() || !scope_.may_see(others_, key) || labels_.id(others_, key).empty())
        return Trouble{"One of those ticked is not there any more, or not yours."};
      auto const& other = labels_.id(others_, key);
      who.push_back(is_class_ ? runs::Membership{other, record_.id} : runs::Membership{record_.id, other});
    }
    if (who.empty()) return Trouble{"Nothing is ticked: tick whom it is about first."};
    if (who.size() > most_members) return Trouble{"At most 500 can be changed at once."};
    if (what == "add") return runs::rows_for(hub, district, runs::Joining::Join, who);
    if (what == "remove") return runs::rows_for(hub, district, runs::Joining::Leave, who);
    if (what == "lead" && is_class_) return runs::rows_for(hub, district, runs::Joining::Lead, who);
    return Trouble{"Say what is to be done: add, remove or make somebody the primary teacher."};
  }

 private:
  // The lists follow the roster within a moment; who has just changed them wants to see it.
  void wait_for_the_index() const {
    for (int waited = 0; waited < longest_wait_ms && runs::index_state(roster_).is_behind(); waited += look_again_ms)
      std::this_thread::sleep_for(std::chrono::milliseconds(look_again_ms));
  }

  std::vector<Member> read_members() {
    auto const may_see = scope_.filter();
    auto const list = views::related_list(
        roster_, labels_, TableId::Enrollments, is_class_ ? "classSourcedId" : "userSourcedId", record_.table, record_.key, 0, most_members,
        may_see ? may_see : [](TableId, std::uint32_t) { return true; });
    all_ = list.all;
    static auto const role = stored_index(TableId::Enrollments, "role"), primary = stored_index(TableId::Enrollments, "primary");
    std::vector<Member> members;
    for (auto const& one : list.rows) {
      auto const row = labels_.row(TableId::Enrollments, one.key);
      if (!row) continue;
      members.push_back({one.to_key, labels_.id(others_, one.to_key), labels_.name(others_, one.to_key), row->is_null(role) ? "" : std::string(row->text(role)),
                         !row->is_null(primary) && row->number(primary) != 0});
    }
    auto const rank = [](Member const& one) { return std::tuple(one.role != "teacher", !one.is_primary, one.name, one.id); };
    std::sort(members.begin(), members.end(), [&](Member const& a, Member const& b) { return rank(a) < rank(b); });
    return members;
  }

  void show_search(Model& model, std::vector<Member> const& members) {
    auto const words = std::string(trimmed(visit_.query["q"]));
    Model found = Model::List();
    std::size_t count = 0;
    if (!words.empty()) {
      auto const result = runs::search(roster_, words, scope_.search());
      for (auto const& in : result.tables) {
        if (in.table != others_) continue;
        for (auto const key : in.keys) {
          if (count >= most_to_add) break;
          if (!scope_.may_see(others_, key)) continue;
          auto const row = labels_.row(others_, key);
          if (!row) continue;
          bool const is_in = std::any_of(members.begin(), members.end(), [&](Member const& one) { return one.key == key; });
          found.add({{"key", key},
                     {"id", labels_.id(others_, key)},
                     {"name", labels_.name(others_, key)},
                     {"detail", views::detail_of(others_, *row)},
                     {"is_in", is_in}});
          ++count;
        }
      }
    }
    model["q"] = words;
    model["searched"] = !words.empty();
    model["has_found"] = count > 0;
    model["found_many"] = count >= most_to_add;
    model["found"] = std::move(found);
  }

  Visit& visit_;
  store::Database& roster_;
  ChangedByHand const& record_;
  bool is_class_;
  TableId others_;
  RecordScope scope_;
  views::Labels labels_;
  Model saved_ = false;
  std::uint64_t all_ = 0;
};

bool has_members(TableId table) { return table == TableId::Classes || table == TableId::Users; }

}  // namespace

Answer class_members(Visit& visit) {
  if (visit.query["table"].empty()) return Redirect{visit.in_district("browse")};
  auto saved = saved_note(visit);
  auto roster = runs::open_roster(visit.hub, *visit.district);
  if (!roster) return Refusal{503};
  auto const record = record_to_change(visit, **roster);
  if (!record || !has_members(record->table)) return Refusal{404, not_there};
  if (!note_view(visit, record->table, record->id)) return Refusal{503};
  Members members(visit, **roster, *record);
  members.note_saved(std::move(saved));
  return members.page("");
}

Answer change_class_members(Visit& visit) {
  if (visit.query["table"].empty()) return Redirect{visit.in_district("browse")};
  auto roster = runs::open_roster(visit.hub, *visit.district);
  if (!roster) return Refusal{503};
  auto const record = record_to_change(visit, **roster);
  if (!record || !has_members(record->table)) return Refusal{404, not_there};
  Members members(visit, **roster, *record);
  auto const rows = members.asked();
  if (!rows) return members.page(rows.trouble().text);
  auto const judged = runs::judge_by_hand(visit.hub, *visit.district, *rows);
  if (!judged) return Refusal{503};
  for (auto const& remark : judged->remarks)
    if (remark.is_error) return members.page(judged->rows[remark.row][batch::users_place("userId")] + ": " + remark.words);
  bool const goes = visit.form["do"] == "archive";
  return after(visit, runs::queue_by_hand(visit.hub, *visit.district, *judged),
               goes ? visit.in_district(record->table == TableId::Classes ? "enrollment/classes" : "enrollment/students") : members.here());
}

// Of a person who is not in the roster any more: record_to_change knows those who are.
Answer restore_person(Visit& visit) {
  std::string const id(visit.query["id"]);
  if (id.empty()) return Redirect{visit.in_district("browse")};
  auto const rows = runs::rows_to_restore(visit.hub, *visit.district, {id});
  if (!rows) return Refusal{409, rows.trouble().text, "Nothing was changed. Look for them among the records."};
  auto const judged = runs::judge_by_hand(visit.hub, *visit.district, *rows);
  if (!judged) return Refusal{503};
  for (auto const& remark : judged->remarks)
    if (remark.is_error) return Refusal{409, remark.words, "Nothing was changed."};
  return after(visit, runs::queue_by_hand(visit.hub, *visit.district, *judged), visit.in_district("enrollment/students"));
}

}  // namespace rollbook::web
