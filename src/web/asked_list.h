// Which of the students, staff or classes somebody asks for: by words, filters and an order; and which of them they have ticked, over pages.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "runs/record_list.h"
#include "web/address.h"
#include "web/organizations.h"
#include "web/page.h"
#include "web/record_scope.h"

namespace rollbook::web {

struct ListAbout {
  runs::ListKind kind;
  std::string_view name, title, one, many;
  TableId table() const { return runs::table_of_list(kind); }
  bool is_people() const { return kind != runs::ListKind::Classes; }
};
inline constexpr ListAbout about_students{runs::ListKind::Students, "students", "Students", "student", "students"};
inline constexpr ListAbout about_staff{runs::ListKind::Staff, "staff", "Staff", "person", "people"};
inline constexpr ListAbout about_classes{runs::ListKind::Classes, "classes", "Classes", "class", "classes"};

class AskedList {
 public:
  // By the address, or by a form that says the same. Nothing: it names a school that is not theirs.
  static std::optional<AskedList> of(Visit& visit, store::Database& roster, RecordScope& scope, ListAbout const& about, http::Fields const& fields);

  std::string const& text(std::string_view name) const;
  bool is_filtered() const;
  std::string to(Visit const& visit, std::string_view below = {}) const;
  // What was asked for, with one thing another, as the query of an address or as hidden fields.
  Query query(std::string_view name = {}, std::string const& value = {}) const;

  ListAbout const* about = nullptr;
  runs::ListFilter filter;
  std::uint64_t from = 0;
  std::vector<Organization> schools;  // to choose from
  bool too_many_orgs = false;         // for one question: they have to choose
  bool more_fit = false;              // the words than are listed
  std::vector<std::string> not_found;
  std::size_t left = 0;  // of a list of ids that was too long

  std::set<std::uint32_t> ticked;
  bool too_many_ticked = false;

 private:
  void read_ticks(http::Fields const& fields);
  bool restrict_orgs(Visit& visit, store::Database& roster);
  void search(store::Database& roster, RecordScope& scope);

  std::vector<std::pair<std::string_view, std::string>> asked_;
};

// Keys with spaces between, as forms carry them.
std::string joined_keys(std::set<std::uint32_t> const& keys);

}  // namespace rollbook::web
