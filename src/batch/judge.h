// What the roster has to say of the people and classes that an upload names: who is unknown, who comes from elsewhere, whose id has changed.
//
// Nobody becomes somebody else by likeness alone: an id is corrected where an e-mail address of one person only, and every other value, are the same; whatever
// is less than that is an error that says whom the row resembles. Where everything is the same but nobody has an address, a person may say that the two are
// one.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "batch/to_oneroster.h"

namespace rollbook::batch {

inline constexpr std::uint32_t no_place = 0xffffffff;

class Judge {
 public:
  Judge(std::string_view text, UsersFile& file, Standing const& standing, SamePeople const& same);

  // Adds to the remarks of the file, and leaves out rows with errors. Returns ids that have changed.
  std::vector<Correction> run();

  // Places in the lists of the roster; no_place.
  std::uint32_t person_called(std::string_view id) const;
  std::uint32_t class_called(std::string_view id) const;
  Standing::Enrollment const* enrollment(std::string_view person, std::string_view class_) const;  // null: there is none

  static std::string_view grade(std::string_view text);

 private:
  using Rows = std::vector<std::uint32_t>;
  using Places = std::vector<std::uint32_t>;

  void judge_person(Rows const& rows);
  void judge_newcomer(Rows const& rows, std::string const& id);
  bool look_for_similar_id(Rows const& rows, std::string const& id);
  void judge_class_of(std::uint32_t row);
  bool is_same(Rows const& rows, Standing::Person const& person);
  bool is_in_file(Standing::Person const& person) const;
  void correct(Rows const& rows, std::uint32_t person, std::string id);
  void say(Rows const& rows, What what, std::size_t column, std::string_view name = {});
  std::string text(std::uint32_t row, std::size_t column);

  UsersFile& file_;
  Standing const& standing_;
  SamePeople const& same_;
  CellReader cells_;
  std::unordered_map<std::string_view, std::uint32_t> people_, classes_;
  std::unordered_map<std::string, Places> by_plain_id_, by_email_, by_name_;
  std::unordered_map<std::string, bool> ids_in_file_;
  struct Corrected {
    std::uint32_t person;
    std::string to;
    Rows rows;
  };
  std::vector<Corrected> corrected_;
};

}  // namespace rollbook::batch
