// Laid over the C library of an sshd that tests begin (LD_PRELOAD): whoever is asked for has the password whose hash stands in ROLLBOOK_TEST_PASSWORD, so that
// tests sign in with a password and need neither that of the system nor the right to read it.
#include <shadow.h>

#include <cstdlib>
#include <cstring>

extern "C" spwd* getspnam(char const* name) {
  static spwd known;
  static char whom[256];
  std::strncpy(whom, name, sizeof whom - 1);
  known.sp_namp = whom;
  known.sp_pwdp = std::getenv("ROLLBOOK_TEST_PASSWORD");
  known.sp_lstchg = 20000;
  known.sp_min = known.sp_max = known.sp_warn = known.sp_inact = known.sp_expire = -1;
  known.sp_flag = 0;
  return &known;
}
