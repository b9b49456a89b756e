// Small worlds for tests: hosts on one switch or in a line, a program given as a lambda, and a log of what happened.
#pragma once

#include <gtest/gtest.h>
#include <string>

#include "sim/net/world.hpp"

namespace layerlab::sim::test {

inline Ipv4Prefix prefix(const char* text) { return Ipv4Prefix::parse(text).value(); }
inline Ipv4Address address(const char* text) { return Ipv4Address::parse(text).value(); }

struct TestWorld : World {
    TestWorld() : World(1) {}

    Host& add_addressed_host(std::string name, Node& to, const char* own, const char* gateway = nullptr,
                             const LinkSettings& link = {}) {
        Host& host = add_host(std::move(name));
        connect(host, to, link);
        host.stack().add_address(0, prefix(own));
        if (gateway) host.stack().set_default_gateway(address(gateway), 0);
        names().entries.push_back({host.name(), prefix(own).address});
        names().index();
        return host;
    }

    struct Outcome {
        std::string output;
        int status = -1;
        bool ended = false;
    };
    // Starts a program now; the outcome is filled in when it ends.
    std::shared_ptr<Outcome> start(Host& host, Process::Main main, std::vector<std::string> arguments = {"test"}) {
        auto outcome = std::make_shared<Outcome>();
        Process& process = host.spawn(simulator(), arguments[0], arguments, std::move(main),
                                      proto::make_packet_id(script_origin, ++commands_), 0, false);
        process.on_end = [outcome](Process& p) {
            outcome->output = p.output();
            outcome->status = p.exit_status();
            outcome->ended = true;
        };
        host.run_pending(simulator());
        return outcome;
    }
    // Runs a program to its end, at most `limit` of virtual time.
    Outcome run(Host& host, Process::Main main, std::vector<std::string> arguments = {"test"},
                Duration limit = std::chrono::minutes(10)) {
        const auto outcome = start(host, std::move(main), std::move(arguments));
        const Time end = simulator().now() + limit;
        while (!outcome->ended && simulator().next_event() <= end) simulator().step();
        return *outcome;
    }
    void run_for(Duration d) { simulator().run_until(simulator().now() + d); }

  private:
    std::uint64_t commands_ = 0;
};

}  // namespace layerlab::sim::test
