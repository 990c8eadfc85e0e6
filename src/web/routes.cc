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

    {"GET", "/account", Right::SignedIn, account},
    {"POST", "/account/password", Right::SignedIn, change_password},
    {"POST", "/account/sign-out-everywhere", Right::SignedIn, sign_out_everywhere},
    {"POST", "/account/tokens", Right::SignedIn, add_token},
    {"POST", "/account/tokens/{token}/end", Right::SignedIn, end_token},

    {"GET", "/operator", Right::Operate, operate},
    {"POST", "/operator/districts", Right::Operate, add_district},

    {"GET", "/districts/{district}", Right::SeeOwnClasses, soon},
    {"GET", "/districts/{district}/gallery", Right::RunDeliveries, soon, true},
    {"GET", "/districts/{district}/history", Right::SeeHistory, soon},
    {"GET", "/districts/{district}/history/{run}/events", Right::SeeHistory, run_events},
    {"POST", "/districts/{district}/history/{run}/cancel", Right::RunDeliveries, cancel_run, true},
    {"GET", "/districts/{district}/rosters", Right::SeeOwnClasses, rosters},
    {"GET", "/districts/{district}/upload", Right::RunDeliveries, upload, true},
    {"POST", "/districts/{district}/upload", Right::RunDeliveries, nullptr, true, take_upload},
    {"GET", "/districts/{district}/upload/{run}", Right::RunDeliveries, upload_run, true},
    {"POST", "/districts/{district}/upload/{run}/confirm", Right::RunDeliveries, confirm_manifest, true},
    {"GET", "/districts/{district}/quality", Right::SeeHistory, soon},
    {"GET", "/districts/{district}/browse", Right::SeeOwnClasses, soon},

    {"GET", "/districts/{district}/members", Right::ManagePeople, members, true},
    {"POST", "/districts/{district}/members", Right::ManagePeople, add_member, true},
    {"GET", "/districts/{district}/members/{account}", Right::ManagePeople, member, true},
    {"POST", "/districts/{district}/members/{account}/grants", Right::ManagePeople, set_grant, true},
    {"POST", "/districts/{district}/members/{account}/remove", Right::ManagePeople, remove_member, true},
    {"POST", "/districts/{district}/members/{account}/link", Right::ManagePeople, link_for_member, true},
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
