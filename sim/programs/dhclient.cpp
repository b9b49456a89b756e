// dhclient(8) of ISC DHCP 4.4.3: starts the host's DHCP or DHCPv6 client for a port, or gives the address back.
#include <fmt/format.h>
#include <utility>

#include "sim/programs/commands.hpp"
#include "sim/programs/dhcp_client_service.hpp"
#include "sim/programs/dhcpv6_service.hpp"
#include "sim/programs/options.hpp"

namespace layerlab::sim::programs {
namespace {

using namespace std::chrono_literals;
using proto::machine::DhcpClientState;
using proto::machine::Dhcpv6State;

constexpr Duration patience = 60s;  // then dhclient goes on in the background

// What differs between the two families.
struct ForIpv4 {
    using State = DhcpClientState;
    static auto control(Host& host) { return host.settings().dhcp_client; }
    static void start(Process& self, PortId port) { start_dhcp_client(self, port); }
    static std::string banner(const Host& host, PortId port) {
        return fmt::format("Listening on {0}\nSending on   {0}\nSending on   Socket/fallback\n",
                           fmt::format("LPF/{}/{}", host.port_name(port), host.ports()[port].mac.to_string()));
    }
    static constexpr const char* nobody =
        "No DHCPOFFERS received.\nNo working leases in persistent database - sleeping.\n";
};
struct ForIpv6 {
    using State = Dhcpv6State;
    static auto control(Host& host) { return host.settings().dhcpv6_client; }
    static void start(Process& self, PortId port) { start_dhcpv6_client(self, port); }
    static std::string banner(const Host& host, PortId port) {
        return fmt::format("Listening on Socket/{0}\nSending on   Socket/{0}\n", host.port_name(port));
    }
    static constexpr const char* nobody = "";
};

constexpr const char* introduction =
    "Internet Systems Consortium DHCP Client 4.4.3-P1\n"
    "Copyright 2004-2022 Internet Systems Consortium.\n"
    "All rights reserved.\n"
    "For info, please visit https://www.isc.org/software/dhcp/\n\n";

template <class Family>
class Dhclient {
  public:
    Dhclient(Process& self, PortId port, bool verbose) : self_(self), port_(port), verbose_(verbose) {}

    Task<int> release() {
        control_ = Family::control(self_.host());
        auto* status = control_ ? control_->find(port_) : nullptr;
        if (status && verbose_) self_.print("Killed old client process\n");
        if (verbose_) self_.print(introduction + Family::banner(self_.host(), port_));
        if (!status) co_return 0;
        seen_ = status->log_begin + status->log.size();
        control_->to_release.push_back(port_);
        control_->wanted.notify(self_.context().cause);
        while (control_->find(port_)->state != Family::State::stopped) {
            const Wake wake = co_await self_.wait({&control_->changed}, self_.now() + patience);
            if (wake != Wake::ready) break;
        }
        print_log();
        co_return 0;
    }

    Task<int> acquire() {
        if (verbose_) self_.print(introduction + Family::banner(self_.host(), port_));
        control_ = Family::control(self_.host());
        std::uint64_t bound_before = 0;
        if (auto* status = control_ ? control_->find(port_) : nullptr) {
            seen_ = status->log_begin + status->log.size();
            bound_before = status->bound;
            if (status->state == Family::State::bound) {  // asks for the same again
                control_->to_release.push_back(port_);
            }
        }
        Family::start(self_, port_);
        co_await self_.sleep(Duration{1});  // the daemon has begun
        control_ = Family::control(self_.host());
        if (!control_) co_return 1;
        const Time deadline = self_.now() + patience;
        for (;;) {
            print_log();
            const auto* status = control_->find(port_);
            if (status && status->state == Family::State::bound && status->bound > bound_before) co_return 0;
            const Wake wake = co_await self_.wait({&control_->changed}, deadline);
            if (wake == Wake::interrupted) co_return 130;
            if (wake == Wake::timeout) break;
        }
        if (verbose_) self_.print(Family::nobody);
        co_return 0;
    }

  private:
    void print_log() {
        const auto* status = control_->find(port_);
        if (!status) return;
        for (std::size_t i = 0; i < status->log.size(); ++i)
            if (verbose_ && status->log_begin + i >= seen_) self_.print(status->log[i]);
        seen_ = status->log_begin + status->log.size();
    }

    Process& self_;
    PortId port_;
    bool verbose_;
    std::uint64_t seen_ = 0;  // lines of the log
    decltype(Family::control(std::declval<Host&>())) control_;
};

template <class Family>
Task<int> run(Process& self, PortId port, bool verbose, bool releases) {
    Dhclient<Family> client(self, port, verbose);
    if (releases) co_return co_await client.release();
    co_return co_await client.acquire();
}

}  // namespace

Task<int> dhclient_main(Process& self) {
    const CommandLine line = parse_command_line(self.arguments(), "vr1d46");
    if (!line.error.empty()) {
        self.print("Usage: dhclient [-4|-6] [-1dvr] [interface]\n");
        co_return 1;
    }
    PortId port = 0;
    if (!line.operands.empty()) port = self.host().find_port(line.operands[0]);
    if (port >= self.host().ports().size()) {
        if (line.has('v'))
            self.print(fmt::format("Cannot find device \"{}\"\n", line.operands.empty() ? "" : line.operands[0]));
        co_return 1;
    }
    if (line.has('6')) co_return co_await run<ForIpv6>(self, port, line.has('v'), line.has('r'));
    co_return co_await run<ForIpv4>(self, port, line.has('v'), line.has('r'));
}

}  // namespace layerlab::sim::programs
