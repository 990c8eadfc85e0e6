// Answers that need nothing but themselves: where the server declines, or has no breath for a page. In a browser a calm page that says what happened and what
// to do, for programs JSON, for whoever asks for neither a line of text. The page is fixed bytes around two sentences, so that it cannot be made dear. Pure.
#pragma once

#include <string_view>

#include "http/http.h"

namespace rollbook::http {

enum class Dress { Page, Json, Text };
// By the address (….json) and what is accepted.
Dress dress_for(Head const& head);
// Of a head that nobody could read: by what stands in it.
Dress dress_for_unread(std::string_view bytes);

// `how`: what to do; "": what is usual for the status. `retry_after` in seconds, 0: not told. Both sentences are ours, without characters that HTML or JSON
// would read as their own.
Response calm_answer(Dress dress, int status, std::string_view what, std::string_view how = {}, int retry_after = 0);

// The style of the page, as its policy knows it; for a test.
std::string_view calm_style();
std::string_view calm_style_hash();

}  // namespace rollbook::http
