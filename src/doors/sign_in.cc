#include "doors/sign_in.h"

#include "doors/shut_out.h"
#include "store/moment.h"

namespace rollbook::doors {

Shown who_shows(store::Database& operations, std::string const& address, std::string_view name, std::string_view password, std::int64_t now, Log const& log) {
  if (auto const until = shut_until(operations, address, now); until > 0) return {std::nullopt, until};
  auto account = account_called(operations, name);
  bool const good = account && may_come_from(*account, address) && account_shut_until(operations, *account, address, now) == 0 &&
                    is_password_of(operations, *account, password);
  if (good) return {std::move(account), 0};
  count_failure(operations, address, account, now, log);
  return {};
}

void count_failure(store::Database& operations, std::string const& address, std::optional<Account> const& account, std::int64_t now, Log const& log) {
  if (auto const trouble = note_failure(operations, address, account, now)) operations.recover();
  if (shut_until(operations, address, now) > 0) log(address + " is shut out after repeated failures to sign in");
}

std::optional<Trouble> note_let_in(store::Database& operations, std::string const& address, Account const& account, std::int64_t now) {
  forget_failures(operations, address);
  auto trouble = note_sign_in(operations, account, store::moment_text(now), address);
  if (trouble) operations.recover();
  return trouble;
}

}  // namespace rollbook::doors
