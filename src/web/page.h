// What a page is made of: a visit comes in, an answer goes out. One file per page; each says what it shows as a Model, and never prints HTML itself.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "access/sessions.h"
#include "http/forms.h"
#include "http/http.h"
#include "runs/work.h"
#include "store/districts.h"
#include "web/model.h"

namespace rollbook::web {

// Who asks for what. Made by the portal, which has already looked whether they may: a page only has to keep to `scope`.
struct Visit {
  http::Head const& head;
  http::Fields query, form;        // of the address, and of a posted form whose CSRF token was right
  std::vector<std::string> parts;  // what stood for the {names} of the route's pattern, decoded

  std::optional<access::Account> account;
  access::Standing standing;
  std::optional<access::Session> session;
  std::optional<store::District> district;  // of the route; its id has been compared with the standing

  runs::Hub& hub;        // of this thread: databases, key, today in the district's time zone, the account as actor
  std::int64_t now = 0;  // seconds since 1970
};

// A table as people download it; also what a spreadsheet opens, so texts of reports are protected against formulas, values of rosters never altered.
struct Sheet {
  std::string name;  // of the file, without .csv
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
  bool roster_values = false;
};

// A page, in three dresses: HTML (template `ui/pages/NAME.html` within the frame; alone when htmx asks), `.json`, and `.csv` where there is a sheet.
struct View {
  std::string page, title;
  Model model;
  std::optional<Sheet> sheet;
  int status = 200;
};

struct Redirect {
  std::string to;    // a path of ours
  std::string said;  // told once on the page that follows; ""
};

// It cannot be: 404 for what is not there (or not theirs: the same), 403 for what may not be done, 400, 409, …
struct Refusal {
  int status = 404;
  std::string what, how;  // sentences: what is wrong, and what to do
};

using Answer = std::variant<View, Redirect, Refusal, http::Response>;

// What takes a body that is too long for memory: an upload.
using Upload = std::unique_ptr<http::Exchange> (*)(Visit& visit);

struct Route {
  std::string_view method;             // GET also answers HEAD, and ADDRESS.json and ADDRESS.csv
  std::string_view pattern;            // /districts/{district}/history/{run}
  std::optional<access::Right> right;  // none: for everybody, signed in or not
  bool everywhere = false;             // the right must be held at the district itself, not only at one of its schools
  Answer (*answer)(Visit& visit) = nullptr;
  Upload upload = nullptr;  // instead
};

}  // namespace rollbook::web
