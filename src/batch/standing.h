// What the roster has, of what an upload may touch: people, classes and who is in them, by the ids that they have today.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "batch/demographics_form.h"

namespace rollbook::batch {

inline constexpr std::string_view display_name_column = "metadata.displayName";  // of classes: OneRoster has no column for it

struct Standing {
  struct Enrollment {
    std::string id;
    std::uint32_t person = 0, class_ = 0;  // places in the lists below
    std::string primary;                   // true, false or blank
    bool is_fed = false;
  };
  struct Person {
    std::string id, role, first_name, middle_name, last_name, email, grade, user_ids;
    std::vector<std::string> schools;  // in their order
    std::vector<std::uint32_t> enrollments;
    bool is_fed = false;  // another source brings the record
  };
  struct Class {
    std::string id, school, course, term, title, display_name, grade, subject;
    std::vector<std::uint32_t> enrollments;
    bool is_fed = false;
  };
  // Somebody who was archived by an upload, and what went with them.
  using Facts = std::array<std::string, std::size(demographics_columns)>;  // as cells of demographics.csv
  struct Archived {
    struct Part {
      std::string id, class_id, role, primary;
    };
    std::vector<Part> enrollments;
    std::optional<Facts> facts;
  };

  std::vector<std::string> schools;  // ids of organizations at which somebody may be
  std::vector<std::string> school_names;
  std::vector<Person> people;
  std::vector<Class> classes;
  std::vector<Enrollment> enrollments;
  std::unordered_map<std::string, Archived> archived;  // by id
  std::unordered_map<std::uint32_t, Facts> facts;      // by the person's place; only where somebody asked for them
  std::unordered_map<std::string, std::string> former_people, former_classes;  // an id that is nobody's today → what its record is called today
  std::string feed;                                    // name of the source that feeds the district; "" when none does
};

// {district:D-1},{state:9} and state → 9; "" when there is none.
std::string secondary_id(std::string_view user_ids, std::string_view type);

}  // namespace rollbook::batch
