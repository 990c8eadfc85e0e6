// The portal without sockets: a home in a temporary folder, people of every kind, and what they ask.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "access/accounts.h"
#include "access/secrets.h"
#include "access/sessions.h"
#include "http/forms.h"
#include "store/districts.h"
#include "store/home.h"
#include "store/server_facts.h"
#include "web/portal.h"

namespace rollbook::test {

inline std::string header_of(http::Response const& response, std::string_view name) {
  for (auto const& header : response.headers)
    if (header.name == name) return header.value;
  return "";
}

// A browser, as far as the portal can tell: what it holds, and what its forms carry.
struct Browser {
  std::string session, csrf;
  std::string peer = "127.0.0.1";
  bool secure = false;
  bool in_chunks = false;               // its forms do not say how long they are
  std::vector<http::Header> also = {};  // more headers
};

class PortalTest : public testing::Test {
 protected:
  static constexpr std::int64_t now = 1'795'309'323;  // 2026-11-22

  void SetUp() override {
    char folder[] = "/tmp/rollbook-web-XXXXXX";
    folder_ = ::mkdtemp(folder);
    access::set_hashing({.passes = 1, .bytes = 8192});
    home_ = std::make_unique<store::Home>(std::move(*store::Home::open({folder_ + "/data", ""})));
    oakfield = store::add_district(operations(), "Oakfield", "America/Chicago", somebody)->id;
    riverside = store::add_district(operations(), "Riverside", "America/Chicago", somebody)->id;
    portal_ = open_portal();
  }
  void TearDown() override {
    tell_if_a_place_is_missing();
    portal_.reset();
    home_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::unique_ptr<web::Portal> open_portal(web::Limits::Rate per_address = {1e6, 1e6}, web::Limits::Rate per_session = {1e6, 1e6}) {
    auto portal = web::Portal::open({.place = {folder_ + "/data", ""},
                                     .key = key_,
                                     .strict = true,
                                     .per_address = per_address,
                                     .per_session = per_session,
                                     .now = [this] { return now * 1000 + later_ms; },
                                     .most_to_upload = most_to_upload,
                                     .on_queued = [this] { ++queued; }});
    EXPECT_TRUE(portal.ok()) << (portal.ok() ? "" : portal.trouble().text);
    return std::move(*portal);
  }

  store::Database& operations() { return home_->operations(); }

  access::Account person(std::string const& name, bool is_operator = false) {
    auto added = access::add_account(operations(), name + std::to_string(++people_) + "@example.org", name, is_operator, somebody);
    EXPECT_TRUE(added.ok()) << (added.ok() ? "" : added.trouble().text);
    return *added;
  }
  access::Account member(std::string const& name, std::int64_t district, access::Level level, std::optional<std::int64_t> org = {}) {
    auto const account = person(name);
    EXPECT_FALSE(access::grant(operations(), account.id, {district, org, level, false}, somebody));
    return account;
  }
  Browser browser_of(access::Account const& account) {
    auto const begun = access::begin_session(operations(), account.id, "127.0.0.1", "test", now);
    return {begun.token, begun.session.csrf};
  }

  http::Response ask(web::Portal& portal, Browser const& browser, std::string const& method, std::string const& address, std::string const& body = {}) {
    http::Head head;
    head.method = method;
    auto const mark = address.find('?');
    head.path = address.substr(0, mark);
    head.query = mark == std::string::npos ? "" : address.substr(mark + 1);
    head.peer = browser.peer;
    head.secure = browser.secure;
    head.headers = {{"host", "portal.test"}};
    std::string const prefix = browser.secure ? "__Host-" : "";
    std::string cookies;
    if (!browser.session.empty()) cookies = prefix + "rollbook_session=" + browser.session;
    else if (!browser.csrf.empty()) cookies = prefix + "rollbook_visitor=" + browser.csrf;
    if (!cookies.empty()) head.headers.push_back({"cookie", cookies});
    if (method == "POST") head.headers.push_back({"content-type", "application/x-www-form-urlencoded"});
    for (auto const& header : browser.also) head.headers.push_back(header);
    if (!body.empty() && !browser.in_chunks) head.body_size = body.size();
    auto const exchange = portal.begin(head);
    if (!body.empty())
      if (auto early = exchange->take(body)) return std::move(*early);
    return exchange->finish();
  }
  http::Response get(Browser const& browser, std::string const& address) { return ask(*portal_, browser, "GET", address); }
  // A form, with the token that a page would have put into it.
  http::Response post(Browser const& browser, std::string const& address, std::vector<std::pair<std::string, std::string>> const& fields = {}) {
    auto body = "csrf=" + http::percent_encoded(browser.csrf);
    for (auto const& [name, value] : fields) body += "&" + name + "=" + http::percent_encoded(value);
    return ask(*portal_, browser, "POST", address, body);
  }

  // Whatever is done through the portal: its entry in the audit log says from where. (What the tests write themselves is by "test", or says so.)
  void tell_if_a_place_is_missing() {
    auto rows =
        operations().prepare("SELECT who, what FROM audit WHERE from_where = '' AND (who LIKE '%@%' OR who IN ('somebody', 'a visitor', 'the server'))");
    while (rows->step()) ADD_FAILURE() << "nobody knows from where: " << rows->text(0) << ", " << rows->text(1);
  }

  // Somebody who has loaded a page, and is nobody yet.
  static Browser stranger() { return {"", "0123456789012345678901234567890123456789"}; }

  store::Actor const somebody{"test", "2026-11-22T01:02:03Z"};
  std::int64_t oakfield = 0, riverside = 0;
  std::atomic<std::int64_t> later_ms = 0;
  std::uint64_t most_to_upload = 8ull << 30;
  std::atomic<int> queued = 0;  // how often a page has put something into the queue
  std::unique_ptr<web::Portal> portal_;

  std::string folder_;
  store::ServerKey key_{store::ServerKey::Bytes{1, 2, 3}};
  std::unique_ptr<store::Home> home_;

 private:
  int people_ = 0;
};

}  // namespace rollbook::test
