// The HTTP door: PUT /doors/{account}/{file} with the account's password, for scripts. A file goes piece by piece into the same zone as by SFTP, under a name
// that waits, and gets its own when all of it is there. Whatever else is asked goes to the app behind it.
#pragma once

#include <map>
#include <mutex>

#include "doors/sign_in.h"
#include "doors/zones.h"
#include "http/http.h"
#include "store/home.h"

namespace rollbook::doors {

struct HttpDoorOptions {
  store::HomePlace place;
  std::shared_ptr<Zones> zones;
  std::size_t most_at_once = 100, most_of_account = 10;
  std::function<std::int64_t()> now = {};  // seconds since 1970
  Log log = {};
  std::function<void()> on_arrived = {};
};

class HttpDoor : public http::App {
 public:
  static Result<std::unique_ptr<HttpDoor>> open(HttpDoorOptions options, http::App& behind);
  std::unique_ptr<http::Exchange> begin(http::Head const& head) override;

 private:
  friend class Arrival;
  HttpDoor(HttpDoorOptions options, http::App& behind) : options_(std::move(options)), behind_(behind) {}

  HttpDoorOptions const options_;
  http::App& behind_;
  std::mutex databases_;  // one connection for all senders: each asks it for a moment, before its file
  std::optional<store::Home> home_;
  std::mutex seats_mutex_;
  std::map<std::int64_t, std::size_t> seats_;  // by source: how many send now
};

// Where senders reach it, https://rollbook.example.org, as it was opened last; "": it never was.
std::string http_door_address(store::Database& operations);
std::optional<Trouble> keep_http_door_address(store::Database& operations, std::string const& address);

}  // namespace rollbook::doors
