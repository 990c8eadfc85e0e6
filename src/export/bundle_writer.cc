#include "export/bundle_writer.h"

#include <algorithm>

#include "base/demand.h"

namespace rollbook {
namespace {

constexpr std::size_t piece_size = std::size_t{256} << 10;

}  // namespace

void append_cell(std::string& out, std::string_view value) {
  // A library's search for each cell would cost more than looking at its few bytes.
  if (std::none_of(value.begin(), value.end(), [](char const c) { return c == ',' || c == '"' || c == '\r' || c == '\n'; })) {
    out += value;
    return;
  }
  out += '"';
  for (char const c : value) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

BundleWriter::BundleWriter(Version version, FileSink& sink, std::string system_name, std::string system_code)
    : version_(version), sink_(sink), system_name_(std::move(system_name)), system_code_(std::move(system_code)) {}

std::vector<Field const*> BundleWriter::columns(Table const& table, Version version) {
  std::vector<Field const*> columns;
  for (auto const& field : table.fields)
    if (is_in(field.in, version)) columns.push_back(&field);
  return columns;
}

void BundleWriter::begin(Table const& table, std::vector<std::string> const& metadata) { begin(table, columns(table, version_), metadata); }

void BundleWriter::begin(Table const& table, std::vector<Field const*> const& fields, std::vector<std::string> const& metadata) {
  auto& written = written_[static_cast<std::size_t>(table.id)];
  demand(is_in(table.in, version_) && !written && piece_.empty());
  written = true;
  sink_.begin(std::string(table.name) + ".csv");
  columns_ = fields.size() + metadata.size();
  for (auto const* field : fields) cell(field->name);
  for (auto const& name : metadata) cell(name);
  end_row();
}

void BundleWriter::cell(std::string_view value) {
  demand(cells_ < columns_);
  if (cells_++ > 0) piece_ += ',';
  append_cell(piece_, value);
}

void BundleWriter::end_row() {
  demand(cells_ == columns_);
  cells_ = 0;
  piece_ += '\n';
  if (piece_.size() >= piece_size) flush();
}

void BundleWriter::row(std::string_view line) {
  demand(cells_ == 0);
  piece_ += line;
  piece_ += '\n';
  if (piece_.size() >= piece_size) flush();
}

void BundleWriter::end() {
  demand(cells_ == 0);
  flush();
  sink_.end();
}

void BundleWriter::finish() {
  demand(piece_.empty());
  sink_.begin("manifest.csv");
  auto const property = [&](std::string_view name, std::string_view value) {
    append_cell(piece_, name);
    piece_ += ',';
    append_cell(piece_, value);
    piece_ += '\n';
  };
  property("propertyName", "value");
  property("manifest.version", "1.0");
  property("oneroster.version", name_of(version_));
  for (auto const* table : all_tables)
    if (is_in(table->in, version_)) property("file." + std::string(table->name), written_[static_cast<std::size_t>(table->id)] ? "bulk" : "absent");
  property("source.systemName", system_name_);
  property("source.systemCode", system_code_);
  flush();
  sink_.end();
}

void BundleWriter::flush() {
  sink_.write(piece_);
  piece_.clear();
}

}  // namespace rollbook
