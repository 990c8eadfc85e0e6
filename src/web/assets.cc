#include "web/assets.h"

#include <fstream>
#include <sstream>

#include "web/ui_files.h"

namespace rollbook::web {
namespace {

constexpr std::string_view immutable = "public, max-age=31536000, immutable";

std::string hashed_name(UiFile const& file) {
  auto const dot = file.name.rfind('.');
  return std::string(file.name.substr(0, dot)) + "." + std::string(file.hash) + std::string(file.name.substr(dot));
}

http::Response answer_of(http::Head const& head, UiFile const& file, bool for_ever) {
  http::Response response;
  auto const etag = "\"" + std::string(file.hash) + "\"";
  response.headers = {
      {"content-type", std::string(file.type)}, {"cache-control", for_ever ? std::string(immutable) : "no-cache"}, {"etag", etag}, {"vary", "accept-encoding"}};
  if (head.header("if-none-match").find(etag) != std::string_view::npos) {
    response.status = 304;
    return response;
  }
  auto const packed = head.header("accept-encoding").find("gzip") != std::string_view::npos;
  if (packed) response.headers.push_back({"content-encoding", "gzip"});
  response.body = packed ? file.packed : file.bytes;
  return response;
}

}  // namespace

std::optional<http::Response> Assets::answer(http::Head const& head, std::string_view name) const {
  for (auto const& file : ui_files()) {
    if (file.type == "template") continue;
    auto const plain = name == file.name;
    if (!plain && name != hashed_name(file)) continue;
    auto own = folder_.empty() ? std::nullopt : from_folder(file.name);
    if (!own) return answer_of(head, file, !plain);
    http::Response response;
    response.headers = {{"content-type", std::string(file.type)}, {"cache-control", "no-store"}};
    response.body = std::move(*own);
    return response;
  }
  return std::nullopt;
}

std::optional<std::string> Assets::from_folder(std::string_view name) const {
  for (auto const* const place : {"/style/", "/script/", "/image/"}) {
    std::ifstream in(folder_ + place + std::string(name), std::ios::binary);
    if (!in) continue;
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
  return std::nullopt;
}

Model Assets::addresses() const {
  Model all;
  for (auto const& file : ui_files()) {
    if (file.type == "template") continue;
    std::string name(file.name);
    for (auto& c : name)
      if (c == '.' || c == '-') c = '_';
    all[name] = "/assets/" + (folder_.empty() ? hashed_name(file) : std::string(file.name));
  }
  return all;
}

}  // namespace rollbook::web
