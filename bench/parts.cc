// How fast the parts are, each alone: bytes or rows per second. The whole is measured by run.py.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>

#include "base/hash.h"
#include "bundle/zip.h"
#include "bundle/zip_builder.h"
#include "csv/batch.h"
#include "csv/stretch.h"
#include "csv/utf8.h"
#include "demo/make_district.h"
#include "diff/same_lines.h"
#include "roster/chunk_reader.h"
#include "roster/ids.h"
#include "roster/values.h"

namespace rollbook {
namespace {

using Files = std::map<std::string, std::string>;

Files made(double churn_percent) {
  MemorySink sink;
  make_district({.students = 10000, .seed = 1, .churn_percent = churn_percent}, sink);
  for (auto& [name, text] : sink.files) text.append(csv::padding, '\0');
  return sink.files;
}

Files const& district() {
  static Files const files = made(0);
  return files;
}
Files const& next_night() {
  static Files const files = made(1);
  return files;
}

std::string_view bytes_of(Files const& files, std::string const& file) {
  std::string_view const padded = files.at(file);
  return padded.substr(0, padded.size() - csv::padding);
}

// A table of the district: its rows and what its header says.
struct Source {
  Table const& table;
  std::string_view text;
  Member member;
  std::uint32_t first;
  Layout layout;

  explicit Source(Table const& of) : table(of), text(bytes_of(district(), std::string(of.name) + ".csv")), member{file_name(of.id), text, 0, true} {
    first = static_cast<std::uint32_t>(text.find('\n') + 1);
    layout = read_layout(header_of(text), table, Version::V11, false);
  }
  std::uint32_t columns() const { return static_cast<std::uint32_t>(layout.columns.size()); }
};

std::string kernel_name(csv::Kernel kernel) { return kernel == csv::Kernel::Scalar ? "scalar" : kernel == csv::Kernel::Avx2 ? "avx2" : "avx512"; }

void scan(benchmark::State& state, csv::Kernel kernel) {
  Source const source(enrollments);
  csv::Structure out;
  out.reserve_for(csv::chunk_bytes);
  for (auto _ : state) {
    for (auto at = source.first; at < source.text.size();) {
      auto const to =
          std::min<std::size_t>(source.text.find('\n', std::min<std::size_t>(at + csv::chunk_bytes - 4096, source.text.size() - 1)), source.text.size() - 1) +
          1;
      out.cells = out.rows = 0;
      at = csv::scan(kernel, source.text.data(), at, static_cast<std::uint32_t>(to), out);
      benchmark::DoNotOptimize(out.cells);
    }
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * (source.text.size() - source.first)));
}

void read_batch(benchmark::State& state, Table const& table) {
  Source const source(table);
  ChunkScratch scratch;
  std::int64_t rows = 0;
  for (auto _ : state) {
    ChunkReader reader(source.member, source.first, source.columns(), csv::best_kernel(), {});
    for (std::uint32_t k = 0; k < reader.count(); ++k) rows += reader.read(k, scratch).records;
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * source.text.size()));
  state.counters["rows/s"] = benchmark::Counter(static_cast<double>(rows), benchmark::Counter::kIsRate);
}

// One column of the first chunk of a table; all others are left out of the layout.
void read_column(benchmark::State& state, Table const& table, std::string_view name) {
  Source const source(table);
  auto const f = static_cast<std::uint8_t>(field_index(table, name));
  ChunkScratch scratch;
  ChunkReader reader(source.member, source.first, source.columns(), csv::best_kernel(), {});
  reader.read(0, scratch);
  auto layout = source.layout;
  auto const at = layout.column_of[f];
  layout.column_of.fill(no_column);
  layout.column_of[f] = at;

  // References are looked up in a table of as many ids as a district of this size has.
  Reading reading;
  IdIndex index;
  if (table.fields[f].refers_to != TableId::None) {
    Source const target(table_of(table.fields[f].refers_to));
    std::vector<IdCollector> collected(1);
    collected[0].start(0);
    ChunkScratch of_target;
    ChunkReader ids(target.member, target.first, target.columns(), csv::best_kernel(), {});
    std::vector<std::uint32_t> first_row;
    std::uint32_t rows = 0;
    for (std::uint32_t k = 0; k < ids.count(); ++k) {
      first_row.push_back(rows);
      rows += ids.read(k, of_target).records;
      for (std::uint32_t row = 0; row < of_target.batch.rows; ++row)
        collected[0].add(hash_of_id(of_target.batch.raw(row, 0), 0), csv::Place::of(k, of_target.batch.row_record[row]));
    }
    index.build(collected, first_row, true);
    reading.targets[static_cast<std::size_t>(table.fields[f].refers_to)].index = &index;
  }
  std::array<Widths, max_fields> widths{};
  Values out;
  for (auto _ : state) {
    read_values(scratch.batch, 0, table, layout, reading, widths, out);
    benchmark::DoNotOptimize(out.flaws.data());
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * scratch.batch.rows);
}

std::vector<std::uint64_t> hashes(std::size_t count) {
  std::mt19937_64 random(1);
  std::vector<std::uint64_t> out(count);
  for (auto& hash : out) hash = random() | 1;
  return out;
}

IdIndex built(std::vector<std::uint64_t> const& ids) {
  std::vector<IdCollector> collected(1);
  collected[0].start(partition_bits_for(ids.size() * 100));
  for (std::uint32_t row = 0; row < ids.size(); ++row) collected[0].add(ids[row], csv::Place::of(row >> 10, row & 1023));
  std::vector<std::uint32_t> first_row;
  for (std::size_t row = 0; row < ids.size(); row += 1024) first_row.push_back(static_cast<std::uint32_t>(row));
  IdIndex index;
  index.build(collected, first_row, true);
  return index;
}

void ids_build(benchmark::State& state) {
  auto const ids = hashes(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(built(ids).empty());
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * ids.size()));
}

void ids_find(benchmark::State& state) {
  auto const ids = hashes(static_cast<std::size_t>(state.range(0)));
  auto const index = built(ids);
  auto wanted = ids;
  std::shuffle(wanted.begin(), wanted.end(), std::mt19937(2));
  constexpr std::size_t ahead = 32;
  for (auto _ : state) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      if (i + ahead < wanted.size()) index.prefetch(wanted[i + ahead]);
      sum += index.find(wanted[i]);
    }
    benchmark::DoNotOptimize(sum);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * ids.size()));
}

void utf8(benchmark::State& state) {
  auto const text = bytes_of(district(), "users.csv");
  for (auto _ : state) benchmark::DoNotOptimize(csv::first_invalid_utf8(text));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}

void same_stretch(benchmark::State& state, csv::Kernel kernel) {
  auto const text = bytes_of(district(), "enrollments.csv");
  std::string const copy(text);
  for (auto _ : state) benchmark::DoNotOptimize(csv::same_stretch(kernel, text.data(), copy.data(), text.size()).lines);
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}

void match_lines(benchmark::State& state) {
  auto const before = bytes_of(district(), "enrollments.csv"), after = bytes_of(next_night(), "enrollments.csv");
  auto const start = before.find('\n') + 1;
  for (auto _ : state) benchmark::DoNotOptimize(rollbook::match_lines(before, start, after, start, 1, 1, csv::best_kernel(), {}).same);
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * (before.size() + after.size())));
}

void inflate(benchmark::State& state) {
  test::ZipBuilder zip;
  std::int64_t bytes = 0;
  for (auto const* name : {"enrollments.csv", "users.csv"}) {
    zip.deflate(name, bytes_of(district(), name));
    bytes += static_cast<std::int64_t>(bytes_of(district(), name).size());
  }
  auto const archive = zip.build();
  for (auto _ : state) benchmark::DoNotOptimize(open_zip(archive, {}, static_cast<unsigned>(state.range(0))).entries.size());
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * bytes);
}

[[maybe_unused]] bool const registered = [] {
  for (auto const kernel : csv::usable_kernels()) {
    benchmark::RegisterBenchmark(("scan/" + kernel_name(kernel)).c_str(), scan, kernel);
    benchmark::RegisterBenchmark(("same_stretch/" + kernel_name(kernel)).c_str(), same_stretch, kernel);
  }
  for (auto const* table : {&enrollments, &users, &demographics})
    benchmark::RegisterBenchmark(("read_batch/" + std::string(table->name)).c_str(), [table](benchmark::State& state) { read_batch(state, *table); });
  struct Of {
    char const* what;
    Table const& table;
    char const* field;
  };
  for (auto const& [what, table, field] : {Of{"ids", enrollments, "sourcedId"},
                                           {"references_repeated", enrollments, "classSourcedId"},
                                           {"references_random", enrollments, "userSourcedId"},
                                           {"reference_lists", users, "orgSourcedIds"},
                                           {"words", enrollments, "role"},
                                           {"booleans", users, "enabledUser"},
                                           {"dates", demographics, "birthDate"},
                                           {"dates_repeated", enrollments, "beginDate"},
                                           {"strings", users, "familyName"},
                                           {"emails", users, "email"},
                                           {"identifiers", users, "identifier"},
                                           {"lists", users, "grades"},
                                           {"pairs", users, "userIds"}})
    benchmark::RegisterBenchmark((std::string("read_values/") + what).c_str(),
                                 [&table = table, field = field](benchmark::State& state) { read_column(state, table, field); });
  return true;
}();

BENCHMARK(ids_build)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);
BENCHMARK(ids_find)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);
BENCHMARK(utf8);
BENCHMARK(match_lines)->Unit(benchmark::kMillisecond);
BENCHMARK(inflate)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace rollbook
