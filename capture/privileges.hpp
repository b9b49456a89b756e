// Gives up what the program may do beyond its user, once what needs it is open.
#pragma once

#include <sys/types.h>

#include "proto/base/result.hpp"

namespace layerlab::capture {

// Whom a privileged run serves: the user who called sudo; nobody's, if root called it; ourselves otherwise.
struct Servant {
    uid_t user;
    gid_t group;
    bool is_of_sudo = false;
};
Servant whom_we_serve();

// Becomes that user, without capabilities, and never gains any again. Call it before any thread begins. Where the user
// does not exist (a namespace with few users) it stays, without capabilities.
proto::Result<void> give_up_privileges();

}  // namespace layerlab::capture
