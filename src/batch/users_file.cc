#include "batch/users_file.h"

#include "batch/read_rows.h"
#include "batch/users_form.h"
#include "batch/users_row.h"
#include "batch/users_together.h"

namespace rollbook::batch {

UsersFile read_users_file(std::string_view text, std::span<std::string const> schools, Looking const& looking) {
  Schools const known(schools, looking.seed);
  auto file = read_rows<UsersRow>(text, users_form, looking, [&](Header const& header) { return RowLook(header, known, looking.seed); });
  if (!file.refusal.empty()) return file;
  compare_rows(text, file, looking);
  file.settle();
  return file;
}

}  // namespace rollbook::batch
