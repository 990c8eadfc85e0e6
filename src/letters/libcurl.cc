#include "letters/libcurl.h"

#include <dlfcn.h>

#include <cstdlib>
#include <optional>

namespace rollbook::letters {
namespace {

constexpr long connect_seconds = 15, whole_seconds = 90;

int ask_whether_to_stop(void* with, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto const& stops = *static_cast<std::function<bool()> const*>(with);
  return stops && stops() ? 1 : 0;
}

}  // namespace

Libcurl const* libcurl() {
  static auto const loaded = []() -> std::optional<Libcurl> {
    auto* const library = ::dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return std::nullopt;
    Libcurl functions;
    bool whole = true;
#define ROLLBOOK_LIBCURL(name) whole &= (functions.name = reinterpret_cast<decltype(&::name)>(::dlsym(library, #name))) != nullptr;
#include "letters/libcurl_functions.h"
#undef ROLLBOOK_LIBCURL
    return whole && functions.curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? std::optional(functions) : std::nullopt;
  }();
  return loaded ? &*loaded : nullptr;
}

Transfer::Transfer() : curl_(libcurl()) {
  if (curl_ != nullptr) handle_ = curl_->curl_easy_init();
}

Transfer::~Transfer() {
  if (handle_ == nullptr) return;
  curl_->curl_easy_cleanup(handle_);
  curl_->curl_slist_free_all(lines_);
}

void Transfer::begin(std::string const& url, char const* protocols, std::function<bool()> const& stops) {
  curl_->curl_easy_reset(handle_);
  curl_->curl_slist_free_all(lines_);
  lines_ = nullptr;
  error_[0] = '\0';
  set(CURLOPT_ERRORBUFFER, error_);
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_PROTOCOLS_STR, protocols);
  set(CURLOPT_PROXY, "");  // whatever the environment says: what is connected to has to be what was asked for
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_CONNECTTIMEOUT, connect_seconds);
  set(CURLOPT_TIMEOUT, whole_seconds);
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_NOPROGRESS, stops ? 0L : 1L);
  set(CURLOPT_XFERINFOFUNCTION, ask_whether_to_stop);
  set(CURLOPT_XFERINFODATA, &stops);
  if (auto const file = ca_file(); !file.empty()) set(CURLOPT_CAINFO, file.c_str());
}

void Transfer::header(std::string const& line) {
  lines_ = curl_->curl_slist_append(lines_, line.c_str());
  set(CURLOPT_HTTPHEADER, lines_);
}

void Transfer::recipient(std::string const& address) {
  lines_ = curl_->curl_slist_append(lines_, address.c_str());
  set(CURLOPT_MAIL_RCPT, lines_);
}

CURLcode Transfer::perform() { return curl_->curl_easy_perform(handle_); }

long Transfer::status() const {
  long code = 0;
  curl_->curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &code);
  return code;
}

std::string Transfer::why(CURLcode code) const { return error_[0] != '\0' ? error_ : curl_->curl_easy_strerror(code); }

std::string ca_file() {
  auto const* const path = std::getenv("ROLLBOOK_CA_FILE");
  return path == nullptr ? "" : path;
}

}  // namespace rollbook::letters
