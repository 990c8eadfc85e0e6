// The declarations of src/schema against data/oneroster-csv.json, which was written from other sources and knows nothing of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "schema/catalogue.h"

namespace rollbook {
namespace {

using Json = nlohmann::ordered_json;
using Names = std::vector<std::string>;
using Words = std::set<std::string>;

Json const& facts() {
  static Json const all = Json::parse(std::ifstream(std::string(ROLLBOOK_SOURCE_DIR) + "/data/oneroster-csv.json"));
  return all;
}

std::string file_of(Table const& table) { return std::string(table.name) + ".csv"; }

Table const* table_of_file(std::string const& file) {
  for (auto const* table : all_tables)
    if (file_of(*table) == file) return table;
  return nullptr;
}

Field const* field_of(Table const& table, std::string const& name, Version version) {
  for (auto const& field : table.fields)
    if (field.name == name && is_in(field.in, version)) return &field;
  return nullptr;
}

// Calls f(version, file, facts of the file) for every data file of both versions.
template <class F>
void for_each_file(F&& f) {
  for (auto const version : {Version::V11, Version::V12})
    for (auto const& [file, of_file] : facts()["versions"][std::string(name_of(version))]["files"].items())
      if (file != "manifest.csv") f(version, file, of_file);
}

// Calls f(version, field, facts of the column) for every column that both sides know.
template <class F>
void for_each_column(F&& f) {
  for_each_file([&](Version version, std::string const& file, Json const& of_file) {
    auto const* table = table_of_file(file);
    if (table == nullptr) return;
    for (auto const& column : of_file["columns"])
      if (auto const* field = field_of(*table, column["name"], version)) {
        SCOPED_TRACE("OneRoster " + std::string(name_of(version)) + ", " + file + ", " + std::string(field->name));
        f(version, *field, column);
      }
  });
}

Words words_of(Vocabulary const& vocabulary, Version version) {
  Words words;
  for (std::size_t i = 0; i < vocabulary.words.size(); ++i)
    if (vocabulary.has(i, version)) words.emplace(vocabulary.words[i]);
  return words;
}

std::string type_in_facts(Field const& field) {
  auto const target = field.refers_to == TableId::None ? std::string() : std::string(table_of(field.refers_to).name);
  switch (field.type) {
    case Type::Guid:
      return "sourcedId";
    case Type::Ref:
      return "ref:" + target;
    case Type::RefList:
      return "reflist:" + target;
    case Type::String:
      return "string";
    case Type::StringList:
      return "list<string>";
    case Type::Enum:
      return "enum";
    case Type::EnumList:
      return "list<enum>";
    case Type::TypedIds:
      return "list<typedId>";
    case Type::Mapping:
      return "list<mapping>";
    case Type::Boolean:
      return "boolean";
    case Type::Date:
      return "date";
    case Type::DateTime:
      return "dateTime";
    case Type::Year:
      return "year";
    case Type::Int:
      return "int";
    case Type::Float:
      return "float";
  }
  return "";
}

bool is_extensible(Json const& value) { return value.is_string() || (value.is_boolean() && value.get<bool>()); }

bool mentions(Json const& column, std::string const& what) {
  if (!column.contains("unconfirmed")) return false;
  auto const& list = column["unconfirmed"];
  return std::find(list.begin(), list.end(), what) != list.end();
}

TEST(Schema, KnowsTheFilesOfEachVersion) {
  std::map<std::string, Words> expected, declared;
  for_each_file([&](Version version, std::string const& file, Json const&) { expected[std::string(name_of(version))].insert(file); });
  for (auto const version : {Version::V11, Version::V12})
    for (auto const* table : all_tables)
      if (is_in(table->in, version)) declared[std::string(name_of(version))].insert(file_of(*table));
  EXPECT_EQ(declared, expected);
}

TEST(Schema, KnowsTheDomainOfEachFile) {
  for_each_file([](Version, std::string const& file, Json const& of_file) {
    auto const* table = table_of_file(file);
    ASSERT_NE(table, nullptr) << file;
    std::string_view const domain = table->domain == Domain::Rostering ? "rostering" : table->domain == Domain::Resources ? "resources" : "gradebook";
    EXPECT_EQ(domain, of_file["domain"].get<std::string>()) << file;
  });
}

TEST(Schema, HasTheColumnsInTheirOrder) {
  for_each_file([](Version version, std::string const& file, Json const& of_file) {
    auto const* table = table_of_file(file);
    ASSERT_NE(table, nullptr) << file;
    Names expected, declared;
    for (auto const& column : of_file["columns"]) expected.push_back(column["name"]);
    for (auto const& field : table->fields)
      if (is_in(field.in, version)) declared.emplace_back(field.name);
    EXPECT_EQ(declared, expected) << "OneRoster " << name_of(version) << ", " << file;
  });
}

TEST(Schema, HasTheTypes) {
  for_each_column([](Version, Field const& field, Json const& column) { EXPECT_EQ(type_in_facts(field), column["type"].get<std::string>()); });
}

TEST(Schema, HasTheNeeds) {
  for_each_column([](Version version, Field const& field, Json const& column) {
    std::string_view const need = field.need == Need::DeltaOnly ? "delta-only" : is_required(field.need, version) ? "yes" : "no";
    EXPECT_EQ(need, column["required"].get<std::string>());
  });
}

TEST(Schema, SaysWhatIsUnconfirmed) {
  for_each_column([](Version version, Field const& field, Json const& column) {
    auto const says = [&](std::string_view part) { return field.unconfirmed.find(part) != std::string_view::npos; };
    if (version == Version::V11) {
      EXPECT_EQ(says("whether 1.1 requires it"), mentions(column, "required"));
    }
    EXPECT_EQ(says("one string or a list"), mentions(column, "type"));
  });
}

TEST(Schema, HasTheTargetsOfReferences) {
  for_each_column([](Version, Field const& field, Json const& column) {
    EXPECT_EQ(field.refers_to == TableId::None ? "" : file_of(table_of(field.refers_to)), column.value("ref", ""));
    Words wanted;
    if (column.contains("refCondition")) wanted = column["refCondition"]["type"].get<Words>();
    EXPECT_EQ(field.target_type.empty() ? Words{} : Words{std::string(field.target_type)}, wanted);
  });
}

TEST(Schema, HasTheWords) {
  for_each_column([](Version version, Field const& field, Json const& column) {
    auto const* vocabulary = field.words != nullptr ? field.words : field.type == Type::Boolean ? &words::boolean : nullptr;
    ASSERT_EQ(vocabulary != nullptr, column.contains("enum"));
    if (vocabulary == nullptr) return;
    EXPECT_EQ(words_of(*vocabulary, version), column["enum"].get<Words>());
    bool const extensible = column.contains("extensible") && is_extensible(column["extensible"]);
    EXPECT_EQ(vocabulary->extensible_in_12 && version == Version::V12, extensible);
  });
}

TEST(Schema, HasTheVocabulariesByName) {
  for (auto const version : {Version::V11, Version::V12}) {
    auto const& enumerations = facts()["versions"][std::string(name_of(version))]["enumerations"];
    for (auto const* vocabulary : words::all) {
      auto const name = std::string(vocabulary->name);
      if (!enumerations.contains(name)) continue;  // a vocabulary of the other version
      EXPECT_EQ(words_of(*vocabulary, version), enumerations[name]["values"].get<Words>()) << name << " in " << name_of(version);
      if (vocabulary != &words::grade) {  // grades are texts: their words are a habit, nothing is refused
        EXPECT_EQ(vocabulary->extensible_in_12 && version == Version::V12, is_extensible(enumerations[name]["extensible"]))
            << name << " in " << name_of(version);
      }
    }
    for (auto const& [name, of_enumeration] : enumerations.items()) {
      if (!of_enumeration.contains("values") || name == "RaceColumns" || name == "ManifestFileMode") continue;
      auto const known = std::any_of(std::begin(words::all), std::end(words::all), [&wanted = name](auto const* v) { return v->name == wanted; });
      EXPECT_TRUE(known) << name << " is no vocabulary of src/schema/words.h";
    }
  }
}

// A credential is at least personal; only what opens a door is a secret.
TEST(Schema, GuardsWhatConcernsAPerson) {
  for_each_column([](Version, Field const& field, Json const& column) {
    if (!column.contains("pii")) return;  // the facts of 1.1 do not say
    auto const pii = column["pii"].get<std::string>();
    auto const expected = pii == "No"                ? Privacy::Public
                          : pii == "Identifier"      ? Privacy::Identifier
                          : field.name == "password" ? Privacy::Secret
                                                     : Privacy::Personal;
    EXPECT_EQ(field.privacy, expected) << pii;
  });
}

TEST(Schema, HasTheFilesOfTheManifest) {
  for (auto const version : {Version::V11, Version::V12}) {
    auto const& manifest = facts()["versions"][std::string(name_of(version))]["manifest"];
    EXPECT_EQ(manifest["header"], (Names{"propertyName", "value"}));
    Words declared{"manifest.version", "oneroster.version", "source.systemName", "source.systemCode"}, listed;
    for (auto const* table : all_tables)
      if (is_in(table->in, version)) declared.insert("file." + std::string(table->name));
    for (auto const& property : manifest["properties"]) {
      auto const name = property["propertyName"].get<std::string>();
      listed.insert(name);
      EXPECT_EQ(property["required"], name.starts_with("source.") ? "no" : "yes") << name;
      if (name.starts_with("file.")) {
        EXPECT_EQ(property["enum"].get<Words>(), (Words{"absent", "bulk", "delta"})) << name;
      } else if (name.ends_with(".version")) {
        EXPECT_EQ(property["value"], name == "manifest.version" ? "1.0" : std::string(name_of(version)));
      }
    }
    EXPECT_EQ(declared, listed) << "OneRoster " << name_of(version);
  }
}

}  // namespace
}  // namespace rollbook
