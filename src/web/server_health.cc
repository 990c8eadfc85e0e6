// Server health: the queue, the room, the versions. Nothing here opens a roster: what is known of rosters their workers have measured.
#include <algorithm>

#include "access/metrics_token.h"
#include "base/version.h"
#include "report/words.h"
#include "store/measures.h"
#include "store/stored.h"
#include "web/operator_pages.h"
#include "web/parts.h"
#include "web/pulse.h"

namespace rollbook::web {
namespace {

constexpr std::size_t districts_of_a_page = 50;
constexpr std::int64_t days_before_the_end = 30;  // of a certificate, from which on it is a warning

std::string age(std::string const& moment, std::int64_t now) {
  auto const then = store::seconds_of_moment(moment);
  if (!then) return "";
  auto const minutes = std::max<std::int64_t>(0, now - *then) / 60;
  if (minutes < 1) return "under a minute";
  if (minutes < 120) return std::to_string(minutes) + (minutes == 1 ? " minute" : " minutes");
  return minutes < 2880 ? std::to_string(minutes / 60) + " hours" : std::to_string(minutes / 1440) + " days";
}

void set_workers(Model& model, Pulse const& pulse) {
  auto const state = pulse.workers();
  model["has_workers"] = state.has_value();
  model["workers"] = state ? state->threads : 0;
  model["ready"] = state ? state->ready : 0;
  model["busy"] = state ? state->busy : 0;
  model["workers_dead"] = state && !state->alive() ? alert("danger", "No worker is able to do anything: look into the log of the server.") : Model(false);
}

// Less than a tenth of the disk, and less than 20 GiB: that may go with some large deliveries.
bool is_low(Pulse::Room const& disk) { return disk.free < disk.all / 10 && disk.free < (std::uintmax_t{20} << 30); }

void set_storage(Model& model, store::Database& operations, store::ServerHealth const& health, std::string const& folder) {
  model["operations_size"] = size_in_words(static_cast<std::uint64_t>(store::bytes_of(operations)));
  model["rosters_size"] = size_in_words(static_cast<std::uint64_t>(health.rosters_bytes));
  model["deliveries_size"] = size_in_words(static_cast<std::uint64_t>(health.deliveries_bytes));
  model["in_folder"] = !folder.empty();
  model["disk_free"] = "";
  model["disk_low"] = false;
  auto const disk = folder.empty() ? std::nullopt : pulse().room(folder);
  if (!disk) return;
  model["disk_free"] = size_in_words(disk->free) + " of " + size_in_words(disk->all);
  if (is_low(*disk))
    model["disk_low"] =
        alert("warning", "Only " + size_in_words(disk->free) + " are left on the disk. Runs fail when it is full: give it room, or let districts keep less.");
}

void set_versions(Model& model, store::Database& operations, Pulse const& pulse, std::int64_t now) {
  model["program"] = program_version;
  model["shape"] = store::shape_of(operations);
  model["roster_shape"] = static_cast<std::int64_t>(store::roster_migrations().size());
  model["database"] = operations.dialect().name;
  model["library"] = store::library_version(operations);
  auto const ends = store::seconds_of_moment(pulse.certificate_ends());
  model["tls"] = ends.has_value();
  model["certificate_ends"] = ends ? pulse.certificate_ends().substr(0, 10) : "";
  bool const soon = ends && *ends - now < days_before_the_end * 86400;
  model["certificate_soon"] = soon ? alert("warning", "The certificate that the server shows " + std::string(*ends < now ? "ended on " : "ends on ") +
                                                          pulse.certificate_ends().substr(0, 10) + ". Put a new one in its place and start the server again.")
                                   : Model(false);
}

void set_queue(Model& model, store::ServerHealth const& health, std::int64_t now) {
  model["waiting"] = health.waiting;
  model["running"] = health.running;
  model["oldest"] = age(health.oldest, now);
  model["exports_waiting"] = health.exports_waiting;
}

void set_districts(Visit const& visit, Model& model) {
  auto const after = std::max<std::int64_t>(0, std::strtoll(std::string(visit.query["after"]).c_str(), nullptr, 10));
  auto all = store::list_district_health(visit.hub.home.operations(), after, districts_of_a_page + 1);
  bool const more = all.size() > districts_of_a_page;
  if (more) all.pop_back();
  Model list = Model::List();
  auto const newest = static_cast<std::int64_t>(store::roster_migrations().size());
  for (auto const& one : all) {
    auto const measured = one.measured.value_or(store::Measures());
    list.add({{"name", one.name},
              {"to", "/operator/districts/" + std::to_string(one.district)},
              {"waiting", one.waiting},
              {"running", one.running},
              {"oldest", age(one.oldest, visit.now)},
              {"measured", one.measured.has_value()},
              {"roster_size", size_in_words(static_cast<std::uint64_t>(measured.roster_bytes))},
              {"deliveries_size", size_in_words(static_cast<std::uint64_t>(measured.delivery_bytes))},
              {"shape", measured.shape},
              {"old_shape", one.measured && measured.shape < newest},
              {"behind", measured.revision - measured.found},
              {"up_to_date", measured.revision == measured.found}});
  }
  model["has_districts"] = !all.empty();
  model["districts"] = std::move(list);
  model["newer"] = after > 0 ? "/operator/health" : "";
  model["older"] = more ? "/operator/health?after=" + std::to_string(all.back().district) : "";
}

View page(Visit& visit, std::string const& token) {
  View view{"server_health", "Server health"};
  view.crumbs = {{"Operator", "/operator"}};
  auto& operations = visit.hub.home.operations();
  auto const health = store::server_health(operations);
  set_queue(view.model, health, visit.now);
  set_workers(view.model, pulse());
  set_storage(view.model, operations, health, visit.hub.data_folder);
  set_versions(view.model, operations, pulse(), visit.now);
  set_districts(visit, view.model);
  view.model["token"] = token;
  view.model["has_token"] = access::has_metrics_token(operations);
  return view;
}

}  // namespace

Answer server_health(Visit& visit) { return page(visit, ""); }

Answer make_metrics_token(Visit& visit) {
  auto const token = access::make_metrics_token(visit.hub.home.operations(), visit.hub.actor);
  if (!token) return Refusal{409, token.trouble().text};
  return page(visit, *token);
}

Answer end_metrics_token(Visit& visit) {
  if (auto const trouble = access::end_metrics_token(visit.hub.home.operations(), visit.hub.actor)) return Refusal{409, trouble->text};
  return Redirect{"/operator/health", "No token opens the metrics any more."};
}

}  // namespace rollbook::web
