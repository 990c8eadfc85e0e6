#include "letters/post_office.h"

#include "access/invitations.h"
#include "access/secrets.h"
#include "base/version.h"
#include "letters/message.h"
#include "letters/tell.h"
#include "letters/webhooks.h"
#include "letters/wishes.h"
#include "runs/work.h"
#include "store/district_life.h"
#include "store/moment.h"
#include "store/sealed.h"
#include "store/sources.h"
#include "views/local_time.h"

namespace rollbook::letters {
namespace {

constexpr std::int64_t shut_for = 60, look_at_digests_every = 60, forget_every = 3600;  // seconds

// The same each time that a letter is sent, and nobody else's: numbers of letters are given again when a district is deleted.
std::string message_id(store::ServerKey const& key, Item const& item, std::string const& from) {
  auto const own = key.derive("letterid", static_cast<std::uint64_t>(item.id));
  auto const words = std::to_string(item.id) + " " + std::to_string(item.created) + " " + std::to_string(item.account);
  auto const code = store::hmac_sha256({reinterpret_cast<char const*>(own.data()), own.size()}, words).substr(0, 24);
  return "letter-" + std::to_string(item.id) + "." + code + from.substr(from.rfind('@'));
}

Message message_of(MailSettings const& settings, std::string const& to, Words const& words, Dressed const& dressed) {
  return {
      .from = settings.value("from"), .from_name = settings.value("from-name"), .to = to, .subject = words.subject, .text = dressed.text, .html = dressed.html};
}

Tried no_more(std::string why) { return {Sent::Never, std::move(why)}; }

}  // namespace

std::string Rounds::worker_name() { return runs::name_of_this_worker(); }

std::optional<Trouble> Rounds::tell(std::int64_t now) {
  auto& operations = home_.operations();
  if (now >= looked_at_digests_ + look_at_digests_every || now < looked_at_digests_) {
    looked_at_digests_ = now;
    if (auto trouble = raise_digests(operations, now)) return trouble;
  }
  for (bool more = true; more;) {
    auto const told = tell_events(operations, now);
    if (!told) return told.trouble();
    more = *told;
  }
  if (now < forgot_at_ + forget_every && now >= forgot_at_) return std::nullopt;
  forgot_at_ = now;
  return forget_old(operations, now);
}

std::optional<Trouble> Rounds::send_letters(std::int64_t now) {
  for (bool more = true; more;) {
    auto const sent = send_one(0, now, [&](Item const& item) { return send_letter(item, now); });
    if (!sent) return sent.trouble();
    more = *sent;
  }
  return std::nullopt;
}

std::optional<Trouble> Rounds::send_to_webhooks(std::int64_t now) {
  for (bool more = true; more;) {  // one for each in turn: who answers slowly does not keep the others waiting for all of its own
    more = false;
    for (auto const door : due_doors(home_.operations(), time_in(now))) {
      if (door == 0) continue;
      auto const sent = send_one(door, now, [&](Item const& item) { return send_to_webhook(item, time_in(now)); });
      if (!sent) return sent.trouble();
      more |= *sent;
    }
  }
  return home_.operations().trouble();
}

// A round takes its time: leases, doors that are shut and signatures are of the moment, not of its beginning.
std::int64_t Rounds::time_in(std::int64_t round) const { return options_.now ? std::max(round, options_.now()) : round; }

bool Rounds::is_shut(std::int64_t door, std::int64_t now) const {
  auto const found = shut_until_.find(door);
  return found != shut_until_.end() && now < found->second && now > found->second - 2 * shut_for;
}

Result<bool> Rounds::send_one(std::int64_t door, std::int64_t round, Send const& send) {
  auto& operations = home_.operations();
  auto const now = time_in(round);
  if (is_shut(door, now) || (ends_ && ends_())) return false;
  auto const item = claim_item(operations, door, worker_, now);
  if (operations.trouble()) return *operations.trouble();
  if (!item) return false;
  auto const tried = send(*item);
  if (operations.trouble()) return *operations.trouble();
  auto const noted_at = time_in(now);
  if (auto trouble = note_result(operations, *item, worker_, tried, noted_at)) return *trouble;
  if (tried.door_is_shut) shut_until_[door] = noted_at + shut_for;
  return true;
}

Where Rounds::where_of(store::Event const& event) {
  auto& operations = home_.operations();
  Where where;
  where.address = mail_settings(operations).value("address");
  if (where.address.ends_with('/')) where.address.pop_back();
  if (event.district == 0) return where;
  if (auto const district = store::find_district(operations, std::to_string(event.district))) where.district = *district;
  if (event.source && where.district.id > 0)
    if (auto const source = store::find_source(operations, where.district, *event.source); source && *source) where.source = (*source)->name;
  return where;
}

Tried Rounds::send_words(Item const& item, Words const& words, std::string const& to) {
  auto const settings = mail_settings(home_.operations());
  auto const dressed = options_.dress(words);
  if (!dressed) return {Sent::Later, dressed.trouble().text};
  auto message = message_of(settings, to, words, *dressed);
  message.date = item.created;
  message.id = message_id(options_.key, item, settings.value("from"));
  return mailer_.send(settings, mail_password(home_.operations(), options_.key), to, written(message));
}

Tried Rounds::send_letter(Item const& item, std::int64_t now) {
  if (item.invitation > 0) return send_invitation(item, now);
  auto& operations = home_.operations();
  auto const event = store::find_event(operations, item.event);
  auto const account = access::find_account(operations, item.account);
  if (!event || !account) return no_more("Whom or what it was about is not there any more.");
  if (!is_reader_of(operations, *event, *account)) return no_more("They may not read it any more, or do not want to.");
  if (item.district > 0 && store::service_of(operations, item.district) != store::Service::Open) return no_more("The district is suspended by the operator.");
  if (auto why = missing_for_mail(mail_settings(operations)); !why.empty()) return {Sent::Later, why, 0, true};
  return send_words(item, words_of(*event, where_of(*event)), account->email);
}

// The link is not kept anywhere: it is made of the server key, the same for each try, and known from now on by its hash.
Tried Rounds::send_invitation(Item const& item, std::int64_t now) {
  auto& operations = home_.operations();
  auto const invitation = access::find_invitation(operations, item.district, item.invitation, now);
  auto const district = store::find_district(operations, std::to_string(item.district));
  if (!invitation || !invitation->holds(now) || !district) return no_more("It was accepted, declined or withdrawn, or has ended.");
  if (item.created < invitation->made) return no_more("A later letter has taken its place.");
  if (store::service_of(operations, item.district) != store::Service::Open) return no_more("The district is suspended by the operator.");
  auto const settings = mail_settings(operations);
  if (auto why = missing_for_mail(settings); !why.empty()) return {Sent::Later, why, 0, true};
  auto const own = options_.key.derive("inviting", static_cast<std::uint64_t>(invitation->id));
  auto const words = std::to_string(invitation->id) + " " + std::to_string(invitation->made) + " " + invitation->email;
  auto const token = access::text_hash_of("letter", store::hmac_sha256({reinterpret_cast<char const*>(own.data()), own.size()}, words));
  access::keep_token(operations, invitation->id, token);
  auto address = settings.value("address");
  if (address.ends_with('/')) address.pop_back();
  auto const by = access::find_account(operations, invitation->by.account);
  return send_words(item,
                    words_of_an_invitation({district->name, by ? by->name : "Somebody", address + "/invitation/" + token,
                                            views::local_time(store::moment_text(invitation->ends), district->time_zone).text()}),
                    invitation->email);
}

Tried Rounds::send_to_webhook(Item const& item, std::int64_t now) {
  auto& operations = home_.operations();
  auto const event = store::find_event(operations, item.event);
  auto const webhook = find_webhook(operations, item.webhook);
  if (!event || !webhook || webhook->state == "ended") return no_more("The webhook was removed.");
  if (webhook->state == "paused") return {Sent::Later, "The webhook is paused."};
  auto const district = store::find_district(operations, std::to_string(webhook->district));
  if (!district || store::service_of(operations, webhook->district) != store::Service::Open) return no_more("The district is suspended by the operator.");
  auto told = *event;
  told.district = district->id;  // also of what concerns all
  auto const where = where_of(told);
  auto const secret = webhook_secret(operations, options_.key, webhook->id);
  if (secret.empty()) return no_more("Its secret cannot be read with the server key: add the webhook anew.");
  Post post{.url = webhook->url, .private_addresses = may_be_private(), .http = may_be_http()};
  post.body = webhook_body(told, item.id, district->name, where.source, where.address.empty() ? "" : where.address + page_of(told));
  post.headers = {"Content-Type: application/json",
                  "User-Agent: Rollbook/" + std::string(program_version),
                  "Expect:",
                  "Rollbook-Event: " + std::string(store::name_of(event->kind)),
                  "Rollbook-Delivery: " + std::to_string(item.id),
                  "Rollbook-Timestamp: " + std::to_string(now),
                  "Rollbook-Signature: " + signature_of(secret, now, post.body)};
  return push(post, ends_);
}

Tried send_test_letter(store::Database& operations, PostOptions const& options, std::string const& to, std::int64_t now, Stops stops) {
  auto const settings = mail_settings(operations);
  if (auto why = missing_for_mail(settings); !why.empty()) return {Sent::Later, why};
  auto address = settings.value("address");
  if (address.ends_with('/')) address.pop_back();
  auto const words = words_of_a_test(address, views::local_time(store::moment_text(now), "UTC").text());
  auto const dressed = options.dress(words);
  if (!dressed) return {Sent::Later, dressed.trouble().text};
  auto message = message_of(settings, to, words, *dressed);
  message.date = now;
  message.id = message_id(options.key, {.id = 0, .created = now}, settings.value("from"));
  return Mailer(std::move(stops)).send(settings, mail_password(operations, options.key), to, written(message));
}

PostOffice::PostOffice(PostOptions options) : options_(std::move(options)) {
  for (bool const letters : {true, false}) threads_.emplace_back([this, letters] { work(letters); });
}

PostOffice::~PostOffice() {
  {
    std::lock_guard const lock(mutex_);
    ends_ = true;
  }
  more_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void PostOffice::wake() {
  {
    std::lock_guard const lock(mutex_);
    ++woken_;
  }
  more_.notify_all();
}

void PostOffice::work(bool letters) {
  std::optional<store::Home> home;
  std::optional<Rounds> rounds;
  auto const ends = [this] { return ends_.load(); };
  std::uint64_t seen = 0;
  do {
    {
      std::lock_guard const lock(mutex_);
      seen = woken_;
    }
    if (!home) {
      auto opened = store::Home::open(options_.place);
      if (opened) home.emplace(std::move(*opened)), rounds.emplace(options_, *home, ends);
      else if (options_.on_trouble) options_.on_trouble(opened.trouble().text);
    }
    if (!home) continue;
    auto trouble = letters ? rounds->tell(options_.now()) : std::nullopt;
    if (!trouble) trouble = letters ? rounds->send_letters(options_.now()) : rounds->send_to_webhooks(options_.now());
    if (trouble && options_.on_trouble) options_.on_trouble(trouble->text);
    if (home->operations().trouble() && !home->operations().recover()) rounds.reset(), home.reset();
  } while (wait_for_more(seen));
}

// False: it is over.
bool PostOffice::wait_for_more(std::uint64_t seen) {
  std::unique_lock lock(mutex_);
  more_.wait_for(lock, options_.look_every, [&] { return ends_.load() || woken_ != seen; });
  return !ends_.load();
}

}  // namespace rollbook::letters
