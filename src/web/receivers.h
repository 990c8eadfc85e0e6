// Receivers as pages show them: which one a route means, how it stands with it, and what it gets.
#pragma once

#include <optional>
#include <string>

#include "store/receivers.h"
#include "web/page.h"

namespace rollbook::web {

std::optional<store::Receiver> receiver_of_route(Visit const& visit);
std::string address_of(Visit const& visit, store::Receiver const& receiver, std::string_view rest = {});
std::vector<Link> crumbs_to(Visit const& visit, store::Receiver const& receiver);

// {{#state}}{{>tag}}{{/state}}: active, paused, ended.
Model state_tag(store::Receiver const& receiver, std::int32_t today);
// name, kind, to, state, last: for the gallery and Home.
Model receiver_card(Visit& visit, store::Receiver const& receiver);
// "by hand", "after each run that changes the roster"
std::string when_in_words(store::Receiver const& receiver);
// When its schedule comes next, on the clock of the district; "" without one, and when nothing is shared now.
std::string next_time(Visit const& visit, store::Receiver const& receiver);
// The columns and what becomes of them, by table: {{#policy}}{{>policy}}{{/policy}}.
Model policy_model(store::Policy const& policy);
std::string treatment_in_words(store::Treatment treatment);

}  // namespace rollbook::web
