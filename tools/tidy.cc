// Looks that the layers of tools/layers.txt hold, that files can be read in one sitting, and that nothing names the machine it was
// made on. Run as a test: prints every offence, exits with 1 when there is one.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace {

struct Layers {
  std::map<std::string, std::set<std::string>> knows;
  std::set<std::string> pure, impure;
  std::map<std::string, std::set<std::string>> libraries;  // header (or its beginning) → files
};

std::vector<std::string> words_of(std::string const& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

Layers read_layers(fs::path const& path) {
  Layers layers;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    auto const colon = line.find(':');
    if (line.empty() || line[0] == '#' || colon == std::string::npos) continue;
    auto const name = line.substr(0, colon);
    auto const rest = words_of(line.substr(colon + 1));
    if (name == "pure") layers.pure.insert(rest.begin(), rest.end());
    else if (name == "impure") layers.impure.insert(rest.begin(), rest.end());
    else if (name.starts_with("library ")) layers.libraries[name.substr(8)] = {rest.begin(), rest.end()};
    else layers.knows[name] = {rest.begin(), rest.end()};
  }
  return layers;
}

int offences = 0;

void tell(fs::path const& file, std::size_t line, std::string const& what) {
  std::cout << file.generic_string() << ":" << line << ": " << what << "\n";
  ++offences;
}

void look_at(fs::path const& root, fs::path const& file, Layers const& layers) {
  auto const relative = file.lexically_relative(root / "src");
  auto const folder = relative.begin()->string();
  if (!layers.knows.contains(folder)) return tell(relative, 1, "the folder " + folder + " does not stand in tools/layers.txt");
  std::ifstream in(file);
  std::size_t number = 0;
  static std::regex const include("^\\s*#\\s*include\\s*([<\"])([^>\"]+)[>\"]");
  for (std::string line; std::getline(in, line);) {
    ++number;
    std::smatch found;
    if (!std::regex_search(line, found, include)) continue;
    std::string const header = found[2];
    if (found[1] == "\"") {
      auto const other = header.substr(0, header.find('/'));
      if (other != folder && !layers.knows.at(folder).contains(other)) tell(relative, number, folder + " must not know " + other + " (" + header + ")");
    }
    for (auto const& [library, files] : layers.libraries)
      if (header == library || header.starts_with(library + "/")) {
        if (!files.contains(relative.generic_string())) tell(relative, number, library + " belongs into " + *files.begin());
      }
    if (layers.pure.contains(folder))
      for (auto const& impure : layers.impure)
        if (header == impure || (impure.back() == '/' && header.starts_with(impure))) tell(relative, number, "the pure half must not include " + header);
  }
  constexpr std::size_t one_sitting = 500;
  if (number > one_sitting) tell(relative, number, "is longer than " + std::to_string(one_sitting) + " lines");
}

}  // namespace

int main(int argc, char** argv) {
  fs::path const root = argc > 1 ? argv[1] : ".";
  auto const layers = read_layers(root / "tools/layers.txt");
  if (layers.knows.empty()) {
    std::cout << "tools/layers.txt is missing or empty\n";
    return 1;
  }
  std::size_t files = 0;
  for (auto const& entry : fs::recursive_directory_iterator(root / "src")) {
    auto const extension = entry.path().extension();
    if (!entry.is_regular_file() || (extension != ".cc" && extension != ".h")) continue;
    look_at(root, entry.path(), layers);
    ++files;
  }
  std::cout << files << " files looked at, " << offences << " offences\n";
  return offences == 0 && files > 50 ? 0 : 1;
}
