#include "doors/folders.h"

#include <filesystem>

#include "doors/facts.h"
#include "store/audit.h"

namespace rollbook::doors {
namespace fs = std::filesystem;
namespace {

constexpr char const* columns = "SELECT f.source, s.district, f.path, f.trouble FROM door_folders f JOIN sources s ON s.id = f.source ";

Folder read(store::Statement& row) { return {row.integer(0), row.integer(1), std::string(row.text(2)), std::string(row.text(3))}; }

bool is_within(fs::path const& inner, fs::path const& outer) {
  auto const relative = inner.lexically_relative(outer);
  return !relative.empty() && *relative.begin() != "..";
}

// "" when it can be watched.
std::string why_not(std::string const& path, std::string const& own) {
  std::error_code error;
  if (!path.starts_with('/')) return "Name the folder by its whole path, which begins with a slash.";
  auto const real = fs::canonical(path, error);
  if (error || !fs::is_directory(real, error)) return "There is no folder " + path + " that this user can reach. Make it first, for the user of the sender.";
  if (real.string() != path) return "No link is followed. The folder itself is " + real.string() + ": name it so.";
  if (real == real.root_path()) return "The whole machine is not watched. Name one folder.";
  auto const home = own.empty() ? fs::path() : fs::canonical(own, error);
  if (!home.empty() && (is_within(real, home) || is_within(home, real))) return "Rollbook's own folder, and what it lies in, is not watched.";
  return "";
}

}  // namespace

std::optional<Folder> folder_of(store::Database& operations, std::int64_t source) {
  auto row = operations.prepare(std::string(columns) + "WHERE f.source = ?");
  return row->with(source).step() ? std::optional(read(*row)) : std::nullopt;
}

std::vector<Folder> all_folders(store::Database& operations) {
  std::vector<Folder> all;
  auto rows = operations.prepare(std::string(columns) + "WHERE s.state = 'active' ORDER BY f.source");
  while (rows->step()) all.push_back(read(*rows));
  return all;
}

std::optional<Trouble> watch_folder(store::Database& operations, store::Source const& source, std::string path, std::string const& own,
                                    store::Actor const& actor) {
  if (!source.is_active()) return Trouble{"The source \"" + source.name + "\" is deactivated: nothing can be sent for it."};
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  if (auto why = why_not(path, own); !why.empty()) return Trouble{std::move(why)};
  bool theirs = false;
  auto const trouble = operations.transaction([&] {
    for (auto const& folder : all_folders(operations))
      theirs = theirs || (folder.source != source.id && (is_within(folder.path, path) || is_within(path, folder.path)));
    if (theirs) return false;
    operations.run("DELETE FROM door_folders WHERE source = ? OR path = ?", source.id, path);  // of a source that ended, too
    operations.run("INSERT INTO door_folders(source, path, trouble) VALUES(?, ?, '')", source.id, path);
    store::note(operations, actor, source.district, "door set", source.name + ": the folder " + path + " is watched");
    return true;
  });
  if (theirs) return Trouble{"This folder, or one within it or around it, is watched for another source."};
  return trouble;
}

std::optional<Trouble> watch_no_folder(store::Database& operations, store::Source const& source, store::Actor const& actor) {
  if (!folder_of(operations, source.id)) return Trouble{"No folder is watched for " + source.name + "."};
  return operations.transaction([&] {
    operations.run("DELETE FROM door_folders WHERE source = ?", source.id);
    store::note(operations, actor, source.district, "door set", source.name + ": no folder is watched any more");
    return true;
  });
}

void keep_folder_trouble(store::Database& operations, Folder const& folder, std::string const& trouble) {
  if (folder.trouble == trouble) return;
  (void)operations.transaction([&] { return operations.run("UPDATE door_folders SET trouble = ? WHERE source = ?", trouble, folder.source), true; });
}

bool folders_are_watched(store::Database& operations) { return !door_fact(operations, "folders").empty(); }

std::optional<Trouble> keep_folders_are_watched(store::Database& operations) { return keep_door_facts(operations, {{"folders", "watched"}}); }

}  // namespace rollbook::doors
