// The words of the portal: one for each idea, here, on screen and in reports.
#pragma once

#include <string_view>

namespace rollbook::web {

struct Term {
  std::string_view word, meaning;
};
inline constexpr Term glossary[] = {
    {"app", "What the Application Gallery offers and Home shows: import apps bring rosters, export apps take them."},
    {"applied", "What a run found has become part of the roster. It can be undone."},
    {"approve", "To decide that a run that waits is applied, whole or without some schools."},
    {"bundle", "A delivery, opened: its files and what its manifest says of them."},
    {"change", "A record that a run creates, updates or removes."},
    {"delivery", "The files as they arrived, in a zip, a folder or one by one. They are kept as received."},
    {"district", "Whose people it is about. Nothing of one district is ever shown to another."},
    {"excluded", "A row that an error keeps out. What the roster has for it stays as it was."},
    {"field", "One thing that is known of a record, like a given name; a column of a file."},
    {"finding", "Something that a rule noticed at a row or a file: refused, error, warning or info."},
    {"guard", "A limit on how much a run may change before a person has to look."},
    {"held", "A run that waits for a decision, and says in words why. Nothing of it is visible anywhere else."},
    {"manifest", "The file in a delivery that says which tables it states, and whether completely."},
    {"no changes", "A run that found the roster as the delivery says it is."},
    {"preview", "What a run that waits would change, with the rows behind every number."},
    {"receiver", "An application that takes rosters from Rollbook, configured: an export app."},
    {"refused", "A delivery that cannot be read, or that contradicts itself. Nothing changes."},
    {"revision", "The roster after a run, numbered. Each can be seen as it was."},
    {"roster", "Everything that is known of a district: people, classes, organizations and what joins them."},
    {"row, record", "A line of a table, and the person, class or organization that it is about."},
    {"rule", "What can be wrong with a delivery; each has a code, a reason and a way to mend it."},
    {"run", "One pass of a delivery, an edit or an undo from beginning to end."},
    {"source", "Who sends deliveries for a district: an import app that is set up."},
    {"sourcedId, id", "By which the rows of a source are known and refer to each other."},
    {"table", "One kind of record: organizations, people, classes, enrollments."},
    {"trial", "A source whose runs are only shown, until a person has approved one."},
    {"undo", "A run that puts back what an earlier one changed, with a preview of its own."},
};

struct LevelWords {
  std::string_view level, may;
};
inline constexpr LevelWords level_words[] = {
    {"Standard", "Sees own classes and their students."},
    {"Reporting", "Sees people, classes and organizations, history, data quality and findings."},
    {"Enrollment",
     "Also edits records, and enrolls by hand. Held at the district itself: configures sources and receivers, uploads, applies, approves, undoes, exports."},
    {"System", "Also manages people and their permissions, settings and the audit log, and may download deliveries as received."},
    {"Demographics", "A grant of its own beside a level: also sees demographics and other restricted fields."},
    {"Operator", "Adds districts and looks after the server. Sees that runs go, and no rows."},
};

}  // namespace rollbook::web
