// Packets as a client writes them, and what it reads of the answers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "doors/codec.h"

namespace rollbook::test {

inline std::string number(std::uint32_t value) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xff);
  return out;
}
inline std::string long_number(std::uint64_t value) { return number(static_cast<std::uint32_t>(value >> 32)) + number(static_cast<std::uint32_t>(value)); }
inline std::string text(std::string_view value) { return number(static_cast<std::uint32_t>(value.size())) + std::string(value); }
inline std::string packet(int kind, std::string_view body) { return text(static_cast<char>(kind) + std::string(body)); }

inline std::string hello() { return packet(1, number(3)); }
inline std::string asks_open(std::uint32_t id, std::string_view name, std::uint32_t flags) {
  return packet(3, number(id) + text(name) + number(flags) + number(0));
}
inline std::string asks_close(std::uint32_t id, std::string_view handle) { return packet(4, number(id) + text(handle)); }
inline std::string asks_read(std::uint32_t id, std::string_view handle, std::uint64_t at, std::uint32_t most) {
  return packet(5, number(id) + text(handle) + long_number(at) + number(most));
}
inline std::string asks_write(std::uint32_t id, std::string_view handle, std::uint64_t at, std::string_view bytes) {
  return packet(6, number(id) + text(handle) + long_number(at) + text(bytes));
}
// Whatever asks about one path: lstat 7, opendir 11, remove 13, realpath 16, stat 17, readlink 19.
inline std::string asks_of(int kind, std::uint32_t id, std::string_view path) { return packet(kind, number(id) + text(path)); }
inline std::string asks_rename(std::uint32_t id, std::string_view from, std::string_view to, bool posix = false) {
  if (posix) return packet(200, number(id) + text("posix-rename@openssh.com") + text(from) + text(to));
  return packet(18, number(id) + text(from) + text(to));
}

struct Reply {
  int kind = 0;                    // 101 status, 102 handle, 103 data, 104 names, 105 attributes
  std::uint32_t id = 0, code = 0;  // the status, or how many names
  std::string body;                // of a handle or of data
};

inline std::uint32_t number_of(std::string_view bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<std::uint8_t>(bytes[i]);
  return value;
}

inline std::vector<Reply> replies_in(std::string_view bytes) {
  std::vector<Reply> all;
  doors::Packets packets;
  packets.take(bytes);
  while (auto const body = packets.next()) {
    Reply reply{static_cast<std::uint8_t>((*body)[0]), number_of(body->substr(1)), 0, {}};
    if (reply.kind == 101 || reply.kind == 104) reply.code = number_of(body->substr(5));
    if (reply.kind == 102 || reply.kind == 103 || reply.kind == 104) reply.body = body->substr(9);
    all.push_back(reply);
  }
  return all;
}

}  // namespace rollbook::test
