// Ids of records when a revision is taken back.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

// The records that a revision gave another id: what is kept with it is "rekeyed TABLE KEY", once more for each that is called by the same id.
std::vector<std::pair<TableId, std::int64_t>> rekeyed_records(std::string_view first_of);

// When the undone revision gave records another id, they get the one they had; unless that is another's by now.
void take_back_rekey(store::Database& roster, std::string_view first_of, std::int64_t undone, std::int64_t revision, Answer& answer, std::string& digest);

}  // namespace rollbook::runs
