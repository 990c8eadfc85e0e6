#include "bundle/bundle.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "bundle/file_names.h"
#include "csv/record.h"

namespace rollbook {
namespace {

std::string_view base_name(std::string_view path) {
  auto const slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

// Files that systems leave behind without anybody asking for them.
bool is_dropping(std::string_view path) {
  auto const name = base_name(path);
  return path.starts_with("__MACOSX/") || path.find("/__MACOSX/") != std::string_view::npos || name.starts_with("._") || name == ".DS_Store" ||
         name == "Thumbs.db" || name == "desktop.ini" || name.starts_with("~$") || name == "__MACOSX";
}

// File names met in the field that mean a table.
std::optional<TableId> table_by_alias(std::string_view folded_name) {
  static std::map<std::string, TableId, std::less<>> const aliases = {{"org.csv", TableId::Orgs},
                                                                      {"user.csv", TableId::Users},
                                                                      {"class.csv", TableId::Classes},
                                                                      {"course.csv", TableId::Courses},
                                                                      {"enrollment.csv", TableId::Enrollments},
                                                                      {"enrolments.csv", TableId::Enrollments},
                                                                      {"academicsession.csv", TableId::AcademicSessions},
                                                                      {"demographic.csv", TableId::Demographics},
                                                                      {"courseresourses.csv", TableId::CourseResources}};
  auto const at = aliases.find(folded_name);
  return at == aliases.end() ? std::nullopt : std::optional(at->second);
}

// Nobody looks further into a file before it is read chunk by chunk: a header, blank lines before it, a manifest.
constexpr std::uint64_t longest_head = 2 * csv::max_line;

class Opener {
 public:
  explicit Opener(std::vector<InputFile> files) : files_(std::move(files)) {}

  Bundle open() {
    std::sort(files_.begin(), files_.end(), [](auto const& a, auto const& b) { return a.path < b.path; });
    drop_droppings();
    for (auto const& file : files_)
      if (file.arrival != nullptr) file.arrival->wait_for(std::min<std::uint64_t>(file.bytes.size(), longest_head));
    auto const dialect = recognise_dialect(files_);
    if (dialect.flaw != BundleFlaw::Count_) spot(dialect.flaw, {}, {}, {}, dialect.detail);
    take_off_top_folder();
    if (dialect.flaw != BundleFlaw::Count_) return std::move(bundle_);  // said once, and nothing else: its files would only mislead
    for (auto const& file : files_) sort_in(file);
    for (auto& member : bundle_.members)
      if (member) look_at_bytes(*member);
    settle_version();
    return std::move(bundle_);
  }

 private:
  void spot(BundleFlaw flaw, std::string file = {}, std::string column = {}, std::string value = {}, std::string detail = {}) {
    bundle_.spots.push_back({flaw, std::move(file), {}, std::move(column), std::move(value), std::move(detail)});
  }

  void drop_droppings() {
    std::vector<InputFile> kept;
    std::string first;
    std::size_t count = 0;
    for (auto& file : files_) {
      if (!is_dropping(file.path)) kept.push_back(std::move(file));
      else if (count++ == 0) first = file.path;
    }
    if (count > 0) spot(BundleFlaw::Droppings, first, {}, std::to_string(count));
    files_ = std::move(kept);
  }

  void take_off_top_folder() {
    std::string_view top;
    bool any = false;
    for (auto const& file : files_) {
      if (!lower(file.path).ends_with(".csv")) continue;
      auto const slash = file.path.find('/');
      auto const folder = slash == std::string::npos ? std::string_view{} : std::string_view(file.path).substr(0, slash + 1);
      if (any && folder != top) return;
      top = folder;
      any = true;
    }
    if (top.empty()) return;
    auto const prefix = std::string(top);
    spot(BundleFlaw::TopFolder, {}, {}, prefix.substr(0, prefix.size() - 1));
    for (auto& file : files_)
      if (file.path.starts_with(prefix)) file.path.erase(0, prefix.size());
  }

  void sort_in(InputFile const& file) {
    if (file.path.find('/') != std::string::npos) return foreign(file);
    Member member{file.path, file.bytes, 0, file.padded, Mode::Bulk, true, file.arrival};
    auto const name = lower(file.path);
    if (name == "manifest.csv") {
      if (file.path != "manifest.csv") spot(BundleFlaw::FileNameCase, file.path, {}, file.path, "manifest.csv");
      if (bundle_.manifest_file) return spot(BundleFlaw::FileTwice, file.path, {}, bundle_.manifest_file->path, "manifest.csv");
      look_at_bytes(member);
      bundle_.manifest_file = member;
      return;
    }
    for (auto const* table : all_tables)
      if (lower(file_name(table->id)) == name) {
        if (file.path != file_name(table->id)) spot(BundleFlaw::FileNameCase, file.path, {}, file.path, file_name(table->id));
        return add(table->id, std::move(member));
      }
    if (auto const table = table_by_alias(name)) {
      spot(BundleFlaw::FileNameAlias, file.path, {}, file.path, file_name(*table));
      return add(*table, std::move(member));
    }
    foreign(file);
  }

  void add(TableId table, Member member) {
    auto& place = bundle_.members[static_cast<std::size_t>(table)];
    if (place) return spot(BundleFlaw::FileTwice, member.path, {}, place->path, file_name(table));
    place = std::move(member);
  }

  void foreign(InputFile const& file) {
    bundle_.foreign.push_back(file.path);
    spot(BundleFlaw::ForeignFile, file.path, {}, file.path);
  }

  // What can be told of a file before it is read: is it text, is it UTF-8, does it have lines and commas?
  void look_at_bytes(Member& member) {
    auto const refuse = [&](BundleFlaw flaw, std::string detail = {}) {
      spot(flaw, member.path, {}, {}, std::move(detail));
      member.readable = false;
    };
    switch (csv::sniff_encoding(member.bytes)) {
      case csv::Encoding::Empty:
        return refuse(BundleFlaw::EmptyFile);
      case csv::Encoding::Utf16LittleEndian:
        return refuse(BundleFlaw::Utf16, "UTF-16 (little-endian)");
      case csv::Encoding::Utf16BigEndian:
        return refuse(BundleFlaw::Utf16, "UTF-16 (big-endian)");
      case csv::Encoding::Utf32:
        return refuse(BundleFlaw::Utf16, "UTF-32");
      case csv::Encoding::Utf8WithBom:
        spot(BundleFlaw::Bom, member.path);
        member.bytes.remove_prefix(3);
        member.skipped = 3;
        if (member.bytes.empty()) return refuse(BundleFlaw::EmptyFile);
        break;
      case csv::Encoding::Utf8:
        break;
    }
    auto const head = member.bytes.substr(0, std::size_t{64} << 10);
    auto const end = head.find('\n');
    auto const line = head.substr(0, end);
    if (end == std::string_view::npos && head.find('\r') != std::string_view::npos && head.find('\r') + 1 < head.size())
      return refuse(BundleFlaw::CarriageReturnOnly);
    if (line.find(',') == std::string_view::npos) {
      if (line.find(';') != std::string_view::npos) return refuse(BundleFlaw::WrongSeparator, "a semicolon");
      if (line.find('\t') != std::string_view::npos) return refuse(BundleFlaw::WrongSeparator, "a tab");
      if (line.find('|') != std::string_view::npos) return refuse(BundleFlaw::WrongSeparator, "a vertical bar");
    }
  }

  void settle_version() {
    bool const any = std::any_of(bundle_.members.begin(), bundle_.members.end(), [](auto const& m) { return m.has_value(); });
    if (bundle_.manifest_file) {
      bundle_.manifest = true;
      if (bundle_.manifest_file->readable) read_manifest(*bundle_.manifest_file, bundle_);
      if (!bundle_.version && bundle_.oneroster.empty()) {
        bundle_.oneroster = guess_version(bundle_);  // so that the rest can be told too
        guess();
      }
      return;
    }
    if (!any) return spot(BundleFlaw::NotOneRoster);
    bundle_.oneroster = guess_version(bundle_);
    if (bundle_.oneroster == "1.0") return spot(BundleFlaw::OneRoster10, {}, {}, {}, "it has no manifest.csv, and column names that only 1.0 used");
    if (bundle_.oneroster.empty()) return spot(BundleFlaw::NotOneRoster);
    spot(BundleFlaw::NoManifest, "manifest.csv", {}, bundle_.oneroster);
    guess();
  }

  void guess() {
    if (bundle_.oneroster == "1.1") bundle_.version = Version::V11;
    if (bundle_.oneroster == "1.2") bundle_.version = Version::V12;
    for (std::size_t i = 0; i < table_count; ++i) bundle_.modes[i] = bundle_.members[i] ? Mode::Bulk : Mode::Absent;
    if (!bundle_.version) return;
    for (std::size_t i = 0; i < table_count; ++i)
      if (bundle_.members[i] && !is_in(all_tables[i]->in, *bundle_.version)) {
        spot(BundleFlaw::NotInVersion, bundle_.members[i]->path, {}, bundle_.oneroster);
        bundle_.members[i].reset();
        bundle_.modes[i] = Mode::Absent;
      }
  }

  std::vector<InputFile> files_;
  Bundle bundle_;
};

}  // namespace

std::optional<TableId> table_of_path(std::string_view path) {
  auto const name = lower(base_name(path));
  for (auto const* table : all_tables)
    if (lower(file_name(table->id)) == name) return table->id;
  return table_by_alias(name);
}

std::string file_name(TableId table) { return std::string(table_of(table).name) + ".csv"; }

Bundle open_bundle(std::vector<InputFile> files) {
  auto bundle = Opener(std::move(files)).open();
  for (std::size_t i = 0; i < table_count; ++i)
    if (bundle.members[i]) bundle.members[i]->mode = bundle.modes[i];
  return bundle;
}

std::vector<BundleSpot> describe(std::vector<ZipProblem> const& problems) {
  auto const flaw_of = [](ZipFault fault) {
    switch (fault) {
      case ZipFault::NotAZip:
        return BundleFlaw::NotAZip;
      case ZipFault::Truncated:
      case ZipFault::MultiDisk:
        return BundleFlaw::ZipTruncated;
      case ZipFault::Traversal:
      case ZipFault::AbsoluteName:
      case ZipFault::BadName:
      case ZipFault::Link:
        return BundleFlaw::ZipUnsafeName;
      case ZipFault::DuplicateName:
        return BundleFlaw::ZipDuplicateName;
      case ZipFault::Overlap:
      case ZipFault::LyingHeader:
        return BundleFlaw::ZipLies;
      case ZipFault::Encrypted:
        return BundleFlaw::ZipEncrypted;
      case ZipFault::Method:
        return BundleFlaw::ZipMethod;
      case ZipFault::TooManyEntries:
      case ZipFault::TooLarge:
      case ZipFault::RatioTooHigh:
        return BundleFlaw::ZipTooLarge;
      case ZipFault::BadChecksum:
      case ZipFault::BadDeflate:
        return BundleFlaw::ZipDamaged;
    }
    return BundleFlaw::NotAZip;
  };
  std::vector<BundleSpot> spots;
  for (auto const& problem : problems) spots.push_back({flaw_of(problem.fault), problem.entry, {}, {}, problem.entry, problem.detail});
  return spots;
}

}  // namespace rollbook
