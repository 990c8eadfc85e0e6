// 1.1 has room for one role in a row, so some systems repeat a person for every role or organization.
#pragma once

#include "translate/translation.h"

namespace rollbook {

// Rows of one id that differ in role, organizations and dateLastModified alone become the same row, word for word: the organizations of all, the role of the
// first. The check takes one of them, and tells the repetition as a warning.
void merge_repeated_users(Member& member, TextSet const& left_out_orgs, csv::Kernel kernel, Translated& out);

}  // namespace rollbook
