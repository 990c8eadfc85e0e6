// A delivery, opened: which file is which table, what the manifest says of it, and what is wrong with the package as such.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/arrival.h"
#include "bundle/zip.h"
#include "csv/utf8.h"
#include "schema/catalogue.h"

namespace rollbook {

// A file as it was found: its path below the folder or in the archive ('/' between names) and its bytes, which somebody else owns.
struct InputFile {
  std::string path;
  std::string_view bytes;
  bool padded = false;               // csv::padding readable bytes stand behind it
  Arrival const* arrival = nullptr;  // how much is there while it still comes; null: all of it
};

enum class Mode : std::uint8_t { Absent, Bulk, Delta };

constexpr std::string_view name_of(Mode mode) { return mode == Mode::Absent ? "absent" : mode == Mode::Bulk ? "bulk" : "delta"; }

// What can be wrong with a package. The rules give each its code and its words.
enum class BundleFlaw : std::uint8_t {
  // the archive
  NotAZip,
  ZipTruncated,
  ZipUnsafeName,
  ZipDuplicateName,
  ZipLies,
  ZipEncrypted,
  ZipMethod,
  ZipTooLarge,
  ZipDamaged,
  NotZipped,
  // what it is
  NotOneRoster,
  SdsFormat,
  DatabaseDump,
  OneRoster10,
  NoManifest,
  // its files
  TopFolder,
  Droppings,
  ForeignFile,
  FileNameCase,
  FileNameAlias,
  FileTwice,
  // the manifest
  ManifestUnreadable,
  ManifestHeader,
  PropertyMissing,
  PropertyTwice,
  PropertyUnknown,
  PropertyStar,
  ModeUnknown,
  ModeCase,
  AbsentButThere,
  ListedButMissing,
  VersionMissing,
  VersionUnknown,
  ManifestVersion,
  ManifestVersionLoose,
  NotInVersion,
  // the encoding and shape of a file
  EmptyFile,
  Bom,
  Utf16,
  NotUtf8,
  WrongSeparator,
  CarriageReturnOnly,
  FileTooLarge,
  HeaderOnly,
  NobodyThere,
  BlankLines,
  DependencyAbsent,
  // what a receiver wants
  WrongVersionForReceiver,
  NeededByReceiver,
  Count_,
};

struct BundleSpot {
  BundleFlaw flaw;
  std::string file = {};
  std::optional<std::uint64_t> line = {};
  std::string column = {};
  std::string value = {};
  std::string detail = {};
};

struct Member {
  std::string path;           // as found
  std::string_view bytes;     // without a byte order mark
  std::uint64_t skipped = 0;  // bytes of the mark
  bool padded = false;
  Mode mode = Mode::Bulk;
  bool readable = true;  // false: refused as a file; nothing of it can be read
  Arrival const* arrival = nullptr;

  // Returns when the bytes before offset `end` of `bytes` may be looked at. Those of its head always may.
  void wait_for(std::uint64_t end) const {
    if (arrival != nullptr) arrival->wait_for(skipped + std::min<std::uint64_t>(end, bytes.size()));
  }
};

struct Bundle {
  std::optional<Version> version;
  std::string oneroster;  // what it is, for people: "1.1", "1.2", "1.0" or ""
  bool manifest = false;
  std::array<std::optional<Member>, table_count> members;
  std::array<Mode, table_count> modes{};  // what the manifest (or, without one, the presence of the file) says
  std::optional<Member> manifest_file;
  std::vector<std::string> foreign;
  std::vector<BundleSpot> spots;
};

std::string file_name(TableId table);  // "users.csv"

// Sorts the files of a delivery, as soon as the head of each is there. Never fails: what cannot be understood is in `spots`.
Bundle open_bundle(std::vector<InputFile> files);

// The problems of an archive, in the words of a bundle.
std::vector<BundleSpot> describe(std::vector<ZipProblem> const& problems);

// Reads manifest.csv into the bundle: version and modes.
void read_manifest(Member const& manifest, Bundle& bundle);

// Without a manifest: which version the headers look like; "1.0" for a set of the old kind, "" when nobody can tell.
std::string guess_version(Bundle const& bundle);

// A sentence on what a set is that only looks like OneRoster (Microsoft SDS, a database dump); "" when it is none.
struct Dialect {
  BundleFlaw flaw = BundleFlaw::Count_;
  std::string detail;
};
Dialect recognise_dialect(std::vector<InputFile> const& files);

// Where the header of a file stands: behind blank lines, if it begins with any.
struct HeaderPlace {
  std::uint32_t start = 0;
  std::uint32_t lines_before = 0;
};
HeaderPlace find_header(std::string_view bytes);

// Cells of the header of a file.
std::vector<std::string> header_of(std::string_view bytes);

}  // namespace rollbook
