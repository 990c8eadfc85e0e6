// What is in the program of the folder ui/: templates, styles, scripts. Put there by tools/embed_ui.cmake.
#pragma once

#include <span>
#include <string_view>

namespace rollbook::web {

struct UiFile {
  std::string_view name;  // of a template its path below ui/; of an asset its file name
  std::string_view type;  // "template", or the content type
  std::string_view hash;  // of the bytes: sixteen digits
  std::string_view bytes;
  std::string_view packed;  // by gzip; of an asset
};

std::span<UiFile const> ui_files();

}  // namespace rollbook::web
