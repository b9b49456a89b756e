// Small worlds for the tests of programs: hosts on one switch or behind routers, and a shell to type into.
#pragma once

#include <gtest/gtest.h>
#include <string>

#include "sim/net/world.hpp"
#include "sim/programs/shell.hpp"

namespace layerlab::sim::programs {

struct Ran {
    std::string output;
    int status = -1;  // -1: had not ended
};

class ShellWorld : public testing::Test {
  protected:
    static Ipv4Prefix prefix(const char* text) { return *Ipv4Prefix::parse(text); }
    static Ipv4Address ip(const char* text) { return *Ipv4Address::parse(text); }

    // A host with one port on the switch `sw`; its name is known to all.
    Host& add(const char* name, const char* address, const char* gateway = nullptr) {
        Host& host = world.add_host(name);
        world.connect(host, lan());
        configure(host, 0, address);
        if (gateway) host.stack().set_default_gateway(ip(gateway), 0);
        return host;
    }
    void configure(Host& host, PortId port, const char* address) {
        if (!address) return;
        host.stack().add_address(port, prefix(address));
        if (port != 0) return;
        world.names().entries.push_back({host.name(), prefix(address).address});
        world.names().index();
    }
    Switch& lan() {
        if (!lan_) lan_ = &world.add_switch("sw");
        return *lan_;
    }

    Ran run(Host& host, std::string_view line, Duration limit = std::chrono::minutes(10)) {
        Ran ran;
        Process& process = run_command(host, world.simulator(), line, 0, 0);
        process.on_end = [&](Process& p) {
            ran.output = p.output();
            ran.status = p.exit_status();
            world.simulator().stop();
        };
        Process* running = &process;
        host.run_pending(world.simulator());
        const Time end = world.simulator().now() + limit;
        while (ran.status == -1 && world.simulator().next_event() <= end && world.simulator().step()) {
        }
        if (ran.status == -1) {
            running->interrupt();
            host.run_pending(world.simulator());
        }
        return ran;
    }
    void start(Host& host, const char* name, Process::Main main) {
        host.spawn(world.simulator(), name, {name}, std::move(main), 0, 0, true);
        host.run_pending(world.simulator());
    }
    void pass(Duration d) { world.simulator().run_until(world.simulator().now() + d); }

    World world{1};
    Switch* lan_ = nullptr;
};

}  // namespace layerlab::sim::programs
