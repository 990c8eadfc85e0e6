// From what a page says to what is sent: HTML within the frame, JSON, CSV, a redirect, a page on what cannot be.
#pragma once

#include "web/assets.h"
#include "web/page.h"
#include "web/templates.h"

namespace rollbook::web {

class Answers {
 public:
  Answers(Templates const& templates, Assets const& assets) : templates_(templates), assets_(assets) {}

  http::Response dress(Visit& visit, Answer answer) const;

 private:
  http::Response show(Visit& visit, View const& view) const;
  http::Response refuse(Visit& visit, Refusal refusal) const;
  http::Response send_on(Visit& visit, Redirect const& redirect) const;

  Templates const& templates_;
  Assets const& assets_;
};

// What stands on everything that leaves the portal.
void protect(http::Response& response, bool secure);

}  // namespace rollbook::web
