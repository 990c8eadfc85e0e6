// shuffle IN.csv OUT.csv [SEED]: the same header, the same rows, in random order. Rows may go over lines inside quotes.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

int main(int argc, char** argv) {
  if (argc < 3) return std::fputs("shuffle IN.csv OUT.csv [SEED]\n", stderr), 2;
  std::ifstream in(argv[1], std::ios::binary);
  if (!in) return std::fprintf(stderr, "cannot read %s\n", argv[1]), 2;
  in.seekg(0, std::ios::end);
  std::string text(static_cast<std::size_t>(in.tellg()), '\0');
  in.seekg(0);
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!text.empty() && text.back() != '\n') text += '\n';

  std::vector<std::string_view> records;
  bool quoted = false;
  for (std::size_t at = 0, start = 0; at < text.size(); ++at) {
    quoted ^= text[at] == '"';
    if (text[at] != '\n' || quoted) continue;
    records.emplace_back(text.data() + start, at + 1 - start);
    start = at + 1;
  }
  std::mt19937_64 random(argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 1);
  for (std::size_t left = records.size(); left > 2; --left) std::swap(records[left - 1], records[1 + random() % (left - 1)]);  // the header stays

  std::ofstream out(argv[2], std::ios::binary | std::ios::trunc);
  std::string piece;
  for (auto const record : records) {
    piece += record;
    if (piece.size() >= std::size_t{1} << 20) out << piece, piece.clear();
  }
  out << piece;
  out.close();
  return out.fail() ? 2 : 0;
}
