// /healthz and /metrics: for programs that watch the server. Numbers of the server alone: no names, no districts but how many, nobody's data.
#include "web/metrics.h"

#include <array>
#include <charconv>
#include <cmath>

#include "access/metrics_token.h"
#include "base/version.h"
#include "store/measures.h"
#include "web/operator_pages.h"
#include "web/pulse.h"

namespace rollbook::web {
namespace {

http::Response plain(int status, std::string body, std::string_view type = "text/plain; charset=utf-8") {
  return {status, {{"content-type", std::string(type)}, {"cache-control", "no-store"}}, std::move(body), {}, {}};
}

void tell_requests(Exposition& out, Pulse const& pulse) {
  auto const answers = pulse.answers();
  out.family("rollbook_requests_total", "counter", "Requests answered by this process, by the class of their status.");
  constexpr std::array<std::string_view, 6> classes{"", "1xx", "2xx", "3xx", "4xx", "5xx"};
  std::uint64_t all = 0;
  for (std::size_t i = 1; i < classes.size(); ++i) out.sample(static_cast<double>(answers.by_class[i]), {{"class", classes[i]}});
  out.family("rollbook_request_seconds", "histogram", "Seconds that answers took to make, without waiting for bodies or sending.");
  for (std::size_t i = 0; i < answers.by_time.size(); ++i) {
    all += answers.by_time[i];
    std::array<char, 32> step{};
    auto const end = i < Pulse::steps.size() ? std::to_chars(step.data(), step.data() + step.size(), Pulse::steps[i]).ptr : step.data();
    out.sample(static_cast<double>(all),
               {{"le", i < Pulse::steps.size() ? std::string_view(step.data(), static_cast<std::size_t>(end - step.data())) : "+Inf"}}, "_bucket");
  }
  out.sample(answers.seconds, {}, "_sum");
  out.sample(static_cast<double>(all), {}, "_count");
}

void tell_workers(Exposition& out, Pulse const& pulse) {
  auto const state = pulse.workers().value_or(runs::WorkersState());
  out.one("rollbook_workers", "gauge", "Threads of this process that do runs.", state.threads);
  out.one("rollbook_workers_ready", "gauge", "Those that have their databases and look into the queue.", state.ready);
  out.one("rollbook_workers_busy", "gauge", "Those that do something for a district at this moment.", state.busy);
  out.family("rollbook_runs_total", "counter", "Runs that workers of this process have done, by outcome.");
  for (auto const* const outcome : {"applied", "applied with warnings", "no changes", "refused", "held", "failed"}) {
    auto const at = state.outcomes.find(outcome);
    out.sample(at == state.outcomes.end() ? 0 : static_cast<double>(at->second), {{"outcome", outcome}});
  }
}

double age(std::string const& moment, std::int64_t now) {
  auto const then = store::seconds_of_moment(moment);
  return then && now > *then ? static_cast<double>(now - *then) : 0;
}

void tell_queue(Exposition& out, store::ServerHealth const& health, std::int64_t now) {
  out.family("rollbook_queue_runs", "gauge", "Runs that are not over, in all districts.");
  out.sample(static_cast<double>(health.waiting), {{"state", "waiting"}});
  out.sample(static_cast<double>(health.running), {{"state", "running"}});
  out.one("rollbook_queue_oldest_seconds", "gauge", "Age of the oldest run that is not over; 0 when there is none.", age(health.oldest, now));
  out.one("rollbook_queue_exports", "gauge", "Exports for receivers that are not made yet.", static_cast<double>(health.exports_waiting));
  out.family("rollbook_districts", "gauge", "Districts of this server, by what the operator has decided of them.");
  out.sample(static_cast<double>(health.open), {{"state", "open"}});
  out.sample(static_cast<double>(health.locked), {{"state", "suspended"}});
  out.sample(static_cast<double>(health.deleting), {{"state", "deleting"}});
}

void tell_storage(Exposition& out, store::Database& operations, store::ServerHealth const& health, std::string const& folder) {
  out.family("rollbook_database_bytes", "gauge", "Sizes of databases; rosters as their workers last measured them.");
  out.sample(static_cast<double>(store::bytes_of(operations)), {{"database", "operations"}});
  out.sample(static_cast<double>(health.rosters_bytes), {{"database", "rosters"}});
  out.one("rollbook_delivery_bytes", "gauge", "Size of deliveries as they were received and unpacked, as workers last measured it.",
          static_cast<double>(health.deliveries_bytes));
  if (auto const disk = folder.empty() ? std::nullopt : pulse().room(folder)) {
    out.one("rollbook_disk_free_bytes", "gauge", "Room that is left where the data folder lies.", static_cast<double>(disk->free));
    out.one("rollbook_disk_bytes", "gauge", "All room there.", static_cast<double>(disk->all));
  }
  out.one("rollbook_search_index_lag_revisions", "gauge", "By how many revisions the search index of a district trails its roster, of the one furthest behind.",
          static_cast<double>(health.most_behind));
  out.one("rollbook_search_index_districts_behind", "gauge", "Districts whose search index trails their roster.", static_cast<double>(health.districts_behind));
}

void tell_versions(Exposition& out, store::Database& operations, Pulse const& pulse) {
  out.family("rollbook_build_info", "gauge", "Always 1; versions of the program, of its tables, and of the database.");
  auto const shape = std::to_string(store::shape_of(operations)), library = store::library_version(operations);
  out.sample(1, {{"version", program_version}, {"schema", shape}, {"database", operations.dialect().name}, {"database_version", library}});
  out.one("rollbook_start_time_seconds", "gauge", "When this process began, in seconds since 1970.", static_cast<double>(pulse.began()));
  if (auto const end = store::seconds_of_moment(pulse.certificate_ends()))
    out.one("rollbook_certificate_end_seconds", "gauge", "When the certificate that the server shows ends, in seconds since 1970.", static_cast<double>(*end));
}

// A proxy on the same machine calls from there too. What it hands on says so, and is not from there.
bool is_from_here(http::Head const& head) {
  if (!head.peer.starts_with("127.") && head.peer != "::1" && head.peer != "::ffff:127.0.0.1") return false;
  for (auto const* const handed_on : {"x-forwarded-for", "forwarded", "x-real-ip", "via"})
    if (!head.header(handed_on).empty()) return false;
  return true;
}

bool has_metrics_token(Visit const& visit) {
  constexpr std::string_view scheme = "Bearer ";
  auto const given = visit.head.header("authorization");
  return given.starts_with(scheme) && access::is_metrics_token(visit.hub.home.operations(), given.substr(scheme.size()));
}

}  // namespace

void Exposition::family(std::string_view name, std::string_view type, std::string_view help) {
  family_ = name;
  text_ += "# HELP " + family_ + " " + std::string(help) + "\n# TYPE " + family_ + " " + std::string(type) + "\n";
}

void Exposition::sample(double value, Labels const& labels, std::string_view suffix) {
  text_ += family_ + std::string(suffix);
  for (auto const& [name, text] : labels) {
    text_ += (&name == &labels.front().first ? "{" : ",") + std::string(name) + "=\"";
    for (char const c : text) {
      if (c == '\n') text_ += "\\n";
      else if (c == '"' || c == '\\') (text_ += '\\') += c;
      else text_ += c;
    }
    text_ += '"';
  }
  if (!labels.empty()) text_ += '}';
  std::array<char, 64> number{};
  auto const [end, error] = std::to_chars(number.data(), number.data() + number.size(), value);
  text_ += " " + std::string(number.data(), end) + "\n";
}

void Exposition::one(std::string_view name, std::string_view type, std::string_view help, double value) {
  family(name, type, help);
  sample(value);
}

http::Response without_database() { return plain(503, "not well: the database does not answer\n"); }

Answer healthz(Visit& visit) {
  auto& operations = visit.hub.home.operations();
  if (store::shape_of(operations) == 0 || operations.trouble()) return without_database();
  if (pulse().has_workers()) {
    auto const workers = pulse().workers();
    if (!workers || !workers->alive()) return plain(503, "not well: the workers do nothing\n");
  }
  return plain(200, "ok\n");
}

Answer metrics(Visit& visit) {
  if (!is_from_here(visit.head) && !has_metrics_token(visit))
    return plain(403, "Metrics are for this machine, or for whoever has the token that the operator makes under Operator, Server health.\n");
  auto& operations = visit.hub.home.operations();
  auto const health = store::server_health(operations);
  Exposition out;
  tell_versions(out, operations, pulse());
  tell_requests(out, pulse());
  tell_workers(out, pulse());
  tell_queue(out, health, visit.now);
  tell_storage(out, operations, health, visit.hub.data_folder);
  return plain(200, out.text(), "text/plain; version=0.0.4; charset=utf-8");
}

}  // namespace rollbook::web
