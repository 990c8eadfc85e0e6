// Sends what is ready: a letter to the mail server of the operator, a body to a webhook. Both tell what came of it; neither knows the outbox.
#pragma once

#include <functional>
#include <memory>

#include "letters/mail_settings.h"
#include "letters/outbox.h"

namespace rollbook::letters {

// Asked now and then while something is being sent: whether whoever sends has to end.
using Stops = std::function<bool()>;

// Keeps its connection between letters that are sent soon after each other.
class Mailer {
 public:
  explicit Mailer(Stops stops = {});
  Mailer(Mailer&&) noexcept;
  ~Mailer();

  // `message`: as letters/message.h writes it. What the server says is told on in a few words; passwords never.
  Tried send(MailSettings const& settings, std::string const& password, std::string const& to, std::string const& message);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// To a webhook: the address that is connected to is looked at, not its name; no redirect is followed, no proxy is used, and of what is answered only the
// status counts.
struct Post {
  std::string url = {}, body = {};
  std::vector<std::string> headers = {};
  bool private_addresses = false, http = false;
};
Tried push(Post const& post, Stops const& stops = {});

}  // namespace rollbook::letters
