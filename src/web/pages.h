// The functions behind the routes. A page is a file of this folder and a template; it is declared here and stands in routes.cc.
#pragma once

#include "web/page.h"

namespace rollbook::web {

// begin.cc: where one comes in.
Answer begin(Visit& visit);
Answer go_to_district(Visit& visit);
Answer set_appearance(Visit& visit);

// sign_in.cc
Answer sign_in(Visit& visit);
Answer do_sign_in(Visit& visit);
Answer sign_out(Visit& visit);
Answer forgot(Visit& visit);

// welcome.cc: one-time links.
Answer welcome(Visit& visit);
Answer do_welcome(Visit& visit);

// account.cc
Answer account(Visit& visit);
Answer change_password(Visit& visit);
Answer sign_out_everywhere(Visit& visit);
Answer add_token(Visit& visit);
Answer end_token(Visit& visit);

// operate.cc: for the operator of the server.
Answer operate(Visit& visit);
Answer add_district(Visit& visit);

// members.cc
Answer members(Visit& visit);
Answer add_member(Visit& visit);
Answer member(Visit& visit);
Answer set_grant(Visit& visit);
Answer remove_member(Visit& visit);
Answer link_for_member(Visit& visit);

// audit.cc
Answer audit(Visit& visit);

// rosters.cc
Answer rosters(Visit& visit);

// upload.cc: a delivery comes in by hand. Where one looks on at what becomes of it.
Answer upload(Visit& visit);
std::unique_ptr<Taker> take_upload(Visit& visit);
std::string page_of_run(Visit const& visit, std::int64_t run);

// upload_run.cc
Answer upload_run(Visit& visit);
Answer confirm_manifest(Visit& visit);

// progress.cc: a run as it goes on.
Answer run_events(Visit& visit);
Answer cancel_run(Visit& visit);

// help.cc
Answer help(Visit& visit);
Answer help_rules(Visit& visit);
Answer help_rule(Visit& visit);
Answer help_tables(Visit& visit);
Answer help_table(Visit& visit);

// patterns.cc
Answer patterns(Visit& visit);

// soon.cc: pages that are still to come, and what to use meanwhile.
Answer soon(Visit& visit);

}  // namespace rollbook::web
