// What a letter says, in words and without a dress: templates make text and HTML of it (web/letter_dress). The first sentence says what happened, the second
// what to do. There are numbers, causes and a link, and nothing of any record.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "store/districts.h"
#include "store/events.h"

namespace rollbook::letters {

// Where it happened, in the words of people. `address`: where they reach the portal.
struct Where {
  store::District district;  // id 0: it concerns all
  std::string source, address;
};

struct Words {
  std::string subject, what, todo;
  std::vector<std::pair<std::string, std::string>> facts;  // label and value
  std::vector<std::string> causes;                         // sentences
  std::string link, link_title;                            // where to look
  std::string wishes;                                      // where one says which letters one wants
  std::string when, reminder;
};
Words words_of(store::Event const& event, Where const& where);

// To somebody who is invited: the only letter that goes to who has no account, and the only one with a secret in it.
struct Invited {
  std::string district, by, link, until;
};
Words words_of_an_invitation(Invited const& invited);

// For who sets the server up.
Words words_of_a_test(std::string const& address, std::string const& when);

// Made of templates by whoever has them; trouble names the template.
struct Dressed {
  std::string text, html;
};

// What a kind of event is called where people choose, and what it is.
struct KindWords {
  std::string_view title, what;
};
KindWords words_of(store::EventKind kind);

// The page that shows an event, below the address of the portal: "/districts/3/history/7".
std::string page_of(store::Event const& event);

}  // namespace rollbook::letters
