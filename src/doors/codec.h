// SFTP, version 3, as bytes: packets of a client to requests, answers to packets. Every length is hostile. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rollbook::doors {

// A client may choose its sizes; ours are what OpenSSH takes. Larger is no client that we know.
inline constexpr std::size_t most_packet_bytes = std::size_t{256} << 10;
inline constexpr std::size_t most_read_bytes = std::size_t{128} << 10;
inline constexpr std::size_t most_path_bytes = 1024;  // of a path on the wire; a name in it has at most 255

enum class Ask : std::uint8_t {
  Init = 1,
  Open = 3,
  Close,
  Read,
  Write,
  Lstat,
  Fstat,
  Setstat,
  Fsetstat,
  Opendir,
  Readdir,
  Remove,
  Mkdir,
  Rmdir,
  Realpath,
  Stat,
  Rename,
  Readlink,
  Symlink,
  Extended = 200,
  Unknown = 255,  // a kind that this version does not have
};

enum class Status : std::uint32_t { Ok, End, NotThere, Denied, Failure, BadMessage, NoConnection, ConnectionLost, Unsupported };

// Bits of Request::flags.
inline constexpr std::uint32_t open_read = 1, open_write = 2, open_append = 4, open_create = 8, open_truncate = 16, open_exclusive = 32;

// What a client asks; the views are into its packet.
struct Request {
  Ask ask = Ask::Unknown;
  std::uint32_t id = 0;  // of Init: the version
  std::string_view path, target, handle, data;
  std::uint64_t offset = 0;
  std::uint32_t length = 0, flags = 0;
  std::optional<std::uint64_t> size;  // among the attributes that are to be set; the others are nobody's business
  std::string_view extension;
};

// Reads the body of a packet. Nothing when it is no request: `id_of` then says whom to answer.
std::optional<Request> read_request(std::string_view body);
std::uint32_t id_of(std::string_view body);

// Finds packets in what comes. Keeps at most one that is not whole.
class Packets {
 public:
  void take(std::string_view bytes);
  // The next body, until the next call of anything; nothing when it is not whole yet, or the stream is broken.
  std::optional<std::string_view> next();
  bool is_broken() const { return broken_; }  // a length that no packet has: where the next one begins is not known any more
  std::size_t held() const { return held_.size() - at_; }

 private:
  std::string held_;
  std::size_t at_ = 0;
  bool broken_ = false;
};

struct Attributes {
  std::uint64_t size = 0;
  std::uint32_t modified = 0;  // seconds since 1970
  bool folder = false;
};

// Answers, each a whole packet behind what stands in `out`.
void answer_version(std::string& out);
void answer_status(std::string& out, std::uint32_t id, Status status, std::string_view text = {});
void answer_handle(std::string& out, std::uint32_t id, std::string_view handle);
void answer_data(std::string& out, std::uint32_t id, std::string_view data);
void answer_attributes(std::string& out, std::uint32_t id, Attributes const& attributes);

// An answer that has names: of a folder, or of one path.
class Names {
 public:
  explicit Names(std::uint32_t id) : id_(id) {}
  void add(std::string_view name, std::string_view as_listed, Attributes const& attributes);
  std::size_t size() const { return count_; }
  void answer(std::string& out) const;

 private:
  std::uint32_t id_, count_ = 0;
  std::string body_;
};

}  // namespace rollbook::doors
