#include "capture/sandbox_keeper.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/capability.h>
#include <map>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "capture/interface_addresses.hpp"
#include "capture/sandbox_message.hpp"

namespace layerlab::capture::sandbox {
namespace {

// What network programs need. Nothing that reaches beyond the namespaces.
constexpr std::array kept_capabilities = {CAP_CHOWN,  CAP_FOWNER,           CAP_KILL,      CAP_SETGID,
                                          CAP_SETUID, CAP_NET_BIND_SERVICE, CAP_NET_ADMIN, CAP_NET_RAW};

void give_up_privileges() {
    for (int c = 0; c <= CAP_LAST_CAP; ++c)
        if (std::find(kept_capabilities.begin(), kept_capabilities.end(), c) == kept_capabilities.end())
            ::prctl(PR_CAPBSET_DROP, c, 0, 0, 0);
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    const rlimit no_core{0, 0}, processes{4096, 4096};
    ::setrlimit(RLIMIT_CORE, &no_core);
    ::setrlimit(RLIMIT_NPROC, &processes);
}

[[noreturn]] void run_program(const Message& m) {
    ::setsid();
    const int out = m.descriptors[0].get();
    const bool has_terminal = m.value == 1;
    if (has_terminal) ::ioctl(out, TIOCSCTTY, 0);
    ::dup2(has_terminal ? out : ::open("/dev/null", O_RDONLY), 0);
    ::dup2(out, 1);
    ::dup2(out, 2);
    ::syscall(SYS_close_range, 3u, ~0u, 0u);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    for (const int s : {SIGINT, SIGQUIT, SIGPIPE, SIGHUP, SIGTERM, SIGCHLD}) ::signal(s, SIG_DFL);
    if (::chdir("/tmp") != 0) ::_exit(126);
    give_up_privileges();
    const char* const environment[] = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                                       "HOME=/tmp",
                                       "LANG=C.UTF-8",
                                       "USER=root",
                                       "SHELL=/bin/sh",
                                       has_terminal ? "TERM=xterm-256color" : "TERM=dumb",
                                       nullptr};
    const char* const arguments[] = {"sh", "-c", m.text.c_str(), nullptr};
    ::execve("/bin/sh", const_cast<char* const*>(arguments), const_cast<char* const*>(environment));
    ::_exit(127);
}

void drain(const Descriptor& descriptor) {
    std::array<char, 8192> block;
    while (::read(descriptor.get(), block.data(), block.size()) > 0) {
    }
}

class Keeper {
  public:
    explicit Keeper(const Descriptor& control) : control_(control), addresses_(watch_interface_addresses()) {
        sigset_t children;
        sigemptyset(&children);
        sigaddset(&children, SIGCHLD);
        ::sigprocmask(SIG_BLOCK, &children, nullptr);
        ended_ = Descriptor(::signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK));
    }

    // Until the other side has gone.
    void serve() {
        while (true) {
            std::array<pollfd, 3> ready = {
                {{control_.get(), POLLIN, 0}, {ended_.get(), POLLIN, 0}, {addresses_.get(), POLLIN, 0}}};
            if (::poll(ready.data(), ready.size(), -1) < 0) continue;
            if (ready[1].revents != 0) bury();
            if (ready[2].revents != 0) {
                drain(addresses_);
                send(control_, Word::addresses, interface_addresses());
            }
            if (ready[0].revents != 0 && !listen()) return;
        }
    }

  private:
    bool listen() {
        bool is_open = true;
        const auto m = receive(control_, false, is_open);
        if (!m) return is_open;
        if (m->word == Word::run && m->descriptors.size() == 1) start(*m);
        if (m->word == Word::signal)
            for (const auto& [pid, program] : programs_)
                // Until it has a group of its own, it is alone.
                if (program == m->program && ::kill(-pid, m->value) != 0) ::kill(pid, m->value);
        return true;
    }

    void start(const Message& m) {
        const pid_t pid = ::fork();
        if (pid == 0) run_program(m);
        if (pid < 0)
            send(control_, Word::ended, {}, m.program, 126);
        else
            programs_[pid] = m.program;
    }

    // As process 1 it also inherits whoever lost its parent.
    void bury() {
        drain(ended_);
        int status = 0;
        for (pid_t pid; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
            const auto program = programs_.find(pid);
            if (program == programs_.end()) continue;
            const int value = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            send(control_, Word::ended, {}, program->second, value);
            programs_.erase(program);
        }
    }

    const Descriptor& control_;
    Descriptor ended_, addresses_;
    std::map<pid_t, std::uint64_t> programs_;
};

}  // namespace

void keep(const Descriptor& control) {
    Keeper(control).serve();
    ::_exit(0);
}

}  // namespace layerlab::capture::sandbox
