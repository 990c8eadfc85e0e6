#include "batch/remark.h"

#include <array>

#include "report/fill.h"

namespace rollbook::batch {
namespace {

// {column} names the column, {when} says when it has to be filled, {words} lists what it may hold, {doc} says what it is, {near} proposes the nearest of these,
// {other} is the line of the other row, or a number.
constexpr std::array<std::string_view, static_cast<std::size_t>(What::Count_)> texts = {
    "ERROR: this line cannot be read as a row: it has too many or too few cells, a quote that does not close, or bytes that are no UTF-8. Compare it with the "
    "header in a text editor, and save the file as CSV in UTF-8.",
    "ERROR: {column} has a word that is not known. Write {words}.{near}",
    "ERROR: {column} is empty. It has to be filled in every row.",
    "ERROR: {column} is empty. It has to be filled when {when}.",
    "ERROR: {column} has characters that no id may have, or more than 255. Use letters, digits and . - _ / @, without spaces.",
    "ERROR: {column} is a number that a spreadsheet has shortened. Format the column as text, enter the id anew, and look at the file in a text editor.",
    "ERROR: {column} is no school of the roster. Write the id as it is there: capital letters and leading zeros count.{near}",
    "ERROR: {column} is no e-mail address. Write one like name@school.example, without spaces.",
    "ERROR: {column} is filled, but the person is not a teacher. Empty the cell, or correct userRole.",
    "ERROR: this action needs a class. Fill {column}.",
    "ERROR: {column} differs from line {other}, which is about the same person. Write the same in all rows of this person.",
    "ERROR: {column} differs from line {other}, which is about the same class. Write the same in all rows of this class.",
    "ERROR: {column} differs from line {other}, which is about the same person in the same class. Write the same in both, or remove one row.",
    "ERROR: line {other} says the opposite: of the two rows one adds the person to this class and the other one removes them. Remove one row.",
    "ERROR: the action is another one than in line {other}, which is about the same person. Archive or restore a person in all of their rows, or in none.",
    "ERROR: of this row and line {other} one adds a person to the class and the other one ends it. Remove one row.",
    "ERROR: {column} is no day that exists. Write year, month and day, as 2017-05-14; format the column as text, so that a spreadsheet leaves it so.",
    "ERROR: {column} is no language that is known. Write its ISO 639 code, as es, or its English name, as Spanish.{near}",
    "ERROR: nobody in the roster has this id. Write the id as it is there: capital letters and leading zeros count.",
    "ERROR: this person comes from {near}, and is changed there. Remove the row, or correct the person in that system.",
    "ERROR: this class comes from {near}, and is changed there. Remove the row, or correct the class in that system.",
    "ERROR: students of this district come from {near}: a file may bring staff and classes that are not there. Remove the row.",
    "ERROR: the roster has the id {near}, which is the same but for leading zeros. Write it so; format the column as text so that the zeros stay.",
    "ERROR: nobody has this id, and the e-mail address is that of the person with the id {near}, of whom other values differ or who is in this file too. Write "
    "the id {near}, or another address.",
    "ERROR: nobody has this id, and several people have this e-mail address. Write the id as it is in the roster, or another address.",
    "ERROR: nobody has this id, and the person with the id {near} is the same in everything else. If it is the same person, write the id {near}, or give that "
    "person the new id first (rollbook rekey); if not, fill userEmail or userStateId, which tell the two apart.",
    "ERROR: nobody has this id, and several people, one of them with the id {near}, are the same in everything else. Write the id as it is in the roster; if "
    "it is "
    "somebody else, fill userEmail or userStateId, which tell them apart.",
    "ERROR: the id of this person has changed from {near}, and another row is about the same person with another new id. Write one id in all rows of a person.",
    "ERROR: {column} is what {near} was called before, and still leads there. Write {near}; if it is another one, give it an id that nobody had.",
    "ERROR: users.csv archives this person, and with them what is known of them goes. Remove this row, or that one.",
    "WARNING: {column} is read with a leading zero. Write two characters, as 01; format the column as text so that the zero stays.",
    "WARNING: {column} looks like a US social security number. Use an id of the district instead.",
    "WARNING: this row says the same as line {other}. Remove one of the two.",
    "WARNING: {column} is also that of another person, in line {other}. Give each person an address of their own.",
    "WARNING: {column} is the same as that of another person, in line {other}, but for capital letters or leading zeros. If they are one person, write the "
    "same id.",
    "WARNING: the class has {other} students. Make classes of 80 students or fewer.",
    "WARNING: {column} is taken as it is, but is not what receivers expect. {doc}",
    "WARNING: the roster has the id {near}, which is the same but for capital letters. If they are one person, write the same id.",
    "WARNING: the person is not in this class; nothing is to be removed. Remove the row.",
    "WARNING: the roster has no such class; nothing is to be removed. Remove the row.",
};

std::string listed(std::span<std::string_view const> words) {
  std::string all;
  for (std::size_t i = 0; i < words.size(); ++i) all += (i == 0 ? "" : i + 1 < words.size() ? ", " : " or ") + std::string(words[i]);
  return all;
}

}  // namespace

bool is_error(What what) { return what < What::GradeWithoutZero; }

bool is_said_by_roster(What what) {
  return (what >= What::UnknownPerson && what < What::GradeWithoutZero) || (what >= What::AlmostAnothersId && what < What::Count_);
}

std::string words_of(Remark const& remark, Form const& form, std::string_view near) {
  auto const& column = form.columns[remark.column];
  return fill(texts[static_cast<std::size_t>(remark.what)], [&](std::string_view name) -> std::string {
    if (name == "column") return std::string(column.header);
    if (name == "when") return std::string(column.when);
    if (name == "doc") return std::string(column.doc);
    if (name == "words") return listed(column.words);
    if (name == "near") return near.empty() ? "" : is_said_by_roster(remark.what) ? std::string(near) : " The nearest is " + std::string(near) + '.';
    return std::to_string(remark.other);
  });
}

}  // namespace rollbook::batch
