// rollbook docs: writes the pages that derive from the declarations, and takes away those whose rule or table is gone.
#include "report/docs.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <vector>

#include "cli/commands.h"

namespace rollbook::cli {
namespace {

namespace fs = std::filesystem;

std::optional<std::string> content_of(fs::path const& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

// A page that says the same already is left alone, so that its date tells when it last changed.
bool write(fs::path const& path, std::string const& page) {
  if (content_of(path) == page) return true;
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << page;
  return static_cast<bool>(out.flush());
}

// Only pages that carry our mark: the folder may be somebody else's.
bool remove_stale(fs::path const& folder, std::map<std::string, std::string> const& pages) {
  std::vector<fs::path> stale;
  for (std::string const part : {"rules", "tables"})
    for (auto const& entry : fs::directory_iterator(folder / part)) {
      auto const name = entry.path().filename().string();
      if (entry.is_regular_file() && name.ends_with(".md") && !pages.contains(part + "/" + name)) stale.push_back(entry.path());
    }
  bool good = true;
  for (auto const& path : stale) {
    auto const page = content_of(path);
    std::error_code error;
    if (page && page->starts_with(docs_mark)) good &= fs::remove(path, error);
  }
  return good;
}

}  // namespace

int run_docs(std::string const& folder) try {
  auto const pages = write_docs();
  for (auto const& [path, page] : pages) {
    auto const file = fs::path(folder) / path;
    fs::create_directories(file.parent_path());
    if (!write(file, page)) return say_why("Cannot write " + file.string() + ".");
  }
  return remove_stale(folder, pages) ? exit_fine : say_why("Cannot remove the pages in " + folder + " whose rule or table is gone.");
} catch (fs::filesystem_error const& error) {
  return say_why("Cannot write the pages below " + folder + ": " + error.code().message() + ".");
}

}  // namespace rollbook::cli
