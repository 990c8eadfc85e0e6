// libssh, loaded when the first file is pushed, or the SFTP door opened: it brings a second OpenSSL, which no other command should have to load.
#pragma once

#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <libssh/server.h>
#include <libssh/sftp.h>

namespace rollbook::runs {

struct Libssh {
#define ROLLBOOK_LIBSSH(name) decltype(&::name) name = nullptr;
#include "runs/libssh_functions.h"
#undef ROLLBOOK_LIBSSH
};

// Null when the library is not installed.
Libssh const* libssh();

}  // namespace rollbook::runs
