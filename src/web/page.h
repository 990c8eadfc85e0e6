// What a page is made of: a visit comes in, an answer goes out. One file per page; each says what it shows as a Model, and never prints HTML itself.
#pragma once

#include <memory>
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

class Live;

// Of the roster: what somebody keeps their pages to.
struct ChosenSchool {
  std::int64_t key = 0;
  std::string id, name;
};

// Who asks for what. Made by the portal, which has already looked whether they may: a page only has to keep to what `standing` says of organizations.
struct Visit {
  http::Head const& head;
  http::Fields query = {}, form = {};   // of the address, and of a posted form whose CSRF token was right
  std::vector<std::string> parts = {};  // what stood for the {names} of the route's pattern, decoded

  std::optional<access::Account> account = {};
  access::Standing standing = {};
  std::optional<access::Session> session = {};
  std::optional<store::District> district = {};  // of the route; its id has been compared with the standing
  std::optional<ChosenSchool> school = {};       // that they keep to, of those they may see: web/chosen_school.h
  bool narrowed = false;                         // what the page shows was kept to it

  runs::Hub& hub;               // of this thread: databases, key, today in the district's time zone, the account as actor
  std::int64_t now = 0;         // seconds since 1970
  std::string csrf = {};        // what every form of this visitor has to send back, as `csrf`
  bool csrf_checked = false;    // an upload whose token was not in its head has to compare its first field with it
  bool secure = false;          // over TLS
  std::string format = "html";  // or "json", "csv": how the answer is going to be dressed
  bool whole_page = true;       // htmx asks for less

  Live* live = nullptr;              // runs as they go on: web/live.h
  std::uint64_t most_to_upload = 0;  // bytes at once

  std::vector<std::string> set_cookies = {};  // told to the browser with the answer

  // The number that stands at a place of the route, or -1 when there is none.
  std::int64_t number(std::size_t part) const;
  // "/districts/3" and what follows: addresses of this district's pages.
  std::string in_district(std::string_view rest = {}) const;
};

// A table as people download it; also what a spreadsheet opens, so texts of reports are protected against formulas, values of rosters never altered.
struct Sheet {
  std::string name;  // of the file, without .csv
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
  bool roster_values = false;
  std::string noted = "list downloaded", about = {};  // in the audit log; about: how much of what, its name and number of rows when empty
};

// A link: on the way to a page, or to what can be done next.
struct Link {
  std::string title, to;
};

// A page, in three dresses: HTML (template `ui/pages/NAME.html` within the frame; alone when htmx asks), `.json`, and `.csv` where there is a sheet.
struct View {
  std::string page, title;
  Model model = {};
  std::optional<Sheet> sheet = {};
  std::vector<Link> crumbs = {};    // between the section and this page
  std::optional<Link> action = {};  // the one thing to do next, beside the title
  int status = 200;
};

struct Redirect {
  std::string to;         // a path of ours
  std::string said = {};  // told once on the page that follows
};

// It cannot be: 404 for what is not there (or not theirs: the same), 403 for what may not be done, 400, 409, …
struct Refusal {
  int status = 404;
  std::string what = {}, how = {};  // sentences: what is wrong, and what to do; the portal has words for the usual ones
};

using Answer = std::variant<View, Redirect, Refusal, http::Response>;

// What takes a body that is too long for memory, piece by piece. The visit outlives it.
class Taker {
 public:
  virtual ~Taker() = default;
  virtual std::optional<Answer> take(std::string_view bytes) = 0;  // an answer ends it early
  virtual Answer finish() = 0;
};

struct Route {
  std::string_view method;             // GET also answers HEAD, and ADDRESS.json and ADDRESS.csv
  std::string_view pattern;            // /districts/{district}/history/{run}
  std::optional<access::Right> right;  // none: for everybody, signed in or not
  Answer (*answer)(Visit& visit) = nullptr;
  bool everywhere = false;                                   // the right must be held at the district itself, not only at one of its schools
  std::unique_ptr<Taker> (*upload)(Visit& visit) = nullptr;  // instead of `answer`
};

}  // namespace rollbook::web
