// layerlab attach: a terminal on a `linux` device while its scenario runs.
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <memory>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "cli/complain.hpp"
#include "cli/load.hpp"
#include "cli/real_world.hpp"
#include "cli/subcommands.hpp"
#include "cli/transcript.hpp"

namespace layerlab::cli {
namespace {

using capture::Descriptor;

// A pseudo-terminal: what its user types and sees goes through the master.
struct Terminal {
    Descriptor master, slave;

    static proto::Result<Terminal> open() {
        Terminal t;
        t.master = Descriptor(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
        if (!t.master || ::grantpt(t.master.get()) != 0 || ::unlockpt(t.master.get()) != 0)
            return proto::fail(fmt::format("no terminal could be made: {}", std::strerror(errno)));
        std::array<char, 128> name;
        if (::ptsname_r(t.master.get(), name.data(), name.size()) == 0)
            t.slave = Descriptor(::open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC));
        if (!t.slave) return proto::fail(fmt::format("no terminal could be opened: {}", std::strerror(errno)));
        winsize size{};
        if (::ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0) ::ioctl(t.master.get(), TIOCSWINSZ, &size);
        ::fcntl(t.master.get(), F_SETFL, O_NONBLOCK);
        return t;
    }
};

// Our own terminal hands every key on while this lives.
class RawInput {
  public:
    RawInput() : is_terminal_(::tcgetattr(STDIN_FILENO, &before_) == 0) {
        if (!is_terminal_) return;
        termios raw = before_;
        ::cfmakeraw(&raw);
        ::tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    }
    RawInput(const RawInput&) = delete;
    RawInput& operator=(const RawInput&) = delete;
    ~RawInput() {
        if (is_terminal_) ::tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
    }

  private:
    termios before_{};
    bool is_terminal_;
};

// Everything that can be read at once; false at the end.
bool relay(int from, int to) {
    std::array<char, 4096> block;
    const ssize_t size = ::read(from, block.data(), block.size());
    if (size == 0 || (size < 0 && errno != EAGAIN && errno != EINTR)) return false;
    for (ssize_t at = 0; at < size;) {
        const ssize_t written = ::write(to, block.data() + at, static_cast<std::size_t>(size - at));
        if (written < 0 && errno != EAGAIN && errno != EINTR) return false;
        at += std::max<ssize_t>(written, 0);
    }
    return true;
}

std::string joined(const std::vector<std::string>& words) {
    std::string line;
    for (const std::string& word : words) {
        line += line.empty() ? "'" : " '";
        for (const char c : word) line += c == '\'' ? std::string("'\\''") : std::string(1, c);
        line += '\'';
    }
    return line;
}

int attach(const std::string& file, const std::string& name, const std::vector<std::string>& words,
           const Overrides& set, const NicNames& nics) {
    using namespace sim::scenario;
    const auto loaded = load(file, set, true, true);
    if (!loaded) return wrong_input;
    DeviceId device = no_id;
    for (DeviceId d = 0; d < loaded->scenario.devices.size(); ++d)
        if (loaded->scenario.devices[d].name == name) device = d;
    if (device == no_id || loaded->scenario.devices[device].kind != DeviceKind::linux_namespace)
        return complain({fmt::format("{}: there is no linux device {}", file, name), "as in: linux " + name});
    auto world = RealWorld::open(loaded->scenario, loaded->plan, nics);
    if (!world) return complain(world.error());
    auto terminal = Terminal::open();
    if (!terminal) return complain(terminal.error());
    const std::string line = words.empty() ? "exec bash --norc -i || exec sh -i" : "exec " + joined(words);
    if (auto done = (*world)->attach(device, line, terminal->slave); !done) return complain(done.error());
    terminal->slave.close();

    const RawInput raw;
    const int master = terminal->master.get();
    (*world)->watch(master, [&] { return relay(master, STDOUT_FILENO); });
    (*world)->watch(STDIN_FILENO, [&] {
        if (relay(STDIN_FILENO, master)) return true;
        const char end = 4;  // Ctrl-D
        (void)!::write(master, &end, 1);
        return false;
    });
    RunOptions options;
    options.real = world->get();
    Runner runner(loaded->scenario, loaded->plan, options);
    RunListener quiet;
    (*world)->run(runner, quiet);
    while (relay(master, STDOUT_FILENO) && errno != EAGAIN) errno = 0;
    return (*world)->attached_status();
}

}  // namespace

void add_attach(CLI::App& app, int& status) {
    struct Options {
        std::string file, name;
        std::vector<std::string> words, set, nics;
    };
    const auto o = std::make_shared<Options>();
    CLI::App* sub = app.add_subcommand("attach", "Run a scenario with a terminal on one of its `linux` devices");
    sub->add_option("FILE", o->file, "Scenario (.lab)")->required();
    sub->add_option("NAME", o->name, "The device")->required();
    sub->add_option("COMMAND", o->words, "What to run there, behind --; else a shell");
    sub->add_option("--set", o->set, "Override a `let`, as in --set n=100")->allow_extra_args(false);
    sub->add_option("--nic", o->nics, "Which interface of this machine a `nic` device is, as in --nic uplink=eth1")
        ->allow_extra_args(false);
    sub->callback([o, &status] {
        Overrides set;
        NicNames nics;
        const bool is_right = parse_overrides(o->set, set) && parse_nics(o->nics, nics);
        status = is_right ? attach(o->file, o->name, o->words, set, nics) : wrong_input;
    });
}

}  // namespace layerlab::cli
