#include "web/answers.h"

#include <algorithm>
#include <cstdio>

#include "export/bundle_writer.h"
#include "http/calm.h"
#include "report/csv.h"
#include "web/admission.h"
#include "web/frame.h"

namespace rollbook::web {
namespace {

constexpr std::string_view policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'";

bool has(http::Response const& response, std::string_view name) {
  return std::any_of(response.headers.begin(), response.headers.end(), [&](auto const& header) { return header.name == name; });
}

std::string to_csv(Sheet const& sheet) {
  auto const append = sheet.roster_values ? append_cell : append_report_cell;
  std::string out;
  auto const line = [&](std::vector<std::string> const& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) out += ',';
      append(out, cells[i]);
    }
    out += "\r\n";
  };
  line(sheet.columns);
  for (auto const& row : sheet.rows) line(row);
  return out;
}

// Whoever takes a list of a district along stands in its audit log.
bool is_noted(Visit& visit, Sheet const& sheet) {
  if (!visit.district) return true;
  auto const about = sheet.about.empty() ? sheet.name + ", " + std::to_string(sheet.rows.size()) + (sheet.rows.size() == 1 ? " row" : " rows") : sheet.about;
  auto& operations = visit.hub.home.operations();
  return !operations.transaction([&] { return store::note(operations, visit.hub.actor, visit.district->id, sheet.noted, about), true; });
}

struct Words {
  int status;
  std::string_view title, what, how;
};
constexpr Words usual_words[] = {
    {400, "That could not be read", "The request is not one that this page can read.", "Go back, look at what you entered, and send it again."},
    {401, "Please sign in", "This needs a person who is signed in.", "Sign in and try again."},
    {403, "Not allowed", "Your account may not do this.", "Ask a person of your district who has the level System."},
    {404, "Not found", "There is no such page, or it is not one of yours.", "Look at the address, or begin at Home."},
    {405, "Not possible here", "This address does not take that.", "Go back and use the page's own links and buttons."},
    {409, "Not possible now", "It has changed meanwhile.", "Look at it again, and decide anew."},
    {413, "Too large", "This form sends more than it may: 1 MiB.", "Send less at a time."},
    {429, "Too many requests", "This came faster than the portal answers one person or one address.", "Wait a few seconds, then try again."},
    {500, "Something went wrong", "This page could not be made. Nothing was changed by showing it.",
     "Try again. If it stays, tell the operator of this server when it happened; the server's log says why."},
    {503, "Not available now", "The database cannot be reached at this moment.", "Try again in a minute; nothing is lost."},
};

Words words_of(int status) {
  auto const found = std::find_if(std::begin(usual_words), std::end(usual_words), [&](auto const& words) { return words.status == status; });
  return found == std::end(usual_words) ? Words{status, "That did not work", "This could not be done.", "Go back and try again."} : *found;
}

}  // namespace

namespace {

http::Response plain_answer(int status, std::string_view text) {
  http::Response response;
  response.status = status;
  response.headers = {{"content-type", "text/plain; charset=utf-8"}};
  response.body = std::string(text) + "\n";
  return response;
}

}  // namespace

http::Response Answers::dress(Visit& visit, Answer answer) const {
  auto response = std::holds_alternative<View>(answer)       ? show(visit, std::get<View>(answer))
                  : std::holds_alternative<Refusal>(answer)  ? refuse(visit, std::get<Refusal>(std::move(answer)))
                  : std::holds_alternative<Redirect>(answer) ? send_on(visit, std::get<Redirect>(answer))
                                                             : std::get<http::Response>(std::move(answer));
  for (auto& cookie : visit.set_cookies) response.headers.push_back({"set-cookie", std::move(cookie)});
  visit.set_cookies.clear();
  return response;
}

http::Response Answers::show(Visit& visit, View const& view) const {
  http::Response response;
  response.status = view.status;
  if (visit.format == "json") {
    response.headers = {{"content-type", "application/json; charset=utf-8"}};
    response.body = to_json(view.model);
    return response;
  }
  if (visit.format == "csv") {
    if (!view.sheet) return refuse(visit, {404, "This page has no table to download.", "Its address without .csv shows it."});
    if (!is_noted(visit, *view.sheet)) return refuse(visit, {503});
    response.headers = {{"content-type", "text/csv; charset=utf-8"}, {"content-disposition", "attachment; filename=\"" + view.sheet->name + ".csv\""}};
    response.body = to_csv(*view.sheet);
    return response;
  }
  auto html = templates_.render(view.page, view.model, frame_of(visit, view, assets_), visit.whole_page);
  if (!html) {
    std::fprintf(stderr, "portal: %s\n", html.trouble().text.c_str());
    return http::calm_answer(http::dress_for(visit.head), 500, "This page could not be made.");
  }
  response.headers = {{"content-type", "text/html; charset=utf-8"}, {"vary", "hx-request"}};
  response.body = std::move(*html);
  return response;
}

http::Response Answers::refuse(Visit& visit, Refusal refusal) const {
  auto const words = words_of(refusal.status);
  if (refusal.what.empty()) refusal.what = words.what;
  if (refusal.how.empty()) refusal.how = words.how;
  if (visit.format == "csv") return plain_answer(refusal.status, refusal.what + " " + refusal.how);
  View view{"refusal", std::string(words.title)};
  view.status = refusal.status;
  view.model = {{"status", refusal.status}, {"what", refusal.what}, {"how", refusal.how}};
  return show(visit, view);
}

http::Response Answers::send_on(Visit& visit, Redirect const& redirect) const {
  http::Response response;
  auto const to = is_own_path(redirect.to) ? redirect.to : std::string("/");
  if (!redirect.said.empty()) visit.set_cookies.push_back(cookie_of_said(visit, redirect.said));
  // htmx would swap the page that follows into the middle of this one; it is told to go there instead.
  response.status = visit.whole_page ? 303 : 200;
  response.headers = {{visit.whole_page ? "location" : "hx-redirect", to}};
  return response;
}

void protect(http::Response& response, bool secure) {
  auto const add = [&](std::string_view name, std::string_view value) {
    if (!has(response, name)) response.headers.push_back({std::string(name), std::string(value)});
  };
  add("content-security-policy", policy);
  add("x-content-type-options", "nosniff");
  add("referrer-policy", "no-referrer");
  add("permissions-policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()");
  add("cross-origin-opener-policy", "same-origin");
  add("cross-origin-resource-policy", "same-origin");
  add("x-frame-options", "DENY");
  add("cache-control", "no-store");
  if (secure) add("strict-transport-security", "max-age=63072000; includeSubDomains");
}

}  // namespace rollbook::web
