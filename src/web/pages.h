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
Answer change_name(Visit& visit);
Answer change_email(Visit& visit);
Answer change_password(Visit& visit);
Answer end_one_session(Visit& visit);
Answer sign_out_everywhere(Visit& visit);
Answer add_token(Visit& visit);
Answer end_token(Visit& visit);

// operate.cc: for the operator of the server.
Answer operate(Visit& visit);
Answer add_district(Visit& visit);
Answer operate_district(Visit& visit);
Answer invite_first(Visit& visit);

// members.cc: who is here, and who is invited.
Answer members(Visit& visit);
Answer invite_member(Visit& visit);
Answer withdraw_invitation(Visit& visit);
Answer invite_member_again(Visit& visit);

// invitation.cc: what who is invited sees.
Answer invitation(Visit& visit);
Answer answer_invitation(Visit& visit);

// member.cc: one of them.
Answer member(Visit& visit);
Answer set_grant(Visit& visit);
Answer remove_member(Visit& visit);
Answer link_for_member(Visit& visit);

// administration.cc: where to go from there.
Answer administration(Visit& visit);

// rollover.cc: the whole district is suspended, or nobody is removed.
Answer rollover(Visit& visit);
Answer plan_rollover(Visit& visit);
Answer end_rollover(Visit& visit);

// org_pages.cc: the organizations, whom to call there, and the end of one.
Answer organization_tree(Visit& visit);
Answer organization(Visit& visit);
Answer set_contact(Visit& visit);
Answer delete_organization(Visit& visit);

// district_settings.cc: time zone, and how long what is old is kept.
Answer district_settings(Visit& visit);
Answer set_district_zone(Visit& visit);
Answer set_retention(Visit& visit);

// audit.cc
Answer audit(Visit& visit);

// quality.cc: what is found about the data as it is now, rule by rule.
Answer quality(Visit& visit);

// quality_rule.cc: one rule, school by school; and what is accepted of it.
Answer quality_rule(Visit& visit);
Answer quality_accepted(Visit& visit);
Answer accept_rule(Visit& visit);
Answer withdraw_acceptance(Visit& visit);

// quality_score.cc: schools over time.
Answer quality_score(Visit& visit);

// rosters.cc
Answer rosters(Visit& visit);

// upload.cc: a delivery comes in by hand. Where one looks on at what becomes of it.
Answer upload(Visit& visit);
std::unique_ptr<Taker> take_upload(Visit& visit);

// confirm_manifest.cc
Answer confirm_manifest(Visit& visit);

// progress.cc: a run as it goes on.
Answer run_events(Visit& visit);

// chosen_school.cc: the school at the top.
Answer schools(Visit& visit);
Answer choose_school(Visit& visit);

// help.cc
Answer help(Visit& visit);
Answer help_rules(Visit& visit);
Answer help_rule(Visit& visit);
Answer help_tables(Visit& visit);
Answer help_table(Visit& visit);

// home.cc
Answer home(Visit& visit);

// history.cc: imports and exports, newest first. run.cc: one of them. run_changes.cc, run_findings.cc: the rows behind its numbers, and what was wrong;
// finding.cc: one of these.
Answer history(Visit& visit);
Answer history_charts(Visit& visit);
Answer show_run(Visit& visit);
Answer run_changes(Visit& visit);
Answer run_findings(Visit& visit);
Answer all_findings(Visit& visit);
Answer finding(Visit& visit);
Answer accept_finding(Visit& visit);

// decide.cc: what a person decides of a run.
Answer apply_run(Visit& visit);
Answer discard_run(Visit& visit);
Answer cancel_run(Visit& visit);
Answer undo_preview(Visit& visit);
Answer undo_run(Visit& visit);

// received.cc: a file of a delivery, as it came.
Answer received(Visit& visit);

// hand_on.cc: the roster as a OneRoster zip.
Answer export_form(Visit& visit);
Answer export_roster(Visit& visit);

// one_export.cc: an export that was, and once more.
Answer show_export(Visit& visit);
Answer export_again(Visit& visit);

// patterns.cc
Answer patterns(Visit& visit);

// receiver_settings.cc, receiver_page.cc, disclosures.cc: export apps, and who got what.
Answer activate_receiver(Visit& visit);
Answer do_activate_receiver(Visit& visit);
Answer edit_receiver(Visit& visit);
Answer save_receiver(Visit& visit);
Answer receiver_page(Visit& visit);
Answer run_receiver(Visit& visit);
Answer pause_receiver(Visit& visit);
Answer resume_receiver(Visit& visit);
Answer end_receiver(Visit& visit);
Answer do_end_receiver(Visit& visit);
Answer disclosures(Visit& visit);

// gallery.cc
Answer gallery(Visit& visit);

// source_setup.cc, setup_schools.cc, setup_columns.cc, setup_review.cc: a source is activated and set up.
Answer activate(Visit& visit);
Answer do_activate(Visit& visit);
Answer setup_step(Visit& visit);
Answer save_setup_step(Visit& visit);
Answer setup_upload(Visit& visit);
Answer setup_schools(Visit& visit);
Answer save_schools(Visit& visit);
Answer setup_columns(Visit& visit);
Answer save_columns(Visit& visit);
Answer setup_review(Visit& visit);
Answer take_again(Visit& visit);
Answer set_live(Visit& visit);

// source_page.cc, source_edit.cc: one source and its settings.
Answer source_page(Visit& visit);
Answer edit_settings(Visit& visit);
Answer preview_settings(Visit& visit);
Answer save_settings(Visit& visit);

// source_end.cc
Answer pause_source(Visit& visit);
Answer do_pause_source(Visit& visit);
Answer resume_source(Visit& visit);
Answer sync_source_now(Visit& visit);
Answer deactivate_source(Visit& visit);
Answer do_deactivate_source(Visit& visit);
Answer delete_source(Visit& visit);
Answer do_delete_source(Visit& visit);
Answer replace_source(Visit& visit);
Answer do_replace_source(Visit& visit);

// planned.cc
Answer planned(Visit& visit);
Answer add_planned(Visit& visit);
Answer remove_planned(Visit& visit);

// browse.cc: records are found. record.cc: one of them.
Answer browse(Visit& visit);
Answer record(Visit& visit);

}  // namespace rollbook::web
