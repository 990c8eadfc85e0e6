#include "web/routes.h"

#include "web/pages.h"

namespace rollbook::web {
namespace {

using access::Right;

// The part of an address that is a district is always called {district}: the portal compares it with what the visitor holds.
constexpr Route all[] = {
    {"GET", "/", {}, begin},
    {"GET", "/go", Right::SignedIn, go_to_district},
    {"POST", "/appearance", {}, set_appearance},

    {"GET", "/sign-in", {}, sign_in},
    {"POST", "/sign-in", {}, do_sign_in},
    {"POST", "/sign-out", {}, sign_out},
    {"GET", "/forgot", {}, forgot},
    {"GET", "/welcome/{token}", {}, welcome},
    {"POST", "/welcome/{token}", {}, do_welcome},
    {"GET", "/invitation/{token}", {}, invitation},
    {"POST", "/invitation/{token}", {}, answer_invitation},

    {"GET", "/account", Right::SignedIn, account},
    {"POST", "/account/name", Right::SignedIn, change_name},
    {"POST", "/account/email", Right::SignedIn, change_email},
    {"POST", "/account/sessions/{session}/end", Right::SignedIn, end_one_session},
    {"POST", "/account/password", Right::SignedIn, change_password},
    {"POST", "/account/sign-out-everywhere", Right::SignedIn, sign_out_everywhere},
    {"POST", "/account/tokens", Right::SignedIn, add_token},
    {"POST", "/account/tokens/{token}/end", Right::SignedIn, end_token},

    {"GET", "/operator", Right::Operate, operate},
    {"POST", "/operator/districts", Right::Operate, add_district},
    {"GET", "/operator/districts/{number}", Right::Operate, operate_district},
    {"POST", "/operator/districts/{number}/invite", Right::Operate, invite_first},

    {"GET", "/districts/{district}", Right::SeeOwnClasses, home},
    {"GET", "/districts/{district}/school", Right::SeeHistory, schools},
    {"POST", "/districts/{district}/school", Right::SeeHistory, choose_school},
    {"GET", "/districts/{district}/gallery", Right::RunDeliveries, gallery, true},
    {"GET", "/districts/{district}/gallery/activate/{kind}", Right::RunDeliveries, activate, true},
    {"POST", "/districts/{district}/gallery/activate/{kind}", Right::RunDeliveries, do_activate, true},
    {"GET", "/districts/{district}/sources/{source}", Right::RunDeliveries, source_page, true},
    {"GET", "/districts/{district}/sources/{source}/setup/upload", Right::RunDeliveries, setup_upload, true},
    {"GET", "/districts/{district}/sources/{source}/setup/schools", Right::RunDeliveries, setup_schools, true},
    {"POST", "/districts/{district}/sources/{source}/setup/schools", Right::RunDeliveries, save_schools, true},
    {"GET", "/districts/{district}/sources/{source}/setup/columns", Right::RunDeliveries, setup_columns, true},
    {"POST", "/districts/{district}/sources/{source}/setup/columns", Right::RunDeliveries, save_columns, true},
    {"GET", "/districts/{district}/sources/{source}/setup/review", Right::RunDeliveries, setup_review, true},
    {"GET", "/districts/{district}/sources/{source}/setup/{step}", Right::RunDeliveries, setup_step, true},
    {"POST", "/districts/{district}/sources/{source}/setup/{step}", Right::RunDeliveries, save_setup_step, true},
    {"POST", "/districts/{district}/sources/{source}/again", Right::RunDeliveries, take_again, true},
    {"POST", "/districts/{district}/sources/{source}/live", Right::RunDeliveries, set_live, true},
    {"GET", "/districts/{district}/sources/{source}/settings/{group}", Right::RunDeliveries, edit_settings, true},
    {"POST", "/districts/{district}/sources/{source}/settings/{group}/preview", Right::RunDeliveries, preview_settings, true},
    {"POST", "/districts/{district}/sources/{source}/settings/{group}", Right::RunDeliveries, save_settings, true},
    {"GET", "/districts/{district}/sources/{source}/pause", Right::RunDeliveries, pause_source, true},
    {"POST", "/districts/{district}/sources/{source}/pause", Right::RunDeliveries, do_pause_source, true},
    {"POST", "/districts/{district}/sources/{source}/resume", Right::RunDeliveries, resume_source, true},
    {"GET", "/districts/{district}/sources/{source}/deactivate", Right::RunDeliveries, deactivate_source, true},
    {"POST", "/districts/{district}/sources/{source}/deactivate", Right::RunDeliveries, do_deactivate_source, true},
    {"GET", "/districts/{district}/sources/{source}/delete", Right::RunDeliveries, delete_source, true},
    {"POST", "/districts/{district}/sources/{source}/delete", Right::RunDeliveries, do_delete_source, true},
    {"GET", "/districts/{district}/sources/{source}/replace", Right::RunDeliveries, replace_source, true},
    {"POST", "/districts/{district}/sources/{source}/replace", Right::RunDeliveries, do_replace_source, true},
    {"GET", "/districts/{district}/planned", Right::RunDeliveries, planned, true},
    {"POST", "/districts/{district}/planned", Right::RunDeliveries, add_planned, true},
    {"POST", "/districts/{district}/planned/{range}/remove", Right::RunDeliveries, remove_planned, true},
    {"GET", "/districts/{district}/history", Right::SeeHistory, history},
    {"GET", "/districts/{district}/history/charts", Right::SeeHistory, history_charts, true},
    {"GET", "/districts/{district}/history/{run}", Right::SeeHistory, show_run},
    {"GET", "/districts/{district}/history/{run}/changes", Right::SeeHistory, run_changes},
    {"GET", "/districts/{district}/history/{run}/findings", Right::SeeHistory, run_findings},
    {"GET", "/districts/{district}/history/{run}/received", Right::SeeReceived, received, true},
    {"POST", "/districts/{district}/history/{run}/apply", Right::RunDeliveries, apply_run, true},
    {"POST", "/districts/{district}/history/{run}/discard", Right::RunDeliveries, discard_run, true},
    {"GET", "/districts/{district}/history/{run}/undo", Right::RunDeliveries, undo_preview, true},
    {"POST", "/districts/{district}/history/{run}/undo", Right::RunDeliveries, undo_run, true},
    {"GET", "/districts/{district}/export", Right::RunDeliveries, export_form, true},
    {"POST", "/districts/{district}/export", Right::RunDeliveries, export_roster, true},
    {"GET", "/districts/{district}/exports/{export}", Right::SeeHistory, show_export, true},
    {"POST", "/districts/{district}/exports/{export}/again", Right::RunDeliveries, export_again, true},
    {"GET", "/districts/{district}/history/{run}/events", Right::SeeHistory, run_events},
    {"POST", "/districts/{district}/history/{run}/cancel", Right::RunDeliveries, cancel_run, true},
    {"GET", "/districts/{district}/rosters", Right::SeeOwnClasses, rosters},
    {"GET", "/districts/{district}/upload", Right::RunDeliveries, upload, true},
    {"POST", "/districts/{district}/upload", Right::RunDeliveries, nullptr, true, take_upload},
    {"POST", "/districts/{district}/upload/{run}/confirm", Right::RunDeliveries, confirm_manifest, true},
    {"GET", "/districts/{district}/quality", Right::SeeHistory, soon},
    {"GET", "/districts/{district}/browse", Right::SeeOwnClasses, soon},

    // Who has the level System at one school manages the people of that school: these pages keep to it (web/managed.h).
    {"GET", "/districts/{district}/members", Right::ManagePeople, members},
    {"POST", "/districts/{district}/members", Right::ManagePeople, invite_member},
    {"POST", "/districts/{district}/members/invitations/{invitation}/withdraw", Right::ManagePeople, withdraw_invitation},
    {"GET", "/districts/{district}/members/{account}", Right::ManagePeople, member},
    {"POST", "/districts/{district}/members/{account}/grants", Right::ManagePeople, set_grant},
    {"POST", "/districts/{district}/members/{account}/remove", Right::ManagePeople, remove_member},
    {"POST", "/districts/{district}/members/{account}/link", Right::ManagePeople, link_for_member},
    {"GET", "/districts/{district}/administration", Right::ManagePeople, soon, true},
    {"GET", "/districts/{district}/administration/audit", Right::ManagePeople, audit, true},

    {"GET", "/help", {}, help},
    {"GET", "/help/rules", {}, help_rules},
    {"GET", "/help/rules/{code}", {}, help_rule},
    {"GET", "/help/tables", {}, help_tables},
    {"GET", "/help/tables/{table}", {}, help_table},
    {"GET", "/patterns", {}, patterns},
};

}  // namespace

std::span<Route const> routes() { return all; }

}  // namespace rollbook::web
