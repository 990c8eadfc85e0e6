// Templates: ui/frame.html, ui/pages/*.html, ui/parts/*.html, in mustache. The only place where text becomes HTML; every value is escaped.
// ui/letters/* are letters.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "web/model.h"

namespace rollbook::web {

class Templates {
 public:
  // `folder`: where they are read from, anew at each use, so that who writes them sees what they write; "": those in the program.
  // `strict`: a name that no model has is trouble. Otherwise nothing is printed in its place.
  explicit Templates(std::string folder = {}, bool strict = false);

  // The template, with its parts laid in: `page` within the frame, or what htmx asks for, its title and content alone. Names are looked for in `page_model`,
  // then in `frame_model`.
  Result<std::string> render(std::string_view page, Model const& page_model, Model const& frame_model, bool framed) const;

  // A template that is no page: a letter. As text nothing is escaped, for nothing in it acts.
  enum class As { Html, Text };
  Result<std::string> alone(std::string const& path, Model const& model, As as) const;

  // Text of a template with its parts laid in, for tests: "pages/home.html".
  Result<std::string> flat(std::string const& path) const;

  static std::vector<std::string> names();  // of those in the program

 private:
  Result<std::string> flat(std::string const& path, std::string const& page, int depth) const;
  Result<std::string> text_of(std::string const& path) const;

  std::string folder_;
  bool strict_;
};

}  // namespace rollbook::web
