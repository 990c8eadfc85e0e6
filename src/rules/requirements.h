// What the rules answer: every requirement that Rollbook knows, item by item and in its own words. A rule names those it answers in
// `checks`; what no rule checks says here why. The page docs/requirements.md is made of both, so that nobody has to guess what a
// clean report promises.
#pragma once

#include <iterator>
#include <string_view>

namespace rollbook {

struct Requirement {
  std::string_view id;
  std::string_view section;
  std::string_view text;
  std::string_view unchecked = {};  // what of it no rule checks, and why; must be there when no rule names it
};

namespace sections {
inline constexpr std::string_view package = "OneRoster: the package", csv = "OneRoster: CSV", values = "OneRoster: values",
                                  manifest = "OneRoster: manifest, bulk and delta", files = "OneRoster: files that need others",
                                  records = "OneRoster: across records", seen = "Deviations seen in real exports", meaning = "Rollbook: what a delivery states",
                                  learnplatform = "LearnPlatform's upload guide";
}

inline constexpr Requirement requirements[] = {
    {"or-1.1", sections::package, "A delivery is one zip, named .zip, packed by deflate, with all files at its top.",
     "Under the profiles of the standard loose files and folders are taken too, and a zip is known by its bytes, whatever it is called."},
    {"or-1.2", sections::package,
     "manifest.csv is always there, beside at most 13 files (1.1) or 21 files (1.2), each kind once; a manifest alone says that nothing changed."},
    {"or-1.3", sections::package, "File names are exactly those of the standard, capital letters included; other files are not expected."},
    {"or-1.4", sections::package, "A set without manifest.csv is OneRoster 1.0, unless its files look like a later version that lost its manifest."},
    {"or-1.5", sections::package, "The manifest says which version it is: 1.1 or 1.2, also for the documents 1.1.1 and 1.2.1."},

    {"or-2.1", sections::csv, "Files are UTF-8. Readers skip a byte order mark; writers write none."},
    {"or-2.2", sections::csv,
     "Cells are separated by commas and quoted as RFC 4180 has it, quotes inside doubled; no cell holds a line break; lines end with LF or CRLF."},
    {"or-2.3", sections::csv,
     "The first line is a header with every column of the standard, in its order, once and in its spelling; names and values go by case."},
    {"or-2.4", sections::csv, "Further columns are called metadata.something and stand behind all others."},
    {"or-2.5", sections::csv, "A file without rows is left out and called absent in the manifest."},
    {"or-2.6", sections::csv, "Every row has as many cells as the header."},
    {"or-2.7", sections::csv, "A blank cell means that there is no value; a space is not blank.",
     "Spaces alone in a text that may be blank are taken as a value, and nobody is told yet."},
    {"or-2.8", sections::csv, "Receivers keep at least 255 characters of a text and may cut the rest."},

    {"or-3.1", sections::values,
     "A sourcedId has 1 to 255 letters, digits and . - _ / @ (in 1.1 other characters are only discouraged), goes by case and tells nothing about a person.",
     "Whether an id tells something about a person is not looked at. Ids in references are looked up, not looked at: where the file they point to is absent or "
     "a delta, their form is not judged."},
    {"or-3.2", sections::values, "Dates are YYYY-MM-DD, times YYYY-MM-DDTHH:MM:SS.sssZ in UTC, a school year is the four digits of the year it ends in.",
     "schoolYear is compared with the dates of the school year itself, not of its terms. A time with another offset or with text behind it counts as written "
     "in another form, no more."},
    {"or-3.3", sections::values, "A boolean is true or false, in lower case."},
    {"or-3.4", sections::values, "The items of a list are joined by commas alone; none is empty, none holds a comma.",
     "That a comma belongs to an item cannot be seen: it looks like two items."},
    {"or-3.5", sections::values, "userIds are written {type:identifier}, several joined by commas; neither part is empty."},
    {"or-3.6", sections::values, "Score scales are written as pairs {from:to}, in the same way."},
    {"or-3.7", sections::values,
     "In 1.2 most vocabularies may be extended by words that begin with ext:; in 1.1 none, and never those of status, booleans, importance and roleType."},
    {"or-3.8", sections::values, "Whole numbers are digits, other numbers use a point; neither is grouped."},
    {"or-3.9", sections::values, "A field that its table requires has a value in every row."},
    {"or-3.10", sections::values, "A field with a vocabulary holds one of its words in that version.",
     "#N/A and its like are told as traces of a spreadsheet instead: a warning, whatever the field."},
    {"or-3.11", sections::values, "Grades are CEDS codes with two characters in 1.1; in 1.2 their words are agreed between sender and receiver.",
     "In 1.2 only a lost leading zero is told, because other words may have been agreed."},

    {"or-4.1", sections::manifest,
     "manifest.csv has the columns propertyName and value; manifest.version 1.0, oneroster.version and a row for each file of the version, saying absent, bulk "
     "or delta; source.systemName and source.systemCode if wanted; in any order.",
     "Spaces around its values are taken off without a word."},
    {"or-4.2", sections::manifest, "A file called absent is not there; one called bulk or delta is."},
    {"or-4.3", sections::manifest, "The mode is said for each file, so that complete and partial files may stand side by side.",
     "A permission: no delivery can break it."},
    {"or-4.4", sections::manifest,
     "In a bulk file status and dateLastModified are blank in every row. What it does not list has gone; what it lists again is back.",
     "The second sentence is about the roster that is stored: comparing does it, not checking."},
    {"or-4.5", sections::manifest,
     "In a delta file status and dateLastModified are filled in every row; active adds or changes a record, tobedeleted takes it away.",
     "A row that is tobedeleted is not asked for dateLastModified yet."},
    {"or-4.6", sections::manifest, "inactive, a word of 1.0, is read as tobedeleted."},
    {"or-4.7", sections::manifest, "Whatever a row of a complete file refers to is in the same delivery; a row of a delta may refer to what the receiver has.",
     "References into a file that is absent or a delta are listed as not asked; they are looked up in the stored roster when there is one."},
    {"or-4.8", sections::manifest, "At the receiver a record is created, active, to be deleted and then deleted, when it suits the receiver.",
     "It is about the receiver's memory, not about a file."},

    {"or-5.1", sections::files, "academicSessions.csv and orgs.csv need no other file.", "Nothing is needed, so nothing can be missing."},
    {"or-5.2", sections::files, "categories.csv and resources.csv need no other file.", "Nothing is needed, so nothing can be missing."},
    {"or-5.3", sections::files, "courses.csv needs orgs.csv."},
    {"or-5.4", sections::files, "classes.csv needs academicSessions.csv, courses.csv and orgs.csv."},
    {"or-5.5", sections::files, "users.csv needs orgs.csv, and in 1.2 roles.csv.",
     "In 1.2 users.csv needs orgs.csv through roles.csv. Such a need is told at the file between; when that one is a delta, nobody tells it. The same holds "
     "for all files below."},
    {"or-5.6", sections::files, "roles.csv (1.2) needs orgs.csv and users.csv."},
    {"or-5.7", sections::files, "userProfiles.csv (1.2) needs users.csv and orgs.csv."},
    {"or-5.8", sections::files, "demographics.csv needs users.csv and orgs.csv, and in 1.2 roles.csv."},
    {"or-5.9", sections::files, "enrollments.csv needs academicSessions.csv, classes.csv, courses.csv, orgs.csv and users.csv, and in 1.2 roles.csv."},
    {"or-5.10", sections::files, "classResources.csv needs academicSessions.csv, classes.csv, courses.csv, orgs.csv and resources.csv."},
    {"or-5.11", sections::files, "courseResources.csv needs courses.csv, orgs.csv and resources.csv."},
    {"or-5.12", sections::files, "userResources.csv (1.2) needs users.csv and resources.csv."},
    {"or-5.13", sections::files, "lineItems.csv needs academicSessions.csv, classes.csv, courses.csv, orgs.csv and categories.csv."},
    {"or-5.14", sections::files, "results.csv needs lineItems.csv and what that needs, and users.csv, and in 1.2 roles.csv."},
    {"or-5.15", sections::files, "scoreScales.csv (1.2) needs academicSessions.csv, classes.csv, courses.csv and orgs.csv."},
    {"or-5.16", sections::files, "lineItemScoreScales.csv (1.2) needs lineItems.csv and scoreScales.csv, and what these need."},
    {"or-5.17", sections::files, "resultScoreScales.csv (1.2) needs results.csv and scoreScales.csv, and what these need."},
    {"or-5.18", sections::files, "lineItemLearningObjectiveIds.csv (1.2) needs lineItems.csv and what that needs."},
    {"or-5.19", sections::files, "resultLearningObjectiveIds.csv (1.2) needs results.csv and what that needs."},
    {"or-5.20", sections::files,
     "A core roster is academicSessions, classes, courses, enrollments, orgs and users, and in 1.2 roles; a receiver may want more.",
     "It gives a selection its name; a delivery may hold less."},
    {"or-5.21", sections::files, "A file that only optional columns refer to is needed as soon as such a column is used.",
     "Not told yet as a finding of its own; the report lists these references as not asked."},

    {"or-6.1", sections::records, "Every reference names a record of the right file."},
    {"or-6.2", sections::records, "A sourcedId is used once in its file."},
    {"or-6.3", sections::records, "The school of a class, of an enrollment and of a line item is an organization of type school."},
    {"or-6.4", sections::records, "In 1.2 that organization may also have a type that begins with ext:."},
    {"or-6.5", sections::records, "The school year of a course is a session of type schoolYear."},
    {"or-6.6", sections::records, "A class meets in at least one session."},
    {"or-6.7", sections::records, "The sessions of a class need not be of type term.", "A permission: no delivery can break it."},
    {"or-6.8", sections::records, "The sessions of a class need not lie within the school year of its course.", "A permission: no delivery can break it."},
    {"or-6.9", sections::records, "The sourcedId of a demographic record is that of its person."},
    {"or-6.10", sections::records, "In a class a person is administrator, proctor, student or teacher."},
    {"or-6.11", sections::records, "Who is enrolled as a student should have the role student; beyond that the two need not agree."},
    {"or-6.12", sections::records, "primary should be true for teachers only."},
    {"or-6.13", sections::records, "A class should have one primary teacher at a time."},
    {"or-6.14", sections::records, "No session, role or enrollment should end before it begins."},
    {"or-6.15", sections::records, "The dates of an enrollment should lie within the sessions of its class."},
    {"or-6.16", sections::records, "The first day belongs to a span of time, the last does not."},
    {"or-6.17", sections::records, "An organization may do without a parent, whatever its type.", "A permission: no delivery can break it."},
    {"or-6.18", sections::records, "Parents lead upwards: school, district, local, state, national."},
    {"or-6.19", sections::records, "A school usually has the district as its parent.",
     "Usual, not required: only a receiver that wants it is a reason to tell it."},
    {"or-6.20", sections::records, "No organization is above itself."},
    {"or-6.21", sections::records, "A session may do without a parent.", "A permission: no delivery can break it."},
    {"or-6.22", sections::records, "Parents lead from grading period to term or semester to school year."},
    {"or-6.23", sections::records, "A session should lie within the dates of its parent."},
    {"or-6.24", sections::records, "No session is above itself."},
    {"or-6.25", sections::records, "subjects and subjectCodes have as many items, in the same order, when both are given.",
     "Whether a code belongs to the subject in its place is not known here."},
    {"or-6.26", sections::records, "subjects and subjectCodes should be given together."},
    {"or-6.27", sections::records, "enabledUser false keeps the person and closes the account; it removes nobody.",
     "It says what a value means; both values are right."},
    {"or-6.28", sections::records, "agentSourcedIds names people: parents, guardians and the like."},
    {"or-6.29", sections::records, "A person who is named as an agent should name the other one back.", "Not checked yet."},
    {"or-6.30", sections::records, "Teachers are no agents."},
    {"or-6.31", sections::records, "A person has one primary role at each organization (1.2).", "Two are told; that there is none is not told yet."},
    {"or-6.32", sections::records, "The user profile that a role names should be that of the same person (1.2)."},
    {"or-6.33", sections::records, "A person should have a role at their main organization (1.2)."},
    {"or-6.34", sections::records, "The highest score of a line item is not below the lowest."},
    {"or-6.35", sections::records, "A score lies within the limits of its line item."},
    {"or-6.36", sections::records, "The class of a result is that of its line item (1.2)."},
    {"or-6.37", sections::records, "A student with a result is enrolled in the class."},
    {"or-6.38", sections::records, "A line item should not belong to a whole school year."},
    {"or-6.39", sections::records, "A learning objective of CASE is named by its urn:uuid (1.2)."},

    {"or-8.1", sections::seen, "status and dateLastModified are filled in bulk files: told, and not looked at."},
    {"or-8.2", sections::seen, "Booleans are written TRUE and FALSE: told, and read as meant."},
    {"or-8.3", sections::seen, "Words have other capital letters (Scheduled, Active, ToBeDeleted): told, and read as meant."},
    {"or-8.4", sections::seen, "Dates look like 8/27/2018: an error. Times lack their time or have a space in them: told."},
    {"or-8.5", sections::seen, "Columns are misspelt (dataLastModified, prefferedGivenName, sourceID …): told, and read as meant where the name is known."},
    {"or-8.6", sections::seen, "Columns have their names of 1.0 (userSourcedId, birthdate, schoolYearId, grade, userId, agents): told, and read as meant."},
    {"or-8.7", sections::seen, "Optional columns are missing, stand in another order, or others stand among them: told, and found by name."},
    {"or-8.8", sections::seen, "Files are called userprofiles.csv, academicsessions.csv, org.csv: told, and read as meant."},
    {"or-8.9", sections::seen,
     "Manifests come in another order, with all cells quoted and odd source values, which is fine; with blank modes or some rows only, which is not."},
    {"or-8.10", sections::seen,
     "Manifests carry the footnote mark of the specification (file.roles*), the header propertyValue, or a version 1 that went through a spreadsheet: told, "
     "and read as meant."},
    {"or-8.11", sections::seen, "Lists have spaces behind their commas, subjects and codes differ in number: told."},
    {"or-8.12", sections::seen, "Some receivers want files with a header and no rows instead of none.", "It concerns what Rollbook writes, not what it reads."},
    {"or-8.13", sections::seen, "Some receivers take only ids of at most 100 letters, digits and . - _.",
     "It concerns what Rollbook writes for that receiver, not what it reads."},
    {"or-8.14", sections::seen, "Some receivers want the zip to have a certain name.",
     "It concerns what Rollbook writes for that receiver, not what it reads."},
    {"or-8.15", sections::seen, "At some receivers a bulk delivery removes enrollments only.", "It is how a receiver behaves; no file shows it."},
    {"or-8.16", sections::seen, "Some receivers leave out classes whose terms have not begun.", "It is how a receiver behaves; no file shows it."},
    {"or-8.17", sections::seen,
     "In 1.1 people with several roles are listed several times, or have a metadata column for the others: repeated ids are told, metadata is kept.",
     "What a metadata column says is not known here."},

    {"sem-1", sections::meaning, "A bulk file that is there is complete: what it does not list has gone. Where a source only adds and updates, nothing goes.",
     "It says what a file means; comparing follows it."},
    {"sem-2", sections::meaning, "A delta file that is there adds, changes and removes what it lists. Where a source only adds and updates, nothing goes.",
     "It says what a file means; comparing follows it."},
    {"sem-3", sections::meaning, "A file that is absent and not there says nothing: its table stays as it is.", "There is nothing to look at."},
    {"sem-4", sections::meaning,
     "Refused: an absent file that is there, a bulk or delta file that is not, a mode that is blank or unknown, a property missing or twice, a version missing "
     "or unknown."},
    {"sem-5", sections::meaning, "Without a manifest a delivery that looks like 1.1 or 1.2 is invalid; the version is guessed, and that is said."},
    {"sem-6", sections::meaning, "A OneRoster 1.0 set is refused and told what it is."},
    {"sem-7", sections::meaning, "manifest.csv alone is valid and changes nothing.", "Nothing is wrong with it, so there is nothing to tell."},
    {"sem-8", sections::meaning,
     "Refused: an empty file, semicolons or tabs between cells, bare carriage returns, UTF-16 or another encoding, a column twice, a required column missing."},
    {"sem-9", sections::meaning, "A complete users.csv or orgs.csv without rows is refused."},
    {"sem-10", sections::meaning, "Another complete file without rows is told and taken as saying nothing."},
    {"sem-11", sections::meaning, "A delta file without rows is told and changes nothing."},
    {"sem-12", sections::meaning, "A file that used to come and is absent now holds the run.",
     "It needs the delivery before this one: the guards of a run look at it, not the rules."},
    {"sem-13", sections::meaning, "A row that is tobedeleted in a bulk file is an error: it looks like a delta."},
    {"sem-14", sections::meaning, "Other values of status and dateLastModified in a bulk file are told and not looked at."},
    {"sem-15", sections::meaning, "A row of a delta without status or dateLastModified is left out.",
     "A row that is tobedeleted is not asked for dateLastModified yet."},
    {"sem-16", sections::meaning, "A missing optional column is told and says nothing about its field."},
    {"sem-17", sections::meaning, "A blank cell clears its field.", "It says what a cell means; comparing follows it."},
    {"sem-18", sections::meaning,
     "Unknown columns, another order, another case and known misspellings, of columns and files, are told and read as meant; metadata columns are kept."},
    {"sem-19", sections::meaning, "A folder around all files, leftovers of an operating system and other foreign files are told; the rest is read."},
    {"sem-20", sections::meaning, "A byte order mark is told and skipped; LearnPlatform refuses it."},
    {"sem-21", sections::meaning,
     "After an unclosed quote, invalid UTF-8 or a zero byte reading goes on at the next believable record, everything is listed, and the delivery is refused."},
    {"sem-22", sections::meaning,
     "A row with text behind a closing quote, with too many or too few cells, or longer than 1 MiB is left out; the record whose id can be read there is "
     "protected."},
    {"sem-23", sections::meaning, "Blank lines and lines of commas are skipped, and told once per file."},
    {"sem-24", sections::meaning, "Spaces around an id are an error of the row, told with the id it would match.",
     "Spaces in a reference are told as a reference to nothing, or as spaces in a list."},

    {"lp-1", sections::learnplatform, "OneRoster files come by SFTP; the OneRoster API is not supported.",
     "It is about the way of transfer, not about a file."},
    {"lp-2", sections::learnplatform, "The version is OneRoster 1.1."},
    {"lp-3", sections::learnplatform, "The CSV files are packed into one zip."},
    {"lp-4", sections::learnplatform, "The files of the zip lie together, not spread over folders."},
    {"lp-5", sections::learnplatform, "Files are UTF-8 without a byte order mark."},
    {"lp-6", sections::learnplatform, "Required fields and column headers are those of the standard, spelled exactly so."},
    {"lp-7", sections::learnplatform, "Cell values are exactly those that OneRoster 1.1 knows.",
     "Spaces in lists, loose times and filled status cells stay warnings under this profile, although the guide may mean them too."},
    {"lp-8", sections::learnplatform, "Optional files that are sent along keep to the standard as well, in name and headers."},
    {"lp-9", sections::learnplatform, "academicSessions.csv is written with a capital S."},
    {"lp-10", sections::learnplatform, "orgs.csv and users.csv are the least that must be there.",
     "Not checked yet: that one of them is absent is only a note about references."},
    {"lp-11", sections::learnplatform, "orgs.csv has a row of type district, which the others name as their parent."},
    {"lp-12", sections::learnplatform, "Every organization that users.csv names in orgSourcedIds is in orgs.csv."},
    {"lp-13", sections::learnplatform, "users.csv has the column enabledUser."},
    {"lp-14", sections::learnplatform, "Every person in users.csv has a sourcedId of their own."},
    {"lp-15", sections::learnplatform, "Names, addresses and phone numbers of students are better left out.",
     "A recommendation against the standard, which requires names. What a receiver gets is chosen where Rollbook writes for it."},
    {"lp-16", sections::learnplatform, "The roster holds the staff who will use LearnPlatform and the people whose use is to be seen by school and grade.",
     "Only the district knows who that is."},
    {"lp-17", sections::learnplatform, "Grade levels are CEDS codes."},
    {"lp-18", sections::learnplatform, "In the template for other files, administrators of the whole district leave school and grade blank.",
     "It is about a template of LearnPlatform, not about OneRoster."},
    {"lp-19", sections::learnplatform, "Staff at several schools or grades are listed in the template in one of two layouts.",
     "It is about a template of LearnPlatform, not about OneRoster."},
    {"lp-20", sections::learnplatform, "Rosters that are not OneRoster follow a template of columns and are taken in by hand.",
     "It is about a template of LearnPlatform, not about OneRoster."},
    {"lp-21", sections::learnplatform, "The organizations are called as in the SIS.",
     "It compares LearnPlatform's own list with the SIS; the delivery cannot show it."},
    {"lp-22", sections::learnplatform, "Rosters are never sent by mail or as a shared link.", "It is about the way of transfer, not about a file."},
    {"lp-23", sections::learnplatform,
     "OneRoster files may come every day, other files about once a quarter, after support has given access and heard of the first upload.",
     "It is about appointments, not about a file."},
};

// Place of a requirement in the list, or the length of the list.
constexpr std::size_t requirement_index(std::string_view id) {
  for (std::size_t i = 0; i < std::size(requirements); ++i)
    if (requirements[i].id == id) return i;
  return std::size(requirements);
}

// Calls f(id) for each id of a rule's `checks`.
template <class F>
constexpr void for_requirements(std::string_view checks, F&& f) {
  for (std::size_t at = 0; at < checks.size();) {
    auto const end = checks.find(' ', at) == std::string_view::npos ? checks.size() : checks.find(' ', at);
    f(checks.substr(at, end - at));
    at = end + 1;
  }
}

namespace requirement_checks {
constexpr bool in_order() {
  for (std::size_t i = 0; i < std::size(requirements); ++i) {
    auto const& r = requirements[i];
    if (r.section.empty() || r.text.empty() || r.text.back() != '.' || requirement_index(r.id) != i) return false;
    if (!r.unchecked.empty() && r.unchecked.back() != '.') return false;
  }
  return true;
}
static_assert(in_order());
}  // namespace requirement_checks

}  // namespace rollbook
