#include "bundle/zip_judge.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "bundle/zip_names.h"
#include "bundle/zip_record.h"

namespace rollbook {
namespace {

constexpr std::uint32_t local_signature = 0x04034b50;
constexpr std::size_t local_length = 30;

// Bit 0: encrypted; bit 6: strongly; bit 13: the directory hides values because it is encrypted.
constexpr std::uint16_t encrypted_flags = 1u << 0 | 1u << 6 | 1u << 13;
constexpr std::uint16_t sizes_follow_flag = 1u << 3, patch_flag = 1u << 5, utf8_flag = 1u << 11;

// One bit for a length of 258 and one for its distance is the best that deflate can do: 4 * 258 bytes from a byte.
constexpr std::uint64_t most_from_a_deflated_byte = 1032;

struct Span {
  std::uint64_t begin, end;
  std::size_t file;
};

bool exceeds(std::uint64_t value, std::uint64_t base, std::uint64_t times) {  // value > base * times, without overflow
  if (times == 0) return value > 0;
  return value / times > base || (value / times == base && value % times != 0);
}

std::uint64_t add_up_to_the_top(std::uint64_t a, std::uint64_t b) { return a + b < a ? UINT64_MAX : a + b; }

std::string method_name(std::uint16_t method) {
  switch (method) {
    case 9:
      return "deflate64";
    case 12:
      return "bzip2";
    case 14:
      return "LZMA";
    case 93:
      return "Zstandard";
    case 95:
      return "xz";
    case 98:
      return "PPMd";
    default:
      return "method " + std::to_string(method);
  }
}

// The type part of a Unix file mode, 0 when the archive was made elsewhere. 3 is Unix, 19 the Mac.
std::uint32_t unix_type(ZipListing const& file) {
  auto const system = file.made_by >> 8;
  return system == 3 || system == 19 ? file.attributes >> 16 & 0170000 : 0;
}

// The judge of one file. Details are short phrases that follow the file's name.
class FileJudge {
 public:
  FileJudge(ZipListing const& file, ZipLimits const& limits, std::vector<ZipProblem>& problems) : file_(file), limits_(limits), problems_(problems) {}

  void kind(std::uint16_t local_flags) {
    encrypted_ = ((file_.flags | local_flags) & encrypted_flags) != 0 || file_.method == zip_aes;
    if (encrypted_) tell(ZipFault::Encrypted, "is encrypted");
    else if (file_.method != zip_stored && file_.method != zip_deflated) tell(ZipFault::Method, "is compressed with " + method_name(file_.method));
    else if ((file_.flags & patch_flag) != 0) tell(ZipFault::Method, "is a patch for another file");
    if (file_.disk != 0) tell(ZipFault::MultiDisk, "lies in another part of a split archive");
    if (auto const type = unix_type(file_); type != 0 && type != 0100000 && type != 0040000)
      tell(ZipFault::Link, type == 0120000 ? "is a link, not a file" : "is a device, not a file");
  }

  // Says whether the declared sizes are suspicious, so that the archive need not be blamed for what this file does.
  bool sizes() {
    auto const told_before = problems_.size();
    if (is_folder(file_) && file_.size != 0) tell(ZipFault::LyingHeader, "is a folder, but says " + count(file_.size));
    if (file_.method == zip_stored && !encrypted_ && file_.size != file_.compressed)
      tell(ZipFault::LyingHeader, "is stored, but says " + count(file_.size) + " from " + count(file_.compressed));
    if (file_.method == zip_deflated) {
      if (exceeds(file_.size, file_.compressed, most_from_a_deflated_byte))
        tell(ZipFault::LyingHeader, "says " + count(file_.size) + ", more than " + count(file_.compressed) + " can hold");
      else if (file_.size > limits_.ratio_free && exceeds(file_.size - limits_.ratio_free, file_.compressed, limits_.ratio))
        tell(ZipFault::RatioTooHigh, "grows from " + count(file_.compressed) + " to " + count(file_.size));
    }
    return problems_.size() != told_before;
  }

  // Other programs may believe the local header instead of the directory; a file that is two different things is a trick.
  void compare(ZipRecord const& header, std::string_view local_name, std::string_view local_extra) {
    if (local_name != file_.name) tell(ZipFault::LyingHeader, "is called " + shown_name(local_name) + " elsewhere in the archive");
    if (header.u16(8) != file_.method) tell(ZipFault::LyingHeader, "has two different compression methods");

    // A writer that did not know the numbers yet leaves them 0 and writes them behind the data. We have them from the
    // directory and leave the copy behind the data alone: some writers promise it and forget it.
    auto const may_be_zero = (header.u16(6) & sizes_follow_flag) != 0;
    Zip64Numbers numbers(local_extra);
    auto const size = numbers.widened(header.u32(22));
    auto const compressed = numbers.widened(header.u32(18));
    auto const agree = [&](std::optional<std::uint64_t> local, std::uint64_t listed) { return local == listed || (may_be_zero && local.value_or(0) == 0); };
    if (!agree(size, file_.size)) tell(ZipFault::LyingHeader, "has two different sizes");
    if (!agree(compressed, file_.compressed)) tell(ZipFault::LyingHeader, "has two different compressed sizes");
    if (!agree(header.u32(14), file_.crc)) tell(ZipFault::LyingHeader, "has two different checksums");
  }

  void tell(ZipFault fault, std::string detail) { problems_.push_back({fault, shown_name(file_.name), std::move(detail)}); }

 private:
  static std::string count(std::uint64_t bytes) { return std::to_string(bytes) + (bytes == 1 ? " byte" : " bytes"); }

  ZipListing const& file_;
  ZipLimits const& limits_;
  std::vector<ZipProblem>& problems_;
  bool encrypted_ = false;  // then the packed bytes have a header of their own, and two sizes are no lie
};

// Files that share bytes are how 10 MB become 281 TB: each of thousands inflates the same data. No honest writer does that.
void judge_overlaps(std::vector<Span> spans, ZipDirectory const& directory, std::vector<ZipProblem>& problems) {
  std::ranges::sort(spans, {}, &Span::begin);
  Span const* longest = nullptr;  // of those that begin earlier, the one that ends last
  for (auto const& span : spans) {
    auto const name = [&](Span const& of) { return shown_name(directory.files[of.file].name); };
    if (longest && span.begin < longest->end) problems.push_back({ZipFault::Overlap, name(span), "shares bytes with " + name(*longest)});
    else if (span.end > directory.begin) problems.push_back({ZipFault::Overlap, name(span), "shares bytes with the list of files"});
    if (!longest || span.end > longest->end) longest = &span;
  }
}

}  // namespace

bool is_folder(ZipListing const& file) { return file.name.ends_with('/') || file.name.ends_with('\\') || unix_type(file) == 0040000; }

std::vector<std::string_view> judge_files(std::string_view bytes, ZipDirectory const& directory, ZipLimits const& limits, std::vector<ZipProblem>& problems) {
  std::vector<std::string_view> packed(directory.files.size());
  std::vector<Span> spans;
  std::uint64_t total = 0, total_compressed = 0;
  auto suspicious = false;

  for (std::size_t i = 0; i < directory.files.size(); ++i) {
    auto const& file = directory.files[i];
    FileJudge judge(file, limits, problems);
    auto const header = zip_record(bytes, file.offset, local_length, local_signature);

    judge_name(file.name, (file.flags & utf8_flag) != 0, problems);
    judge.kind(header ? header->u16(6) : std::uint16_t{0});
    suspicious |= judge.sizes();
    total = add_up_to_the_top(total, file.size);
    total_compressed = add_up_to_the_top(total_compressed, file.compressed);

    if (!header) {
      if (file.offset > bytes.size() || bytes.size() - file.offset < local_length) judge.tell(ZipFault::Truncated, "lies beyond the end of the archive");
      else judge.tell(ZipFault::LyingHeader, "is not where the list of files says");
      continue;
    }
    auto const head = bytes.substr(static_cast<std::size_t>(file.offset));
    auto const name_length = std::size_t{header->u16(26)}, extra_length = std::size_t{header->u16(28)};
    auto const data_at = local_length + name_length + extra_length;
    if (data_at > head.size() || file.compressed > head.size() - data_at) {
      judge.tell(ZipFault::Truncated, "goes on beyond the end of the archive");
      continue;
    }
    if (file.method == zip_deflated && file.compressed > most_deflated) judge.tell(ZipFault::TooLarge, "is larger than 4 GiB even compressed");
    judge.compare(*header, head.substr(local_length, name_length), head.substr(local_length + name_length, extra_length));
    packed[i] = head.substr(data_at, static_cast<std::size_t>(file.compressed));
    spans.push_back({.begin = file.offset, .end = file.offset + data_at + file.compressed, .file = i});
  }

  judge_overlaps(std::move(spans), directory, problems);
  if (total > limits.total_bytes)
    problems.push_back(
        {ZipFault::TooLarge, "", "inflates to " + std::to_string(total) + " bytes, at most " + std::to_string(limits.total_bytes) + " are allowed"});
  // Many files that grow a little too much are as bad as one that grows a lot.
  if (!suspicious && total > limits.ratio_free && exceeds(total - limits.ratio_free, total_compressed, limits.ratio))
    problems.push_back({ZipFault::RatioTooHigh, "", "grows from " + std::to_string(total_compressed) + " to " + std::to_string(total) + " bytes"});
  return packed;
}

}  // namespace rollbook
