// People and classes that are made by hand, and who is in which class. What is asked becomes rows of users.csv, which are judged and run as an upload is: the
// same rules, the same history and undo (docs/decisions/0021-by-hand-is-a-small-upload.md). The operator's switch for Batch Upload does not matter here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "batch/write_users.h"
#include "runs/queue.h"

namespace rollbook::runs {

struct HandRemark {
  std::size_t row = 0;
  std::string_view column;  // a header of users.csv
  bool is_error = false;
  std::string words;  // what is wrong, and what to do
};

struct ByHand {
  std::vector<batch::UsersCells> rows;
  std::vector<HandRemark> remarks;
  bool is_right() const;
};

// What is wrong with these rows. Nothing is kept.
Result<ByHand> judge_by_hand(Hub& hub, store::District const& district, std::vector<batch::UsersCells> rows);

// They become a run. Trouble where one of them is wrong.
Result<Queued> queue_by_hand(Hub& hub, store::District const& district, ByHand const& judged);

// The rows that say what is asked. People and classes by their ids; trouble when one of them is not there, or users.csv has no word for them.
struct Membership {
  std::string person, class_;
};
enum class Joining : unsigned char { Join, Leave, Lead };  // Lead: of the teachers of the class, this one is the primary one
Result<std::vector<batch::UsersCells>> rows_for(Hub& hub, store::District const& district, Joining what, std::vector<Membership> const& who);
// A class that is new, as `class_` says in its columns of the class, with these people in it. There is no class without people: users.csv names it beside them.
Result<std::vector<batch::UsersCells>> rows_for_new_class(Hub& hub, store::District const& district, batch::UsersCells const& class_,
                                                          std::vector<std::string> const& people);
Result<std::vector<batch::UsersCells>> rows_to_archive(Hub& hub, store::District const& district, std::vector<std::string> const& people);
Result<std::vector<batch::UsersCells>> rows_to_restore(Hub& hub, store::District const& district, std::vector<std::string> const& people);
Result<std::vector<batch::UsersCells>> rows_to_end(Hub& hub, store::District const& district, std::vector<std::string> const& classes);

}  // namespace rollbook::runs
