// Each part in each of its states, for whoever makes a page.
#include "web/pages.h"
#include "web/parts.h"

namespace rollbook::web {

Answer patterns(Visit&) {
  View view{"patterns", "Patterns"};
  for (auto const& [kind, text] : {std::pair("success", "Everything arrived and was applied."),
                                   {"info", "Good to know."},
                                   {"warning", "Worth a look; nothing stops."},
                                   {"danger", "It could not be done, and why."},
                                   {"held", "It waits for your decision."}})
    view.model["alerts"].add(alert(kind, text));
  view.model["link_told"] = "Give this link to Ada";
  view.model["link"] = "/welcome/only-an-example";
  for (auto const& [kind, icon, word] : {std::tuple("ok", "ok", "applied"),
                                         {"warning", "warning", "applied with warnings"},
                                         {"", "same", "no changes"},
                                         {"held", "held", "held"},
                                         {"error", "refused", "refused"},
                                         {"error", "error", "failed"},
                                         {"info", "running", "running"},
                                         {"", "waiting", "queued"},
                                         {"info", "info", "info"}})
    view.model["tags"].add(tag(kind, icon, word));
  view.model["plain"] = part({.name = "plain", .label = "A field", .value = "Its value", .required = false});
  view.model["hinted"] = part({.name = "hinted", .label = "With a hint", .hint = "What it is for.", .required = false});
  view.model["mistaken"] =
      part({.name = "mistaken", .label = "With a mistake", .value = "noon", .wrong = "This is no time of day. Write it like 02:30.", .required = false});
  view.model["empty"] = empty("upload", "Nothing has arrived yet", "Upload the first delivery, or let the source send it.", "#", "Upload");
  view.model["pager"] = {{"newer", "#newer"}, {"older", "#older"}};
  return view;
}

}  // namespace rollbook::web
