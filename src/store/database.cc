#include "store/database.h"

namespace rollbook::store {

std::optional<Trouble> Database::transaction(std::function<bool()> const& work) {
  begin();
  bool const wanted = !trouble_ && work();
  if (wanted && !trouble_) commit();
  if (!wanted || trouble_) roll_back();
  return trouble_;
}

}  // namespace rollbook::store
