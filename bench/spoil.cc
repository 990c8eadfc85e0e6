// spoil IN.csv OUT.csv COLUMN EVERY VALUE [COLUMN EVERY VALUE …]: writes VALUE into COLUMN of every EVERY-th row. The same rows are
// spoilt each time, so that a million findings can be asked for.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct Damage {
  std::string column;
  std::uint64_t every;
  std::string value;
  std::size_t at = 0;
};

// Bounds of the cells of a record, quotes included.
void split(std::string_view record, std::vector<std::string_view>& cells) {
  cells.clear();
  bool quoted = false;
  std::size_t start = 0;
  for (std::size_t i = 0; i < record.size(); ++i) {
    quoted ^= record[i] == '"';
    if (record[i] != ',' || quoted) continue;
    cells.push_back(record.substr(start, i - start));
    start = i + 1;
  }
  cells.push_back(record.substr(start));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 6 || argc % 3 != 0) return std::fputs("spoil IN.csv OUT.csv COLUMN EVERY VALUE [COLUMN EVERY VALUE …]\n", stderr), 2;
  std::vector<Damage> damages;
  for (int i = 3; i < argc; i += 3) damages.push_back({argv[i], std::strtoull(argv[i + 1], nullptr, 10), argv[i + 2]});
  std::ifstream in(argv[1], std::ios::binary);
  if (!in) return std::fprintf(stderr, "cannot read %s\n", argv[1]), 2;
  std::ofstream out(argv[2], std::ios::binary | std::ios::trunc);

  std::string record, line, piece;
  std::vector<std::string_view> cells;
  std::uint64_t row = 0;
  bool quoted = false;
  while (std::getline(in, line)) {
    for (char const c : line) quoted ^= c == '"';
    record += line;
    if (quoted) {
      record += '\n';
      continue;
    }
    split(record, cells);
    if (row == 0) {
      for (auto& damage : damages) {
        while (damage.at < cells.size() && cells[damage.at] != damage.column) ++damage.at;
        if (damage.at == cells.size() || damage.every == 0) return std::fprintf(stderr, "%s has no column %s\n", argv[1], damage.column.c_str()), 2;
      }
    }
    for (std::size_t c = 0; c < cells.size(); ++c) {
      auto cell = cells[c];
      for (auto const& damage : damages)
        if (row > 0 && damage.at == c && row % damage.every == 0) cell = damage.value;
      (piece += c > 0 ? "," : "") += cell;
    }
    piece += '\n';
    if (piece.size() >= std::size_t{1} << 20) out << piece, piece.clear();
    record.clear();
    ++row;
  }
  out << piece;
  out.close();
  return out.fail() ? 2 : 0;
}
