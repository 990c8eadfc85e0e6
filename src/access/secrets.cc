#include "access/secrets.h"

#include <sodium.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>

#include "base/demand.h"

namespace rollbook::access {
namespace {

using Bytes = std::array<unsigned char, 32>;

std::mutex mutex;  // of the three below
std::condition_variable one_is_done;
Hashing hashing;
int computing = 0, waiting = 0;

std::atomic<std::uint64_t> computed = 0;

void begin_sodium() {
  static bool const began = ::sodium_init() >= 0;
  demand(began);
}

std::string in_base64(Bytes const& bytes) {
  constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  char text[sodium_base64_ENCODED_LEN(sizeof(Bytes), variant)];
  ::sodium_bin2base64(text, sizeof text, bytes.data(), bytes.size(), variant);
  return text;
}

Bytes hash_bytes(std::string_view purpose, std::string_view token) {
  begin_sodium();
  Bytes hash;
  crypto_generichash_state state;
  ::crypto_generichash_init(&state, nullptr, 0, hash.size());
  auto const add = [&](std::string_view text) { ::crypto_generichash_update(&state, reinterpret_cast<unsigned char const*>(text.data()), text.size()); };
  add(purpose);
  add(std::string_view("\0", 1));
  add(token);
  ::crypto_generichash_final(&state, hash.data(), hash.size());
  return hash;
}

// One of the few that may compute at a time.
class Seat {
 public:
  Seat() {
    std::unique_lock lock(mutex);
    if (waiting >= Hashing::in_the_queue) return;
    ++waiting;
    one_is_done.wait(lock, [] { return computing < Hashing::at_once; });
    --waiting;
    ++computing;
    taken_ = true;
    now_ = hashing;
  }
  Seat(Seat const&) = delete;
  Seat& operator=(Seat const&) = delete;
  ~Seat() {
    if (!taken_) return;
    {
      std::lock_guard const lock(mutex);
      --computing;
    }
    one_is_done.notify_one();
  }

  bool taken() const { return taken_; }
  Hashing const& now() const { return now_; }

 private:
  bool taken_ = false;
  Hashing now_;
};

Trouble crowded() { return Trouble{"Very many people sign in at this moment. Try again in a minute."}; }

Result<std::string> hash_in_seat(Seat const& seat, std::string_view password) {
  char hash[crypto_pwhash_STRBYTES];
  ++computed;
  if (::crypto_pwhash_str_alg(hash, password.data(), password.size(), seat.now().passes, seat.now().bytes, crypto_pwhash_ALG_ARGON2ID13) != 0)
    return Trouble{"There is not enough memory to check a password. Try again in a minute."};
  return std::string(hash);
}

}  // namespace

std::string random_token() {
  begin_sodium();
  Bytes bytes;
  ::randombytes_buf(bytes.data(), bytes.size());
  return in_base64(bytes);
}

std::string hash_of(std::string_view purpose, std::string_view token) {
  auto const hash = hash_bytes(purpose, token);
  return {reinterpret_cast<char const*>(hash.data()), hash.size()};
}

std::string text_hash_of(std::string_view purpose, std::string_view token) { return in_base64(hash_bytes(purpose, token)); }

Result<std::string> hash_password(std::string_view password) {
  begin_sodium();
  Seat const seat;
  if (!seat.taken()) return crowded();
  return hash_in_seat(seat, password);
}

Result<bool> is_password(std::string const& hash, std::string_view password) {
  begin_sodium();
  Seat const seat;
  if (!seat.taken()) return crowded();
  ++computed;
  return ::crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

Result<bool> is_nobodys_password(std::string_view password) {
  auto const hash = hash_password(password);
  if (!hash) return hash.trouble();
  return false;
}

bool is_dated(std::string const& hash) {
  begin_sodium();
  std::lock_guard const lock(mutex);
  return ::crypto_pwhash_str_needs_rehash(hash.c_str(), hashing.passes, hashing.bytes) != 0;
}

std::uint64_t passwords_computed() { return computed; }

void set_hashing(Hashing const& wanted) {
  std::lock_guard const lock(mutex);
  hashing = wanted;
}

}  // namespace rollbook::access
