#include "letters/send.h"

#include <algorithm>
#include <cstring>

#include "letters/libcurl.h"
#include "report/words.h"
#include "runs/outward.h"

namespace rollbook::letters {
namespace {

constexpr std::size_t longest_told = 200;
constexpr long webhook_seconds = 20;
constexpr std::string_view no_library = "libcurl is not installed on this server (Debian: libcurl4).";

struct Reading {
  std::string const& bytes;
  std::size_t at = 0;
};

std::size_t read_some(char* to, std::size_t size, std::size_t many, void* from) {
  auto& reading = *static_cast<Reading*>(from);
  auto const some = std::min(size * many, reading.bytes.size() - reading.at);
  std::memcpy(to, reading.bytes.data() + reading.at, some);
  reading.at += some;
  return some;
}

std::size_t ignore(char*, std::size_t size, std::size_t many, void*) { return size * many; }

struct Looked {
  bool private_addresses = false, refused = false;
};

// libcurl asks for a socket to an address that it has looked up: this is the address that is connected to, whatever the name says a moment later.
curl_socket_t open_socket(void* with, curlsocktype, curl_sockaddr* address) {
  auto& looked = *static_cast<Looked*>(with);
  if (!looked.private_addresses && runs::is_private(&address->addr)) {
    looked.refused = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

bool nobody_is_there(CURLcode code) {
  return code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_OPERATION_TIMEDOUT || code == CURLE_SSL_CONNECT_ERROR ||
         code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_USE_SSL_FAILED || code == CURLE_LOGIN_DENIED || code == CURLE_SSL_CACERT_BADFILE ||
         code == CURLE_GOT_NOTHING;
}

// The recipient alone was refused, for good: RFC 5321, 4.2.3. What it says of the sender or the whole letter may be mended by the operator.
bool refuses_the_reader(std::string const& why, long status) {
  return why.starts_with("RCPT failed") && (status == 550 || status == 551 || status == 553 || status == 501);
}

std::string mail_failure(CURLcode code, std::string const& why, long status) {
  auto const said = visible(why, longest_told);
  if (code == CURLE_LOGIN_DENIED) return "The mail server does not let Rollbook in: look at user and password. (" + said + ")";
  if (code == CURLE_USE_SSL_FAILED) return "The mail server offers no STARTTLS, and letters are not sent without. (" + said + ")";
  if (code == CURLE_PEER_FAILED_VERIFICATION) return "The certificate of the mail server is not right. (" + said + ")";
  if (status >= 400) return "The mail server refuses it with " + std::to_string(status) + ". (" + said + ")";
  return "The mail server cannot be reached. (" + said + ")";
}

}  // namespace

struct Mailer::State {
  Transfer transfer;
  Stops stops;
};

Mailer::Mailer(Stops stops) : state_(std::make_unique<State>()) { state_->stops = std::move(stops); }
Mailer::Mailer(Mailer&&) noexcept = default;
Mailer::~Mailer() = default;

Tried Mailer::send(MailSettings const& settings, std::string const& password, std::string const& to, std::string const& message) {
  auto& transfer = state_->transfer;
  if (!transfer.is_there()) return {Sent::Later, std::string(no_library), 0, true};
  if (auto why = missing_for_mail(settings); !why.empty()) return {Sent::Later, why, 0, true};
  auto const security = settings.value("security");
  auto const url = (security == "tls" ? "smtps://" : "smtp://") + settings.value("server") + ":" + std::to_string(settings.port());
  auto const from = "<" + settings.value("from") + ">", user = settings.value("user");
  Reading reading{message};
  transfer.begin(url, "smtp,smtps", state_->stops);
  transfer.set(CURLOPT_USE_SSL, static_cast<long>(security == "none" ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  if (!user.empty()) {
    transfer.set(CURLOPT_USERNAME, user.c_str());
    transfer.set(CURLOPT_PASSWORD, password.c_str());
  }
  transfer.set(CURLOPT_MAIL_FROM, from.c_str());
  transfer.recipient("<" + to + ">");
  transfer.set(CURLOPT_READFUNCTION, read_some);
  transfer.set(CURLOPT_READDATA, &reading);
  transfer.set(CURLOPT_UPLOAD, 1L);
  transfer.set(CURLOPT_WRITEFUNCTION, ignore);
  auto const code = transfer.perform();
  if (code == CURLE_OK) return {};
  auto const status = transfer.status();
  auto const why = transfer.why(code);
  bool const alone = refuses_the_reader(why, status);
  return {alone ? Sent::Refused : Sent::Later, mail_failure(code, why, status), status, !alone && nobody_is_there(code)};
}

Tried push(Post const& post, Stops const& stops) {
  Transfer transfer;
  if (!transfer.is_there()) return {Sent::Later, std::string(no_library), 0, true};
  if (!is_web_address(post.url, !post.http)) return {Sent::Never, "The address has to be https, unless the operator of this server allows http.", 0};
  Looked looked{post.private_addresses};
  transfer.begin(post.url, post.http ? "http,https" : "https", stops);
  transfer.set(CURLOPT_OPENSOCKETFUNCTION, open_socket);
  transfer.set(CURLOPT_OPENSOCKETDATA, &looked);
  transfer.set(CURLOPT_FOLLOWLOCATION, 0L);
  transfer.set(CURLOPT_TIMEOUT, webhook_seconds);
  transfer.set(CURLOPT_POST, 1L);
  transfer.set(CURLOPT_POSTFIELDS, post.body.c_str());
  transfer.set(CURLOPT_POSTFIELDSIZE, static_cast<long>(post.body.size()));
  transfer.set(CURLOPT_WRITEFUNCTION, ignore);
  transfer.set(CURLOPT_MAXFILESIZE, 1L << 20);
  for (auto const& line : post.headers) transfer.header(line);
  auto const code = transfer.perform();
  auto const status = transfer.status();
  if (code != CURLE_OK && looked.refused)
    return {Sent::Refused,
            "It is an address of this machine or of a private network. Whether such ones may be reached the operator of this server decides "
            "(ROLLBOOK_WEBHOOK_PRIVATE).",
            0};
  if (status >= 200 && status < 300) return {Sent::Done, "", status};
  if (status >= 300 && status < 400) return {Sent::Later, "It answers with " + std::to_string(status) + ": redirects are not followed.", status};
  if (status == 410) return {Sent::Never, "It answers with 410: nobody wants it there any more.", status};
  if (status > 0) return {Sent::Later, "It answers with " + std::to_string(status) + ".", status};
  return {Sent::Later, "It cannot be reached. (" + visible(transfer.why(code), longest_told) + ")", 0, true};
}

}  // namespace rollbook::letters
