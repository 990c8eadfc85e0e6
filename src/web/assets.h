// Styles, scripts and pictures: in the program, packed, under names that change with their content, so that browsers keep them for ever.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/http.h"
#include "web/model.h"

namespace rollbook::web {

class Assets {
 public:
  // `folder`: of ui/, whose own styles and scripts are then read at each request; "": those in the program.
  explicit Assets(std::string folder = {}) : folder_(std::move(folder)) {}

  // What /assets/… answers; nothing when there is no such asset.
  std::optional<http::Response> answer(http::Head const& head, std::string_view name) const;

  // By name with _ for the dot and for lines, where each is: {{assets.portal_css}}.
  Model addresses() const;

 private:
  std::optional<std::string> from_folder(std::string_view name) const;

  std::string folder_;
};

}  // namespace rollbook::web
