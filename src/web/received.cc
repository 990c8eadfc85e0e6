// A file of a delivery, the very bytes that came. It may hold passwords: only the level System may have it, and each download is in the audit log.
#include <cstdlib>

#include "runs/received.h"
#include "web/one_run.h"
#include "web/pages.h"

namespace rollbook::web {
namespace {

// What the sender called it, as a name and never as a path.
std::string file_name(std::string const& path) {
  auto name = path.substr(path.find_last_of("/\\") + 1);
  for (auto& c : name)
    if (c < 0x20 || c == '"' || c == ';' || c == '%' || static_cast<unsigned char>(c) > 0x7e) c = '_';
  return name.empty() ? "delivery" : name;
}

}  // namespace

Answer received(Visit& visit) {
  auto const one = one_run(visit);
  if (!one) return Refusal{404};
  auto const& files = one->detail.received;
  auto const asked = visit.query["file"].empty() ? 0 : std::strtoull(std::string(visit.query["file"]).c_str(), nullptr, 10);
  if (asked >= files.size()) return Refusal{404, "This run has no such file.", "The page of the run lists those it has."};
  auto const& file = files[asked];
  auto const pieces = runs::read_received(visit.hub, *visit.district, file);
  if (!pieces) return Refusal{404, "This file is not kept any more.", "Deliveries are let go after some time; the history stays."};
  auto& operations = visit.hub.home.operations();
  auto const noted = operations.transaction([&] {
    store::note(operations, visit.hub.actor, visit.district->id, "delivery downloaded",
                "run " + std::to_string(one->detail.line.id) + ", file " + std::to_string(asked + 1));
    return true;
  });
  if (noted) return Refusal{503};
  http::Response response;
  response.headers = {{"content-type", "application/octet-stream"}, {"content-disposition", "attachment; filename=\"" + file_name(file.path) + "\""}};
  response.more = *pieces;
  return response;
}

}  // namespace rollbook::web
