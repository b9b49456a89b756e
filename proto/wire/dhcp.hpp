// BOOTP and DHCP for IPv4: RFC 951, RFC 2131 section 2 (message), RFC 2132 (options), RFC 3396 (long options).
// The table of options is in dhcp_options.hpp. DHCPv6 is another protocol.
//
//      0                   1                   2                   3
//      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//     +---------------+---------------+---------------+---------------+
//     |     op (1)    |   htype (1)   |   hlen (1)    |   hops (1)    |
//     +---------------+---------------+---------------+---------------+
//     |                            xid (4)                            |
//     +-------------------------------+-------------------------------+
//     |           secs (2)            |B          flags (2)           |
//     +-------------------------------+-------------------------------+
//     |                          ciaddr  (4)                          |
//     |                          yiaddr  (4)                          |
//     |                          siaddr  (4)                          |
//     |                          giaddr  (4)                          |
//     +---------------------------------------------------------------+
//     |                          chaddr  (16)                         |
//     |                          sname   (64)                         |
//     |                          file    (128)                        |
//     +---------------------------------------------------------------+
//     |                 magic cookie 99.130.83.99 (4)                 |
//     |                      options (variable)                       |
//     +---------------------------------------------------------------+
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "proto/base/field.hpp"
#include "proto/base/result.hpp"

namespace layerlab::proto::wire {

inline constexpr std::uint16_t dhcp_server_port = 67;
inline constexpr std::uint16_t dhcp_client_port = 68;
inline constexpr Ipv4Address dhcp_cookie{0x63825363};

enum class DhcpOp : std::uint8_t { request = 1, reply = 2 };

// Option 53. `bootp` stands for a message that has none.
enum class DhcpType : std::uint8_t {
    bootp = 0,
    discover = 1,
    offer = 2,
    request = 3,
    decline = 4,
    ack = 5,
    nak = 6,
    release = 7,
    inform = 8,
};
const char* to_text(DhcpType type);  // "DHCPDISCOVER"

inline constexpr std::array<ValueName, 2> dhcp_op_names{{{1, "Boot Request"}, {2, "Boot Reply"}}};
inline constexpr std::array<ValueName, 2> dhcp_broadcast_names{{{0, "Unicast"}, {1, "Broadcast"}}};

struct Dhcp {
    static constexpr std::size_t min_size = 236;  // BOOTP up to `file`; DHCP goes on with the cookie
    static constexpr std::size_t options_at = 240;
    static constexpr Field<std::uint8_t> op{"dhcp.type", "Message type", octets(0, 1), {.names = dhcp_op_names}};
    static constexpr Field<std::uint8_t> hardware_type{
        "dhcp.hw.type", "Hardware type", octets(1, 1), {.shown = Shown::hex}};
    static constexpr Field<std::uint8_t> hardware_length{"dhcp.hw.len", "Hardware address length", octets(2, 1)};
    static constexpr Field<std::uint8_t> hops{"dhcp.hops", "Hops", octets(3, 1)};
    static constexpr Field<std::uint32_t> id{"dhcp.id", "Transaction ID", octets(4, 4), {.shown = Shown::hex}};
    static constexpr Field<std::uint16_t> seconds{"dhcp.secs", "Seconds elapsed", octets(8, 2)};
    static constexpr Field<std::uint16_t> flags{"dhcp.flags", "Bootp flags", octets(10, 2), {.shown = Shown::hex}};
    static constexpr Field<bool> broadcast{
        "dhcp.flags.bc", "Broadcast flag", bits(80, 1), {.level = 1, .names = dhcp_broadcast_names}};
    static constexpr Field<std::uint16_t> reserved{
        "dhcp.flags.reserved", "Reserved flags", bits(81, 15), {.level = 1, .shown = Shown::hex}};
    static constexpr Field<Ipv4Address> client_address{"dhcp.ip.client", "Client IP address", octets(12, 4)};
    static constexpr Field<Ipv4Address> your_address{"dhcp.ip.your", "Your (client) IP address", octets(16, 4)};
    static constexpr Field<Ipv4Address> next_server{"dhcp.ip.server", "Next server IP address", octets(20, 4)};
    static constexpr Field<Ipv4Address> relay_address{"dhcp.ip.relay", "Relay agent IP address", octets(24, 4)};
    static constexpr Field<MacAddress> mac{"dhcp.hw.mac_addr", "Client MAC address", octets(28, 6)};
    static constexpr Field<Bytes> hardware_address{"dhcp.hw.addr", "Client hardware address"};
    static constexpr Field<Bytes> hardware_padding{"dhcp.hw.addr_padding", "Client hardware address padding"};
    static constexpr Field<std::string_view> server_name{"dhcp.server", "Server host name", octets(44, 64)};
    static constexpr Field<std::string_view> boot_file{"dhcp.file", "Boot file name", octets(108, 128)};
    static constexpr Field<Ipv4Address> cookie{"dhcp.cookie", "Magic cookie", octets(236, 4)};
    static constexpr FieldTable<19> table{&op.info,
                                          &hardware_type.info,
                                          &hardware_length.info,
                                          &hops.info,
                                          &id.info,
                                          &seconds.info,
                                          &flags.info,
                                          &broadcast.info,
                                          &reserved.info,
                                          &client_address.info,
                                          &your_address.info,
                                          &next_server.info,
                                          &relay_address.info,
                                          &mac.info,
                                          &hardware_address.info,
                                          &hardware_padding.info,
                                          &server_name.info,
                                          &boot_file.info,
                                          &cookie.info};
};

// Option codes that the code names, RFC 2132; the rest are in dhcp_options.hpp.
namespace dhcp_option {
inline constexpr std::uint8_t pad = 0, subnet_mask = 1, router = 3, dns_server = 6, host_name = 12, domain_name = 15,
                              broadcast_address = 28, vendor_information = 43, requested_address = 50, lease_time = 51,
                              overload = 52, message_type = 53, server_id = 54, request_list = 55, message = 56,
                              max_size = 57, renewal_time = 58, rebinding_time = 59, vendor_class = 60, client_id = 61,
                              relay_information = 82, end = 255;
}

struct DhcpOption {
    std::uint8_t code = 0;
    std::vector<std::uint8_t> value;  // whole, however many pieces it took on the wire

    friend bool operator==(const DhcpOption&, const DhcpOption&) = default;
};

struct DhcpMessage {
    DhcpOp op = DhcpOp::request;
    std::uint8_t hardware_type = 1;  // Ethernet
    std::uint8_t hardware_length = 6;
    std::uint8_t hops = 0;
    std::uint32_t id = 0;
    std::uint16_t seconds = 0;
    bool broadcast = false;
    Ipv4Address client_address;  // ciaddr
    Ipv4Address your_address;    // yiaddr
    Ipv4Address next_server;     // siaddr
    Ipv4Address relay_address;   // giaddr
    std::array<std::uint8_t, 16> hardware_address{};
    std::string server_name;          // at most 64 bytes
    std::string boot_file;            // at most 128 bytes
    std::vector<DhcpOption> options;  // in order of first appearance; no pad, end or overload

    // Options 52, pad and end are undone, pieces of one option joined (RFC 3396, always, in the order options, file,
    // sname). An error when the message is short, has no cookie, an option runs over its area or its length is wrong.
    static Result<DhcpMessage> decode(Bytes bytes);
    // At least 300 bytes (BOOTP's minimum) and at most max_size, using file and sname (option 52) when they are empty
    // and needed; an error when it does not fit.
    Result<std::vector<std::uint8_t>> encode(std::size_t max_size = 1472) const;

    MacAddress mac() const { return MacAddress::load(hardware_address.data()); }
    void set_mac(MacAddress mac) { mac.store(hardware_address.data()); }

    // The values of options, by the code; nullopt or empty when absent or of another length.
    const DhcpOption* find(std::uint8_t code) const;
    DhcpType type() const;
    std::optional<Ipv4Address> address(std::uint8_t code) const;
    std::vector<Ipv4Address> addresses(std::uint8_t code) const;
    std::optional<std::uint32_t> number(std::uint8_t code) const;  // of 1, 2 or 4 bytes
    std::string_view text(std::uint8_t code) const;                // without trailing zeros

    // Append an option; the caller sets each code once.
    void add_type(DhcpType type);
    void add_address(std::uint8_t code, Ipv4Address address);
    void add_addresses(std::uint8_t code, const std::vector<Ipv4Address>& addresses);
    void add_uint32(std::uint8_t code, std::uint32_t number);
    void add_text(std::uint8_t code, std::string_view text);
    void add_bytes(std::uint8_t code, Bytes bytes);

    friend bool operator==(const DhcpMessage&, const DhcpMessage&) = default;
};

}  // namespace layerlab::proto::wire
