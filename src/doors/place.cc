#include "doors/place.h"

#include <algorithm>
#include <filesystem>

namespace rollbook::doors {
namespace {

constexpr std::string_view half = ".half";

bool is_half(std::string const& name) { return name.ends_with(half); }

}  // namespace

std::optional<Trouble> Place::open_taken() {
  auto opened = open_folder(beside_ + "/taken");
  if (!opened) return opened.trouble();
  taken_ = std::move(*opened);
  return std::nullopt;
}

std::string Place::half_of(std::string const& taken) { return taken + std::string(half); }

std::vector<std::string> Place::halves() const {
  auto names = names_in(taken_.number());
  std::erase_if(names, [](auto const& name) { return !is_half(name); });
  return names;
}

std::vector<std::string> Place::taken_out() {
  auto names = names_in(taken_.number());
  std::erase_if(names, is_half);
  return names;
}

std::string Place::path_of_taken(std::string const& taken) const { return beside_ + "/taken/" + taken; }

ZoneSays Place::forget_taken(std::string const& taken) {
  std::error_code error;
  std::filesystem::remove_all(path_of_taken(taken), error);
  return error ? ZoneSays::Failed : ZoneSays::Ok;
}

}  // namespace rollbook::doors
