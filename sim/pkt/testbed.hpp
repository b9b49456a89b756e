// A host under test at one end of a cable, whoever tests it at the other: sockets on this side, IP packets on that.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "sim/net/world.hpp"
#include "sim/pkt/posix.hpp"

namespace layerlab::sim::pkt {

class Testbed {
  public:
    struct Arrival {
        Time at;
        std::vector<std::uint8_t> packet;  // from its IP header on
    };

    // The host has the addresses of packets.hpp; nothing has been sent yet.
    Testbed(std::uint64_t seed, const proto::machine::TcpConfig& tcp);
    ~Testbed();

    Posix& posix() { return *posix_; }
    // Since the beginning.
    Duration now() { return world_.simulator().now() - begin_; }
    Duration since_begin(Time t) const { return t - begin_; }

    // One event that is due until then; false when there is none.
    bool step(Duration until);
    // Lets the time pass.
    void run_until(Duration time);
    // What programs do when something has happened: after calls from outside.
    void settle();

    // The host gets this address, if it does not have it.
    void own(const proto::IpAddress& address);
    // Of the cable, at most 65535.
    void set_mtu(std::uint32_t bytes);
    // An IP packet to the host.
    void put(Bytes packet);
    // What the host has sent, oldest first.
    std::deque<Arrival>& arrivals();

  private:
    class Wire;

    World world_;
    Host& host_;
    std::unique_ptr<Wire> wire_;
    Link* cable_ = nullptr;
    Process* process_ = nullptr;
    std::unique_ptr<Posix> posix_;
    Time begin_{};
};

}  // namespace layerlab::sim::pkt
