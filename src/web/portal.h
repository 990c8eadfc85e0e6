// The portal: from a request to a page. Sessions, rights, districts, forms and headers are looked after here, so that a page only says what it shows.
#pragma once

#include <functional>
#include <memory>

#include "http/http.h"
#include "store/home.h"
#include "store/server_key.h"
#include "web/limits.h"
#include "web/live.h"

namespace rollbook::web {

struct PortalOptions {
  store::HomePlace place;
  store::ServerKey key;
  unsigned workers = 1;        // threads of what a page computes
  std::string ui_folder = {};  // templates and styles are read from there at each request; "": those in the program
  bool strict = false;         // a name in a template that its page does not set is an error, not an empty place
  Limits::Rate per_address{1200, 200}, per_session{400, 60};
  std::function<std::int64_t()> now = {};     // milliseconds since 1970; the clock's by default
  std::uint64_t most_to_upload = 8ull << 30;  // bytes of a delivery; what is unpacked from a zip has limits of its own
  std::function<void()> on_queued = {};       // a page has put something into the queue
};

class Portal : public http::App {
 public:
  // Trouble when the home cannot be opened, or has another key.
  static Result<std::unique_ptr<Portal>> open(PortalOptions options);

  // For the workers of this process to say how far they have come.
  virtual Live& live() = 0;
};

}  // namespace rollbook::web
