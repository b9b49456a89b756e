#include "cli/real_world.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>

#include "capture/tap.hpp"

namespace layerlab::cli {

using namespace std::chrono_literals;
using namespace sim::scenario;
using capture::Descriptor;
using proto::fail;
using proto::Result;

namespace {

constexpr std::size_t most_output = 16u << 20;  // of a program; the rest is lost
constexpr std::size_t frames_per_turn = 64;     // of an interface, before time goes on

Descriptor nonblocking(int fd) {
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
    return Descriptor(fd);
}

// Those of one family, in "192.168.1.100/24 fd00::5/64 ".
template <class Prefix>
std::vector<Prefix> prefixes_of(const std::string& text) {
    std::vector<Prefix> found;
    for (std::size_t at = 0, end; (end = text.find(' ', at)) != text.npos; at = end + 1)
        if (const auto prefix = Prefix::parse(text.substr(at, end - at))) found.push_back(*prefix);
    return found;
}

}  // namespace

void Lag::note(proto::Duration late) {
    worst = std::max(worst, late);
    sum += late;
    ++turns;
}

std::string Lag::to_string() const {
    const auto ms = [](proto::Duration d) { return static_cast<double>(d.count()) / 1e6; };
    const double mean = turns == 0 ? 0 : ms(sum) / static_cast<double>(turns);
    return fmt::format("{:.3f} ms late on average, {:.3f} ms at most", mean, ms(worst));
}

Result<std::unique_ptr<RealWorld>> RealWorld::open(const Scenario& scenario, const Plan& plan, const NicNames& nics) {
    std::unique_ptr<RealWorld> world(new RealWorld);
    for (const auto& nic : nics) {
        const bool is_there = std::any_of(scenario.devices.begin(), scenario.devices.end(), [&](const Device& d) {
            return d.name == nic.first && d.kind == DeviceKind::nic;
        });
        if (!is_there)
            return fail(fmt::format("--nic {}={}: there is no nic device {}", nic.first, nic.second, nic.first),
                        "as in: nic " + nic.first);
    }
    for (DeviceId d = 0; d < scenario.devices.size(); ++d) {
        const DeviceKind kind = scenario.devices[d].kind;
        if (kind == DeviceKind::nic) {
            const std::string& name = scenario.devices[d].name;
            const auto named = nics.find(name);
            if (named == nics.end())
                return fail(fmt::format("{} is an interface of this machine, and nobody has said which", name),
                            fmt::format("as in: --nic {}=eth1", name));
            auto socket = capture::PacketSocket::open(named->second);
            if (!socket) return fail(fmt::format("{}: {}", name, socket.error().message), socket.error().hint);
            world->nics_.push_back({d, named->second, scenario.devices[d].place, std::move(*socket)});
        }
        if (kind != DeviceKind::linux_namespace) continue;
        RealSetup setup = real_setup(scenario, plan, d);
        auto sandbox = capture::Sandbox::open(setup.sandbox);
        if (!sandbox)
            return fail(fmt::format("{}: {}", scenario.devices[d].name, sandbox.error().message), sandbox.error().hint);
        auto machine = std::make_unique<Machine>();
        machine->device = d;
        machine->name = scenario.devices[d].name;
        machine->sandbox = std::move(*sandbox);
        machine->background = std::move(setup.background);
        if (auto done = world->set_up(*machine, setup.first); !done) return tl::unexpected(done.error());
        world->machines_.push_back(std::move(machine));
    }
    return world;
}

// Before the run: the machine is not among those that are heard yet.
Result<void> RealWorld::set_up(Machine& machine, const std::vector<std::string>& lines) {
    for (const std::string& line : lines) {
        int status = -1;
        std::string output;
        on_ended = [&](const Ended& e) {
            status = e.status;
            output = e.output;
        };
        const auto program = launch(machine, line);
        if (!program) return tl::unexpected(program.error());
        const auto patience = Clock::now() + 10s;
        while (programs_.count(*program) != 0 && Clock::now() < patience) {
            pollfd ready{machine.sandbox.descriptor(), POLLIN, 0};
            ::poll(&ready, 1, 100);
            const bool lives = machine.sandbox.hear({[&](std::uint64_t p, int s) { ended(p, s); },
                                                     [&](const std::string& text) { machine.addresses = text; }});
            if (!lives) return fail(fmt::format("{}: the sandbox has ended", machine.name));
        }
        on_ended = nullptr;
        if (status != 0)
            return fail(fmt::format("{}: {}: {}", machine.name, line,
                                    output.empty() ? fmt::format("exit status {}", status)
                                                   : output.substr(0, output.find('\n'))),
                        status == 127 ? "the package iproute2 has it" : "");
    }
    return {};
}

RealWorld::Machine* RealWorld::machine_of(DeviceId device) const {
    const auto found =
        std::find_if(machines_.begin(), machines_.end(), [&](const auto& m) { return m->device == device; });
    return found == machines_.end() ? nullptr : found->get();
}

// --- programs ---

Result<RealDevices::ProgramId> RealWorld::launch(Machine& machine, const std::string& line) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return fail(fmt::format("no pipe could be made: {}", std::strerror(errno)));
    Program program{&machine, nonblocking(ends[0]), {}};
    const Descriptor theirs(ends[1]);
    const ProgramId id = ++programs_made_;
    if (auto done = machine.sandbox.run(id, line, theirs); !done) return tl::unexpected(done.error());
    programs_.emplace(id, std::move(program));
    return id;
}

RealDevices::ProgramId RealWorld::start(DeviceId device, const std::string& line) {
    Machine* machine = machine_of(device);
    const auto id = machine != nullptr ? launch(*machine, line) : fail("the device runs no programs");
    if (id) return *id;
    // It ends as soon as the run looks.
    const ProgramId refused = ++programs_made_;
    programs_.emplace(refused, Program{nullptr, {}, id.error().message + "\n"});
    return refused;
}

Result<void> RealWorld::attach(DeviceId device, const std::string& line, const Descriptor& terminal) {
    Machine* machine = machine_of(device);
    if (machine == nullptr) return fail("there is no such linux device");
    const ProgramId id = ++programs_made_;
    if (auto done = machine->sandbox.run_on_terminal(id, line, terminal); !done) return done;
    programs_.emplace(id, Program{machine, {}, {}});
    attached_ = id;
    return {};
}

void RealWorld::watch(int descriptor, std::function<bool()> on_readable) {
    watches_.push_back({descriptor, std::move(on_readable)});
}

void RealWorld::stop(ProgramId program, bool at_once) {
    for (const int number : {SIGINT, SIGKILL}) {
        if (at_once && number == SIGINT) continue;
        const auto found = programs_.find(program);
        if (found == programs_.end()) return;
        if (found->second.machine == nullptr) break;
        found->second.machine->sandbox.signal(program, number);
        const auto patience = Clock::now() + 2s;
        while (programs_.count(program) != 0 && Clock::now() < patience) wait(patience);
    }
    ended(program, 128 + SIGKILL);
}

void RealWorld::read_output(Program& program) {
    if (!program.output) return;
    std::array<char, 16384> block;
    for (ssize_t size; (size = ::read(program.output.get(), block.data(), block.size())) > 0;)
        program.text.append(block.data(), std::min(static_cast<std::size_t>(size), most_output - program.text.size()));
}

void RealWorld::ended(ProgramId id, int status) {
    const auto found = programs_.find(id);
    if (found == programs_.end()) return;
    read_output(found->second);
    const Ended told{id, status, std::move(found->second.text)};
    programs_.erase(found);
    if (attached_ == id) {
        attached_.reset();
        attached_status_ = status;
    } else if (on_ended) {
        on_ended(told);
    }
}

std::vector<proto::Ipv4Prefix> RealWorld::addresses(DeviceId device) const {
    const Machine* machine = machine_of(device);
    return prefixes_of<proto::Ipv4Prefix>(machine != nullptr ? machine->addresses : std::string());
}

std::vector<proto::Ipv6Prefix> RealWorld::addresses6(DeviceId device) const {
    const Machine* machine = machine_of(device);
    return prefixes_of<proto::Ipv6Prefix>(machine != nullptr ? machine->addresses : std::string());
}

// --- frames ---

void RealWorld::take(const sim::External& device, sim::PortId port, proto::Bytes frame) {
    for (Nic& nic : nics_)
        if (nic.device == device.id() && !nic.socket.write(frame)) ++refused_;
    Machine* machine = machine_of(device.id());
    if (machine == nullptr) return;
    if (::write(machine->sandbox.taps()[port].get(), frame.data(), frame.size()) < 0) ++refused_;
}

void RealWorld::carrier(const sim::External& device, sim::PortId port, bool up) {
    if (const Machine* machine = machine_of(device.id())) capture::set_tap_carrier(machine->sandbox.taps()[port], up);
}

void RealWorld::read_taps(Runner& runner) {
    std::array<std::uint8_t, 65536 + 32> frame;
    for (const auto& machine : machines_)
        for (sim::PortId port = 0; port < machine->sandbox.taps().size(); ++port)
            for (std::size_t n = 0; n < frames_per_turn; ++n) {
                const ssize_t size = ::read(machine->sandbox.taps()[port].get(), frame.data(), frame.size());
                if (size <= 0) break;
                runner.built()
                    .external(machine->device)
                    ->inject(runner.world().simulator(), port,
                             proto::Bytes(frame).first(static_cast<std::size_t>(size)));
            }
}

void RealWorld::read_nics(Runner& runner, RunListener& listener) {
    for (Nic& nic : nics_) {
        sim::External& node = *runner.built().external(nic.device);
        const auto wrong = nic.socket.read(
            frames_per_turn, [&](proto::Bytes frame) { node.inject(runner.world().simulator(), 0, frame); });
        if (wrong)
            listener.on_warning(nic.place, fmt::format("the interface {} {}", nic.interface, *wrong), virtual_now());
    }
}

void RealWorld::connect(Runner& runner, sim::Outside* outside) {
    for (const auto& machine : machines_) runner.built().external(machine->device)->set_outside(outside);
    for (const Nic& nic : nics_) runner.built().external(nic.device)->set_outside(outside);
}

// --- time ---

void RealWorld::wait(Clock::time_point until) {
    std::vector<ProgramId> refused;  // those that could not be started
    for (const auto& [id, program] : programs_)
        if (program.machine == nullptr) refused.push_back(id);
    for (const ProgramId id : refused) ended(id, 126);
    std::vector<pollfd> ready;
    const auto add = [&](int descriptor) { ready.push_back({descriptor, POLLIN, 0}); };
    for (const auto& machine : machines_) {
        add(machine->sandbox.descriptor());
        for (const Descriptor& tap : machine->sandbox.taps()) add(tap.get());
    }
    for (const Nic& nic : nics_) add(nic.socket.descriptor());
    for (const auto& [id, program] : programs_)
        if (program.output) add(program.output.get());
    for (const Watch& w : watches_) add(w.descriptor);
    const auto left = std::max<Clock::duration>(until - Clock::now(), 0ns);
    const timespec timeout{static_cast<time_t>(left / 1s), static_cast<long>((left % 1s).count())};
    if (::ppoll(ready.data(), ready.size(), &timeout, nullptr) <= 0) return;
    for (auto& [id, program] : programs_) read_output(program);
    const std::size_t first = ready.size() - watches_.size();
    for (std::size_t i = watches_.size(); i-- > 0;)
        if (ready[first + i].revents != 0 && !watches_[i].on_readable())
            watches_.erase(watches_.begin() + static_cast<std::ptrdiff_t>(i));
    for (const auto& machine : machines_)
        machine->sandbox.hear({[&](std::uint64_t program, int status) { ended(program, status); },
                               [&](const std::string& text) {
                                   machine->addresses = text;
                                   if (on_address_change) on_address_change(machine->device);
                               }});
}

RunResult RealWorld::run(Runner& runner, RunListener& listener) {
    ::prctl(PR_SET_TIMERSLACK, 1000, 0, 0, 0);  // sleeps end in time: the default may be 50 us late
    connect(runner, this);
    began_ = Clock::now();
    runner.start(listener);
    for (const auto& machine : machines_)
        for (const std::string& line : machine->background) (void)launch(*machine, line);
    while (true) {
        const proto::Time now = virtual_now(), due = runner.next_event();
        if (due <= now) lag_.note(now - due);
        if (!runner.advance_to(now)) {
            if (!attached_) break;
            runner.world().simulator().run_until(now);
        }
        read_taps(runner);
        read_nics(runner, listener);
        listener.on_progress(now);
        const proto::Time next = std::min(runner.next_event(), virtual_now() + proto::Duration(100ms));
        wait(began_ + (next - proto::time_at(0)));
    }
    RunResult result = runner.finish();
    connect(runner, nullptr);
    return result;
}

}  // namespace layerlab::cli
