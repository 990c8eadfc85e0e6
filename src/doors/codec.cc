#include "doors/codec.h"

namespace rollbook::doors {
namespace {

constexpr std::uint8_t says_version = 2, says_status = 101, says_handle = 102, says_data = 103, says_names = 104, says_attributes = 105;
constexpr std::uint32_t has_size = 1, has_owner = 2, has_permissions = 4, has_times = 8, has_more = 0x80000000;
constexpr std::uint32_t a_file = 0100600, a_folder = 0040700;
constexpr std::uint32_t our_version = 3;

std::uint32_t number_at(std::string_view bytes) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = number << 8 | static_cast<std::uint8_t>(bytes[i]);
  return number;
}

// Takes values off the front. After the first that is not there, nothing is.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : left_(bytes) {}

  std::uint32_t number() {
    auto const bytes = take(4);
    return bytes.size() == 4 ? number_at(bytes) : 0;
  }
  std::uint64_t long_number() {
    auto const high = std::uint64_t{number()};
    return high << 32 | number();
  }
  std::string_view text(std::size_t most = most_packet_bytes) {
    auto const size = number();
    if (size > most) good_ = false;
    return take(size);
  }
  bool is_good() const { return good_; }

 private:
  std::string_view take(std::size_t size) {
    if (!good_ || size > left_.size()) return good_ = false, std::string_view{};
    auto const bytes = left_.substr(0, size);
    left_.remove_prefix(size);
    return bytes;
  }

  std::string_view left_;
  bool good_ = true;
};

constexpr std::size_t most_handle_bytes = 32, most_extensions = 64;

void read_attributes(Reader& reader, Request& request) {
  auto const flags = reader.number();
  if (flags & has_size) request.size = reader.long_number();
  if (flags & has_owner) reader.long_number();
  if (flags & has_permissions) reader.number();
  if (flags & has_times) reader.long_number();
  if (!(flags & has_more)) return;
  auto const count = reader.number();
  for (std::uint32_t i = 0; i < count && i < most_extensions && reader.is_good(); ++i) {
    reader.text();
    reader.text();
  }
}

void read_rest(Reader& reader, Request& request) {
  auto const path = [&] { request.path = reader.text(most_path_bytes); };
  auto const handle = [&] { request.handle = reader.text(most_handle_bytes); };
  switch (request.ask) {
    case Ask::Open:
      path();
      request.flags = reader.number();
      read_attributes(reader, request);
      break;
    case Ask::Close:
    case Ask::Fstat:
    case Ask::Readdir:
      handle();
      break;
    case Ask::Read:
      handle();
      request.offset = reader.long_number();
      request.length = reader.number();
      break;
    case Ask::Write:
      handle();
      request.offset = reader.long_number();
      request.data = reader.text();
      break;
    case Ask::Lstat:
    case Ask::Stat:
    case Ask::Opendir:
    case Ask::Remove:
    case Ask::Rmdir:
    case Ask::Realpath:
    case Ask::Readlink:
      path();
      break;
    case Ask::Setstat:
    case Ask::Mkdir:
      path();
      read_attributes(reader, request);
      break;
    case Ask::Fsetstat:
      handle();
      read_attributes(reader, request);
      break;
    case Ask::Rename:
    case Ask::Symlink:
      path();
      request.target = reader.text(most_path_bytes);
      break;
    case Ask::Extended:
      request.extension = reader.text(most_path_bytes);
      if (request.extension != "posix-rename@openssh.com") break;
      path();
      request.target = reader.text(most_path_bytes);
      break;
    case Ask::Init:
    case Ask::Unknown:
      break;
  }
}

bool is_known(std::uint8_t kind) { return kind == 1 || (kind >= 3 && kind <= 20) || kind == 200; }

void put(std::string& out, std::uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(number >> shift & 0xff);
}
void put(std::string& out, std::uint64_t number) {
  put(out, static_cast<std::uint32_t>(number >> 32));
  put(out, static_cast<std::uint32_t>(number));
}
void put(std::string& out, std::string_view text) {
  put(out, static_cast<std::uint32_t>(text.size()));
  out += text;
}
void put(std::string& out, Attributes const& attributes) {
  put(out, has_size | has_permissions | has_times);
  put(out, attributes.size);
  put(out, attributes.folder ? a_folder : a_file);
  put(out, attributes.modified);
  put(out, attributes.modified);
}

void begin(std::string& out, std::size_t body, std::uint8_t kind) {
  put(out, static_cast<std::uint32_t>(body + 1));
  out += static_cast<char>(kind);
}

std::string_view words_of(Status status) {
  switch (status) {
    case Status::Ok:
      return "Done.";
    case Status::End:
      return "End of file.";
    case Status::NotThere:
      return "There is no such file.";
    case Status::Denied:
      return "This is not allowed here.";
    case Status::BadMessage:
      return "This request cannot be read.";
    case Status::Unsupported:
      return "This server does not do that.";
    default:
      return "This did not work.";
  }
}

}  // namespace

std::uint32_t id_of(std::string_view body) { return body.size() < 5 ? 0 : number_at(body.substr(1)); }

std::optional<Request> read_request(std::string_view body) {
  if (body.size() < 5) return std::nullopt;
  Request request;
  auto const kind = static_cast<std::uint8_t>(body[0]);
  request.ask = is_known(kind) ? static_cast<Ask>(kind) : Ask::Unknown;
  Reader reader(body.substr(1));
  request.id = reader.number();
  read_rest(reader, request);
  return reader.is_good() ? std::optional(request) : std::nullopt;
}

void Packets::take(std::string_view bytes) {
  if (broken_) return;
  held_.erase(0, at_);
  at_ = 0;
  held_ += bytes;
}

std::optional<std::string_view> Packets::next() {
  if (broken_ || held() < 4) return std::nullopt;
  auto const rest = std::string_view(held_).substr(at_);
  auto const size = number_at(rest);
  if (size == 0 || size > most_packet_bytes) {
    broken_ = true;
    held_.clear();
    at_ = 0;
    return std::nullopt;
  }
  if (rest.size() - 4 < size) return std::nullopt;
  at_ += 4 + size;
  return rest.substr(4, size);
}

void answer_version(std::string& out) {
  constexpr std::string_view name = "posix-rename@openssh.com", version = "1";
  begin(out, 4 + 4 + name.size() + 4 + version.size(), says_version);
  put(out, our_version);
  put(out, name);
  put(out, version);
}

void answer_status(std::string& out, std::uint32_t id, Status status, std::string_view text) {
  if (text.empty()) text = words_of(status);
  constexpr std::string_view language = "en";
  begin(out, 4 + 4 + 4 + text.size() + 4 + language.size(), says_status);
  put(out, id);
  put(out, static_cast<std::uint32_t>(status));
  put(out, text);
  put(out, language);
}

void answer_handle(std::string& out, std::uint32_t id, std::string_view handle) {
  begin(out, 4 + 4 + handle.size(), says_handle);
  put(out, id);
  put(out, handle);
}

void answer_data(std::string& out, std::uint32_t id, std::string_view data) {
  begin(out, 4 + 4 + data.size(), says_data);
  put(out, id);
  put(out, data);
}

void answer_attributes(std::string& out, std::uint32_t id, Attributes const& attributes) {
  std::string body;
  put(body, attributes);
  begin(out, 4 + body.size(), says_attributes);
  put(out, id);
  out += body;
}

void Names::add(std::string_view name, std::string_view as_listed, Attributes const& attributes) {
  put(body_, name);
  put(body_, as_listed);
  put(body_, attributes);
  ++count_;
}

void Names::answer(std::string& out) const {
  begin(out, 4 + 4 + body_.size(), says_names);
  put(out, id_);
  put(out, count_);
  out += body_;
}

}  // namespace rollbook::doors
