// What a record is found by: the words of its name, its ids, its e-mail, the code of a class; and for other records, that it refers to them.
//
// Words are folded: case and marks over letters make no difference, so "Zoë" is found by "zoe". A term is a prefix of what somebody may type, and an
// e-mail begins with its local part, so that needs no term of its own.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sync/stored_row.h"

namespace rollbook::runs {

// Lower case, without marks, as far as alphabets of European languages go; other letters stay as they are.
std::string folded(std::string_view text);

// The words of a text, folded.
std::vector<std::string> folded_words(std::string_view text);

// The first text behind all that begin with this one.
std::string behind(std::string word);

// The term of records of which a column refers to this key: how all of the column begin, and the key. No word begins as it does.
std::string reference_term(std::size_t column, std::uint32_t to);
std::string references_of(std::size_t column);
std::string with_key(std::string const& before, std::uint32_t key);

// The term of records with one of some ids: few share it, and it is short. Of tables whose records nobody looks for by words.
std::string id_term(std::string_view id);

// The term of the roles of a person at an organization; whoever has one there begins with `roles_at`.
std::string all_roles();
std::string roles_at(std::uint32_t org);
std::string role_term(std::uint32_t org, std::uint32_t user);
std::uint32_t user_of(std::string_view role_term);

// What a record is found by for what stands in one of its columns, in the order in which it stands there.
std::vector<std::string> words_of_column(TableId table, StoredRow const& row, std::size_t column);

// All terms of a record, in order, each once.
std::vector<std::string> terms_of(TableId table, std::string_view id, StoredRow const& row);

// Tables whose records are found by words; of others only references are known.
bool is_searched(TableId table);

constexpr std::size_t longest_term = 96;  // bytes: whoever types more than this finds it by its beginning

}  // namespace rollbook::runs
