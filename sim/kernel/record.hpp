// One entry of the record log: something that happened at one place at one time, and why.
#pragma once

#include <cstdint>

#include "proto/base/packet.hpp"
#include "proto/base/time.hpp"

namespace layerlab::sim {

using proto::Duration;
using proto::PacketId;
using proto::Time;

using NodeId = std::uint32_t;
using PortId = std::uint16_t;
inline constexpr NodeId no_node = 0xffff'ffff;
inline constexpr PortId no_port = 0xffff;

// What led to something: a packet, or a command of the script (made with script_origin). 0: nothing but time.
using CauseId = PacketId;
inline constexpr std::uint32_t script_origin = 0xff'ffff;

enum class RecordKind : std::uint8_t {
    frame_sent,       // a port begins to put a frame on the wire; a is how long it waited, in ns; carries the bytes
    frame_delivered,  // the frame has arrived at a port, whole; code is 1 if it was damaged on the way
    frame_dropped,    // the frame ends here; code is a DropReason; carries the bytes where they are at hand
    decision,         // code is a Decision; a and b are what it is about
    output,           // a command printed; the bytes are the text
    command_started,  // the bytes are the command line; packet is the command's id
    command_ended,    // a is the exit status
    change,           // the script changed the world; the bytes say what
    check,            // an expectation of state looks: packet is the id of this look; the bytes are its text
    note,             // a note of the lesson is shown; the bytes are its text
    sample,           // how a TCP connection stands after the acknowledgment `packet`, see tcp_sample.hpp
};

enum class DropReason : std::uint8_t {  // the words of the language, in stats.cpp
    none,
    loss,     // the link lost it
    corrupt,  // the frame check sequence was wrong
    queue,    // the queue in front of a link was full
    link_down,
    device_down,
    mtu,  // larger than the link carries
    ttl,  // time to live ran out
    no_route,
    no_neighbor,    // nobody answered ARP
    blocked,        // by a rule, or a filter of NAT
    checksum,       // of IP, ICMP, UDP or TCP
    not_for_me,     // addressed to somebody else, or to nothing that listens
    unreassembled,  // fragments that never became whole
    malformed,      // lengths or versions that cannot be
};

struct Record {
    Time at{};
    PacketId packet = proto::no_packet;
    CauseId cause = 0;
    std::uint64_t a = 0, b = 0;
    NodeId node = no_node;
    std::uint32_t line = 0;  // of the scenario, 0: none
    PortId port = no_port;
    RecordKind kind{};
    std::uint8_t code = 0;   // DropReason or Decision
    std::uint32_t size = 0;  // of the bytes that go with it
};
static_assert(sizeof(Record) <= 64);

}  // namespace layerlab::sim
