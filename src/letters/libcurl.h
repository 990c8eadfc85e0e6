// libcurl, loaded when the first letter is sent: it brings a second OpenSSL and a dozen libraries more, which no other command should have to load.
#pragma once

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

#include <functional>
#include <string>

namespace rollbook::letters {

struct Libcurl {
#define ROLLBOOK_LIBCURL(name) decltype(&::name) name = nullptr;
#include "letters/libcurl_functions.h"
#undef ROLLBOOK_LIBCURL
};

// Null when the library is not installed.
Libcurl const* libcurl();

// A transfer and what it needs; it can be used again and again, and then keeps its connection.
class Transfer {
 public:
  Transfer();
  Transfer(Transfer const&) = delete;
  ~Transfer();

  bool is_there() const { return handle_ != nullptr; }
  // Nothing of the last one but its connection: no proxy, no signals, protocols that are named, and time limits.
  void begin(std::string const& url, char const* protocols, std::function<bool()> const& stops);
  template <class Value>
  void set(CURLoption option, Value value) {
    curl_->curl_easy_setopt(handle_, option, value);
  }
  void header(std::string const& line);
  void recipient(std::string const& address);
  CURLcode perform();
  long status() const;  // of the last answer
  std::string why(CURLcode code) const;

 private:
  Libcurl const* curl_;
  CURL* handle_ = nullptr;
  curl_slist* lines_ = nullptr;
  char error_[CURL_ERROR_SIZE] = {};
};

// Certificates that are believed besides those of the system: ROLLBOOK_CA_FILE of the operator; "" when there are none.
std::string ca_file();

}  // namespace rollbook::letters
