#include "capture/privileges.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fmt/format.h>
#include <grp.h>
#include <linux/capability.h>
#include <string_view>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace layerlab::capture {
namespace {

constexpr unsigned nobody = 65534;

bool read_id(const char* variable, unsigned& id) {
    const char* text = std::getenv(variable);
    if (text == nullptr || *text == '\0' || std::strlen(text) > 9) return false;
    unsigned value = 0;
    for (; *text != '\0'; ++text) {
        if (*text < '0' || *text > '9') return false;
        value = value * 10 + static_cast<unsigned>(*text - '0');
    }
    id = value;
    return value != 0;
}

tl::unexpected<proto::Error> failed(const char* what) {
    return proto::fail(fmt::format("privileges cannot be given up: {}: {}", what, std::strerror(errno)));
}

// Whether the namespace of users knows this one.
bool become(const Servant& servant) {
    if (::setgroups(0, nullptr) != 0 && errno != EPERM) return false;
    if (::setresgid(servant.group, servant.group, servant.group) != 0) return false;
    return ::setresuid(servant.user, servant.user, servant.user) == 0;
}

}  // namespace

Servant whom_we_serve() {
    if (::geteuid() != 0) return {::geteuid(), ::getegid()};
    if (::getuid() != 0) return {::getuid(), ::getgid()};  // the file is owned by root and has the setuid bit
    Servant servant{nobody, nobody, false};
    unsigned user = 0, group = 0;
    if (read_id("SUDO_UID", user) && read_id("SUDO_GID", group)) servant = {user, group, true};
    return servant;
}

proto::Result<void> give_up_privileges() {
    if (::geteuid() == 0 && !become(whom_we_serve()) && errno != EINVAL) return failed("becoming another user");
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return failed("PR_SET_NO_NEW_PRIVS");
    __user_cap_header_struct head{_LINUX_CAPABILITY_VERSION_3, 0};
    const __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3]{};
    if (::syscall(SYS_capset, &head, none) != 0) return failed("capset");
    if (::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0 && errno != EINVAL) return failed("ambient");
    return {};
}

}  // namespace layerlab::capture
