#include "capture/sandbox.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "capture/sandbox_keeper.hpp"
#include "capture/sandbox_message.hpp"
#include "capture/tap.hpp"

namespace layerlab::capture {

using proto::fail;
using proto::Result;
using sandbox::Message;
using sandbox::Word;

namespace {

constexpr int apart = CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC;
constexpr const char* rights_hint = "run as root, or allow unprivileged user namespaces";

bool write_file(const std::string& path, std::string_view text) {
    const Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    return file && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

// Whom the users of the sandbox are outside: users that own nothing, where we may choose; else ourselves.
bool map_users(pid_t child) {
    const std::string folder = fmt::format("/proc/{}/", child);
    if (::geteuid() != 0)
        return write_file(folder + "setgroups", "deny") &&
               write_file(folder + "gid_map", fmt::format("0 {} 1", ::getegid())) &&
               write_file(folder + "uid_map", fmt::format("0 {} 1", ::geteuid()));
    for (const char* map : {"0 100000 65536", "0 65534 1"})  // the second where we are in a user namespace ourselves
        if (write_file(folder + "gid_map", map)) return write_file(folder + "uid_map", map);
    return false;
}

// Only the socket to the parent stays open, as descriptor 3.
Descriptor leave_everything(int control) {
    ::dup2(control, 3);
    ::syscall(SYS_close_range, 4u, ~0u, 0u);
    const int nothing = ::open("/dev/null", O_RDWR);
    for (int fd = 0; fd < 3; ++fd) ::dup2(nothing, fd);
    if (nothing > 3) ::close(nothing);
    ::fcntl(3, F_SETFD, FD_CLOEXEC);
    return Descriptor(3);
}

[[noreturn]] void give_up(const Descriptor& control, const std::string& what) {
    sandbox::send(control, Word::failed, what);
    ::_exit(1);
}

// The child: goes into new namespaces, makes the TAP interfaces while it may, and leaves the keeper behind.
[[noreturn]] void child_main(const Sandbox::Settings& settings, int control_fd) {
    Descriptor control = leave_everything(control_fd);
    ::setsid();
    bool has_users = true;
    if (::unshare(CLONE_NEWUSER | apart) != 0) {
        has_users = false;
        if (::unshare(apart) != 0)
            give_up(control, fmt::format("namespaces cannot be made: {}\n{}", std::strerror(errno), rights_hint));
    }
    sandbox::send(control, Word::unshared, {}, 0, has_users ? 1 : 0);
    bool is_open = true;
    const auto go = sandbox::receive(control, true, is_open);
    if (!go || go->word != Word::mapped) ::_exit(1);
    std::vector<Descriptor> taps;
    std::vector<int> numbers;
    for (const Sandbox::Interface& i : settings.interfaces) {
        auto tap = open_tap(i.name, i.mac, i.mtu);
        if (!tap) give_up(control, tap.error().message + "\n" + tap.error().hint);
        numbers.push_back(tap->get());
        taps.push_back(std::move(*tap));
    }
    if (has_users) {
        (void)::setgroups(0, nullptr);  // refused where groups may not be set; then there is nothing to give up
        if (::setresgid(0, 0, 0) != 0 || ::setresuid(0, 0, 0) != 0)
            give_up(control, fmt::format("the users of the namespace: {}", std::strerror(errno)));
    }
    const pid_t keeper = ::fork();
    if (keeper < 0) give_up(control, fmt::format("no process could be made: {}", std::strerror(errno)));
    if (keeper > 0) ::_exit(0);
    (void)::sethostname(settings.name.data(), settings.name.size());
    if (const std::string wrong = sandbox::mount_private_view(settings.files); !wrong.empty()) give_up(control, wrong);
    if (!sandbox::send(control, Word::ready, {}, 0, 0, numbers)) ::_exit(1);
    taps.clear();
    sandbox::keep(control);
}

proto::Error error_of(const std::optional<Message>& m) {
    if (!m || m->word != Word::failed) return {"the sandbox ended before it was ready", {}};
    const std::size_t end = m->text.find('\n');
    return {m->text.substr(0, end), end == m->text.npos ? std::string{} : m->text.substr(end + 1)};
}

}  // namespace

Result<Sandbox> Sandbox::open(const Settings& settings) {
    if (settings.interfaces.size() > sandbox::most_descriptors)
        return fail(fmt::format("{} has more than {} interfaces", settings.name, sandbox::most_descriptors));
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return fail(fmt::format("no socket could be made: {}", std::strerror(errno)));
    Sandbox made;
    made.control_ = Descriptor(ends[0]);
    Descriptor theirs(ends[1]);
    const pid_t child = ::fork();
    if (child < 0) return fail(fmt::format("no process could be made: {}", std::strerror(errno)));
    if (child == 0) child_main(settings, theirs.get());
    theirs.close();
    bool is_open = true;
    auto m = sandbox::receive(made.control_, true, is_open);
    if (m && m->word == Word::unshared) {
        if (m->value == 1 && !map_users(child))
            m = Message{
                Word::failed, 0, 0, "the users of a namespace cannot be mapped\n" + std::string(rights_hint), {}};
        else if (sandbox::send(made.control_, Word::mapped))
            m = sandbox::receive(made.control_, true, is_open);
    }
    const bool is_ready = m && m->word == Word::ready && m->descriptors.size() == settings.interfaces.size();
    if (!is_ready) made.control_.close();  // which ends the child
    ::waitpid(child, nullptr, 0);          // it leaves the keeper behind
    if (!is_ready) return tl::unexpected(error_of(m));
    made.taps_ = std::move(m->descriptors);
    return made;
}

Result<void> Sandbox::run(std::uint64_t program, const std::string& line, const Descriptor& output) {
    return ask_to_run(program, line, output.get(), false);
}

Result<void> Sandbox::run_on_terminal(std::uint64_t program, const std::string& line, const Descriptor& terminal) {
    return ask_to_run(program, line, terminal.get(), true);
}

Result<void> Sandbox::ask_to_run(std::uint64_t program, const std::string& line, int descriptor, bool terminal) {
    if (line.size() > sandbox::largest_text) return fail("the command is longer than 60000 bytes");
    if (!sandbox::send(control_, Word::run, line, program, terminal ? 1 : 0, {descriptor}))
        return fail("the sandbox has ended");
    return {};
}

void Sandbox::signal(std::uint64_t program, int number) { sandbox::send(control_, Word::signal, {}, program, number); }

bool Sandbox::hear(const Events& events) {
    bool is_open = true;
    while (const auto m = sandbox::receive(control_, false, is_open)) {
        if (m->word == Word::ended) events.ended(m->program, m->value);
        if (m->word == Word::addresses) events.addresses(m->text);
    }
    return is_open;
}

}  // namespace layerlab::capture
