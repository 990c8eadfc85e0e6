// rollbook serve: the portal and the workers behind it, until they are told to stop.
#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <mutex>

#include "access/accounts.h"
#include "cli/commands.h"
#include "cli/hub_commands.h"
#include "doors/folders.h"
#include "doors/http_door.h"
#include "doors/server.h"
#include "doors/takers.h"
#include "http/certificate.h"
#include "http/server.h"
#include "letters/mail_settings.h"
#include "letters/post_office.h"
#include "runs/workers.h"
#include "store/server_facts.h"
#include "views/local_time.h"
#include "views/wall_clock.h"
#include "web/letter_dress.h"
#include "web/portal.h"
#include "web/pulse.h"

namespace rollbook::cli {
namespace {

constexpr std::int64_t a_day = 24 * 60 * 60;
constexpr std::string_view loopback_urls[] = {"http://127.0.0.1", "http://[::1]", "http://localhost"};

struct Listen {
  std::string host;
  std::uint16_t port = 0;
};

// "127.0.0.1:8080", "[::1]:8080"
std::optional<Listen> read_listen(std::string const& text) {
  auto const colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return std::nullopt;
  Listen listen{text.substr(0, colon), 0};
  auto const digits = std::string_view(text).substr(colon + 1);
  auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), listen.port);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  auto const six = listen.host.front() == '[' && listen.host.back() == ']';
  if (six) listen.host = listen.host.substr(1, listen.host.size() - 2);
  else if (listen.host.find(':') != std::string::npos) return std::nullopt;
  return listen;
}

bool is_loopback(std::string const& host) { return host.starts_with("127.") || host == "::1" || host == "localhost"; }

std::string address_of(Listen const& listen, std::uint16_t port, bool tls) {
  auto const host = listen.host.find(':') == std::string::npos ? listen.host : "[" + listen.host + "]";
  return (tls ? "https://" : "http://") + host + ":" + std::to_string(port);
}

std::string environment(char const* name) {
  auto const* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// The first key that a home sees is remembered before anything needs it.
std::optional<Trouble> settle_key(store::Database& operations, store::ServerKey const& key) {
  if (auto trouble = store::check_server_key(operations, key)) return trouble;
  std::optional<Trouble> kept;
  if (auto trouble = operations.transaction([&] {
        kept = store::keep_server_key(operations, key);
        return !kept;
      }))
    return trouble;
  return kept;
}

// The way in for whoever is to operate the server, as long as nobody does.
void tell_first_link(store::Database& operations, std::string const& address) {
  if (access::has_any_operator(operations)) return;
  auto const link = access::make_link(operations, "first-operator", std::nullopt, std::time(nullptr), a_day, actor());
  if (!link) return void(std::fprintf(stderr, "%s\n", link.trouble().text.c_str()));
  std::printf("Nobody operates this server yet. Open this link within 24 hours; it works once:\n  %s/welcome/%s\n", address.c_str(), link->c_str());
}

// Who does what is queued. `portal` is told how far it has come.
runs::WorkersOptions workers_of(store::HomePlace const& place, store::ServerKey const& key, unsigned threads, web::Portal& portal) {
  runs::WorkersOptions options{.place = place, .key = key, .threads = threads};
  options.now = [] { return static_cast<std::int64_t>(std::time(nullptr)); };
  options.day_in = views::day_in;
  options.clock_in = views::wall_clock;
  options.on_progress = [&portal](std::int64_t run, runs::Progress const& progress) { portal.live().note(run, progress); };
  options.on_over = [&portal](std::int64_t run) { portal.live().note_over(run); };
  options.on_trouble = [](std::string const& what) { std::fprintf(stderr, "workers: %s\n", what.c_str()); };
  return options;
}

// Who tells people and programs what has happened.
letters::PostOptions post_of(store::HomePlace const& place, store::ServerKey const& key) {
  letters::PostOptions options{.place = place, .key = key};
  options.dress = [folder = environment("ROLLBOOK_UI")](letters::Words const& words) { return web::dress_letter(words, folder); };
  options.now = [] { return static_cast<std::int64_t>(std::time(nullptr)); };
  options.on_trouble = [](std::string const& what) { std::fprintf(stderr, "letters: %s\n", what.c_str()); };
  return options;
}

std::int64_t clock_now() { return std::time(nullptr); }

// Scripts send a password there.
bool is_door_address(std::string const& url) {
  auto const stays_here = std::any_of(std::begin(loopback_urls), std::end(loopback_urls), [&](auto here) {
    return url.starts_with(here) && (url.size() == here.size() || url[here.size()] == ':' || url[here.size()] == '/');
  });
  return letters::is_web_address(url, !stays_here);
}

// The folder in which files arrive; nothing when no door is to be opened.
Result<std::shared_ptr<doors::Zones>> open_landing(store::HomePlace const& place, ServeArguments const& given) {
  if (!given.sftp_host.empty() && given.sftp.empty()) return Trouble{"--sftp-host belongs to --sftp."};
  if (given.sftp.empty() && given.http_door.empty() && !given.watch_folders)
    return given.landing.empty() ? Result<std::shared_ptr<doors::Zones>>(nullptr) : Trouble{"--landing belongs to --sftp, --http-door and --watch-folders."};
  if (!given.http_door.empty() && !is_door_address(given.http_door))
    return Trouble{"--http-door wants the address by which scripts reach this portal, beginning with https://: they send a password."};
  if (given.landing.empty() && !place.postgres_url.empty())
    return Trouble{"With a PostgreSQL database a door needs --landing: a folder of this machine in which files arrive."};
  return doors::Zones::open(given.landing.empty() ? place.folder + "/landing" : given.landing);
}

// Scripts send to the port of the portal, so this door stands before it; it rings when somebody is there who takes what arrives.
struct HttpDoor {
  std::unique_ptr<doors::HttpDoor> door;
  std::mutex mutex = {};
  doors::Takers* takers = nullptr;

  void ring() {
    std::lock_guard const lock(mutex);
    if (takers != nullptr) takers->wake();
  }
  void hears(doors::Takers* who) {
    std::lock_guard const lock(mutex);
    takers = who;
  }
};

std::optional<Trouble> open_http_door(HttpDoor& all, store::HomePlace const& place, std::shared_ptr<doors::Zones> const& zones, ServeArguments const& given,
                                      http::App& portal, store::Database& operations) {
  if (given.http_door.empty()) return std::nullopt;
  doors::HttpDoorOptions options{.place = place, .zones = zones};
  options.now = clock_now;
  options.log = [](std::string const& line) { std::fprintf(stderr, "http door: %s\n", line.c_str()); };
  options.on_arrived = [&all] { all.ring(); };
  auto door = doors::HttpDoor::open(std::move(options), portal);
  if (!door) return door.trouble();
  all.door = std::move(*door);
  auto address = given.http_door;
  while (address.ends_with('/')) address.pop_back();
  return doors::keep_http_door_address(operations, address);
}

// Who takes what arrives, and the SFTP door. In this order they begin, and end the other way round.
struct Doors {
  std::unique_ptr<doors::Takers> takers;
  std::unique_ptr<doors::Server> server;
};

Result<Doors> open_doors(store::HomePlace const& place, store::ServerKey const& key, std::shared_ptr<doors::Zones> const& zones, unsigned threads,
                         ServeArguments const& given, std::function<void()> on_queued, store::Database& operations) {
  Doors all;
  if (zones == nullptr) return all;
  doors::TakersOptions takers{.place = place, .key = key, .zones = zones, .watch_folders = given.watch_folders, .threads = threads};
  if (given.watch_folders)
    if (auto trouble = doors::keep_folders_are_watched(operations)) return *trouble;
  takers.now = clock_now;
  takers.day_in = views::day_in;
  takers.on_queued = std::move(on_queued);
  takers.on_trouble = [](std::string const& what) { std::fprintf(stderr, "doors: %s\n", what.c_str()); };
  all.takers = std::make_unique<doors::Takers>(std::move(takers));
  if (given.sftp.empty()) return all;
  auto const listen = read_listen(given.sftp);
  if (!listen) return Trouble{"--sftp wants an address and a port, like 0.0.0.0:2022 or [::]:2022, not \"" + given.sftp + "\"."};
  doors::ServerOptions options{.place = place, .key = key, .zones = zones, .address = listen->host, .port = listen->port};
  options.now = clock_now;
  options.log = [](std::string const& line) { std::fprintf(stderr, "sftp: %s\n", line.c_str()); };
  options.on_left = [takers_of = all.takers.get()] { takers_of->wake(); };
  auto server = doors::Server::start(std::move(options));
  if (!server) return server.trouble();
  all.server = std::move(*server);
  auto const host = !given.sftp_host.empty() ? given.sftp_host : listen->host == "0.0.0.0" || listen->host == "::" ? "" : listen->host;
  if (auto trouble = doors::keep_door_address(operations, {host, all.server->port()})) return *trouble;
  std::printf("The SFTP door is open on %s:%d\n", listen->host.c_str(), int{all.server->port()});
  return all;
}

void wait_for_the_end(sigset_t const& signals) {
  int which = 0;
  ::sigwait(&signals, &which);
  std::printf("Stopping: what is being answered comes to its end.\n");
}

}  // namespace

int run_serve(HubArguments const& arguments, ServeArguments const& given) {
  auto const listen = read_listen(given.listen);
  if (!listen) return complain("--listen wants an address and a port, like 127.0.0.1:8080 or [::1]:8080, not \"" + given.listen + "\".");
  if (given.tls_cert.empty() != given.tls_key.empty()) return complain("--tls-cert and --tls-key belong together; name both, or none.");
  auto const proxies = http::Proxies::of(given.behind_proxy);
  if (!proxies) return complain("--behind-proxy: " + proxies.trouble().text);
  auto const place = place_of(arguments);
  if (!place) return complain(place.trouble().text);
  ::umask(077);  // rosters are for their owner

  // Before any thread begins, so that all of them leave these signals to wait_for_the_end.
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGTERM);
  ::sigaddset(&signals, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);

  auto home = store::Home::open(*place);
  if (!home) return complain(home.trouble().text);
  auto const key = store::ServerKey::load(folder_of(arguments));
  if (!key) return complain(key.trouble().text);
  if (auto const trouble = settle_key(home->operations(), *key)) return complain(trouble->text);

  auto const threads = threads_or_all(given.threads);
  std::atomic<runs::Workers*> at_work = nullptr;
  web::PortalOptions pages{
      .place = *place, .key = *key, .workers = threads, .ui_folder = environment("ROLLBOOK_UI"), .strict = !environment("ROLLBOOK_STRICT").empty()};
  pages.on_queued = [&at_work] {
    if (auto* const workers = at_work.load()) workers->wake();
  };
  web::pulse().set({[&at_work]() -> std::optional<runs::WorkersState> {
                      if (auto* const workers = at_work.load()) return workers->state();
                      return std::nullopt;
                    },
                    given.tls_cert.empty() ? "" : http::end_of_certificate(given.tls_cert)});
  auto const most_to_upload = pages.most_to_upload;
  auto portal = web::Portal::open(std::move(pages));
  if (!portal) return complain(portal.trouble().text);
  auto const landing = open_landing(*place, given);
  if (!landing) return complain(landing.trouble().text);
  HttpDoor http_door;
  if (auto const trouble = open_http_door(http_door, *place, *landing, given, **portal, home->operations())) return complain(trouble->text);
  http::ServerOptions options;
  options.max_body = most_to_upload + (2 << 20);  // what is larger by little is told by the page itself
  options.address = listen->host;
  options.port = listen->port;
  options.proxies = *proxies;
  options.tls_cert = given.tls_cert;
  options.tls_key = given.tls_key;
  options.on_broken = [](std::string const& what) { std::fprintf(stderr, "server: %s\n", what.c_str()); };
  auto server = http::Server::start(options, http_door.door ? static_cast<http::App&>(*http_door.door) : **portal);
  if (!server) return complain(server.trouble().text);

  // Workers that make runs in the background are to begin here, and to be stopped behind the server: until then a run is made by whoever asks for it.

  auto const tls = !given.tls_cert.empty();
  auto const address = address_of(*listen, (*server)->port(), tls);
  std::printf("Rollbook listens on %s\n", address.c_str());
  if (!tls && !is_loopback(listen->host) && proxies->any())
    std::printf("Note: nobody but the proxy should reach this address: whoever does speaks without TLS.\n");
  else if (!tls && !is_loopback(listen->host))
    std::printf("Warning: others can reach this address, and without --tls-cert and --tls-key everybody on the way reads along, passwords included.\n");
  tell_first_link(home->operations(), address);
  std::fflush(stdout);

  letters::PostOffice const post_office(post_of(*place, *key));
  runs::Workers workers(workers_of(*place, *key, threads, **portal));
  at_work = &workers;
  std::string why_no_door;
  {
    auto const doors = open_doors(
        *place, *key, *landing, threads, given, [&workers] { workers.wake(); }, home->operations());
    std::fflush(stdout);
    if (doors) {
      http_door.hears(doors->takers.get());
      wait_for_the_end(signals);
      http_door.hears(nullptr);
    } else {
      why_no_door = doors.trouble().text;
    }
  }
  workers.begin_to_end();
  server->reset();
  web::pulse().set({});
  at_work = nullptr;
  return why_no_door.empty() ? exit_fine : complain(why_no_door);
}

}  // namespace rollbook::cli
