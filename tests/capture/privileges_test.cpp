#include "capture/privileges.hpp"

#include <cstdlib>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace layerlab::capture {
namespace {

// In a child, whose exit status is what `check` says.
template <class Check>
int in_a_child(Check check) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(check());
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(Privileges, AreGivenUpForGood) {
    const bool root = ::geteuid() == 0;
    EXPECT_EQ(in_a_child([root] {
                  ::unsetenv("SUDO_UID");
                  if (!give_up_privileges()) return 1;
                  if (root && (::getuid() != 65534 || ::geteuid() != 65534 || ::getegid() != 65534)) return 2;
                  if (::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) return 3;
                  if (::socket(AF_PACKET, SOCK_RAW, 0) >= 0) return 4;
                  if (root && (::setuid(0) == 0 || ::seteuid(0) == 0)) return 5;
                  return 0;
              }),
              0);
}

TEST(Privileges, ServeWhoCalledSudo) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
    EXPECT_EQ(in_a_child([] {
                  ::setenv("SUDO_UID", "12345", 1);
                  ::setenv("SUDO_GID", "12346", 1);
                  if (!whom_we_serve().is_of_sudo || whom_we_serve().user != 12345) return 1;
                  if (!give_up_privileges()) return 2;
                  return ::getuid() == 12345 && ::getgid() == 12346 ? 0 : 3;
              }),
              0);
}

TEST(Privileges, DoNotBelieveNonsenseFromSudo) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
    EXPECT_EQ(in_a_child([] {
                  for (const char* text : {"", "0", "-1", "12x", "99999999999"}) {
                      ::setenv("SUDO_UID", text, 1);
                      ::setenv("SUDO_GID", "1000", 1);
                      if (whom_we_serve().is_of_sudo || whom_we_serve().user != 65534) return 1;
                  }
                  return 0;
              }),
              0);
}

}  // namespace
}  // namespace layerlab::capture
