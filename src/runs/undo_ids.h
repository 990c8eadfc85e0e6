// Ids of records when a revision is taken back.
#pragma once

#include <memory>
#include <string>

#include "runs/answer.h"
#include "schema/catalogue.h"
#include "store/database.h"

namespace rollbook::runs {

// The ids that records had when a revision, or a later one, ended them.
class EndedIds {
 public:
  EndedIds(store::Database& roster, std::int64_t revision);
  std::string of(TableId table, std::uint32_t key);  // "" when it had none

 private:
  std::int64_t revision_;
  std::unique_ptr<store::Statement> last_;
};

// When the undone revision gave a record another id (`first_of` says which), it gets the one it had; unless that is another's by now.
void take_back_rekey(store::Database& roster, std::string const& first_of, std::int64_t undone, std::int64_t revision, Answer& answer, std::string& digest);

}  // namespace rollbook::runs
