// A conformance script in packetdrill's language as plain structs: system calls and packets with the times at which
// they happen or are expected. What it says is https://github.com/google/packetdrill's; this reading of it is our own.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "proto/base/time.hpp"

namespace layerlab::sim::pkt {

using proto::Duration;

// "+.1", "0.5", "+.2~+1.1", "+0...0.1", "*"
struct When {
    bool is_any = false;
    bool is_relative = false;              // to the end of the event before; else to the start of the script
    Duration at{};                         // or from here ...
    std::optional<Duration> until;         // ... to here
    std::optional<Duration> blocks_until;  // a call that returns then
};

// A number, a string, a list ... as the arguments and results of calls are written.
struct Expression {
    enum class Kind : std::uint8_t { anything, number, text, list, structure, call };
    Kind kind = Kind::anything;  // "..."
    std::int64_t number = 0;
    std::string text;                // of a string; the name of a call such as htons(8080)
    std::vector<Expression> items;   // of a list, a structure or a call
    std::vector<std::string> names;  // of a structure's items; empty where they have none
};

struct CallEvent {
    std::string name;
    std::vector<Expression> arguments;
    Expression result;
    std::string error;  // "EAGAIN"; empty: none
};

struct SackBlock {
    std::uint32_t from = 0, to = 0;
};
struct TcpOption {
    enum class Kind : std::uint8_t { end, nop, mss, window_scale, sack_permitted, sack, timestamps, other };
    Kind kind = Kind::nop;
    std::uint32_t value = 0, echo = 0;
    std::vector<SackBlock> blocks;
    std::vector<std::uint8_t> bytes;  // of others: the whole option

    friend bool operator==(const TcpOption& a, const TcpOption& b);
};

struct TcpSpec {
    std::uint16_t flags = 0;  // TcpFlags
    std::uint32_t sequence = 0, payload = 0;
    std::optional<std::uint32_t> acknowledgment;
    std::optional<std::uint16_t> window, urgent;
    std::optional<std::vector<TcpOption>> options;  // nothing: "<...>", any
};
struct UdpSpec {
    std::uint32_t payload = 0;
};
struct IcmpSpec {
    std::uint8_t type = 0, code = 0;
    std::uint32_t mtu = 0;
    std::optional<std::variant<TcpSpec, UdpSpec>> quoted;
};

struct PacketEvent {
    bool to_host = false;             // "<": into the stack under test
    std::optional<std::uint8_t> ecn;  // the two bits: 0 not-ECT, 1 ECT(1), 2 ECT(0), 3 CE
    std::optional<std::uint16_t> source_port, destination_port;
    std::variant<TcpSpec, UdpSpec, IcmpSpec> what;
};

// What needs a shell or Python is skipped, with a note.
struct SkippedEvent {
    std::string what;  // "a shell line"
};

struct Event {
    std::uint32_t line = 0;  // where it begins
    std::string text;        // as written, on one line
    When when;
    std::variant<CallEvent, PacketEvent, SkippedEvent> what;
};

struct Script {
    std::vector<std::pair<std::string, std::string>> options;  // --tolerance_usecs=10000
    std::vector<Event> events;
};

}  // namespace layerlab::sim::pkt
