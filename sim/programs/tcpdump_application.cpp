// DNS and DHCP as tcpdump prints them.
#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "proto/wire/dhcp.hpp"
#include "proto/wire/dns_message.hpp"
#include "sim/programs/tcpdump_print.hpp"

namespace layerlab::sim::programs {
namespace {

namespace wire = proto::wire;
using proto::Bytes;
using proto::Ipv4Address;

std::string rcode_text(wire::DnsRcode rcode) {
    static constexpr std::array<const char*, 11> names{"",         " FormErr", " ServFail", " NXDomain",
                                                       " NotImp",  " Refused", " YXDomain", " YXRRSet",
                                                       " NXRRSet", " NotAuth", " NotZone"};
    const auto number = static_cast<std::size_t>(rcode);
    return number < names.size() ? names[number] : fmt::format(" Resp{}", number);
}

std::string record_text(const wire::ResourceRecord& record, unsigned verbose) {
    std::string text = verbose > 0 ? " " + record.name.to_string() : std::string();
    text += " " + wire::to_string(record.type);
    const wire::Rdata& data = record.data;
    if (const auto* address = std::get_if<Ipv4Address>(&data)) return text + " " + address->to_string();
    if (const auto* address = std::get_if<proto::Ipv6Address>(&data)) return text + " " + address->to_string();
    if (const auto* name = std::get_if<wire::DomainName>(&data)) return text + " " + name->to_string();
    if (const auto* mx = std::get_if<wire::Mx>(&data))
        return text + fmt::format(" {} {}", mx->exchange.to_string(), mx->preference);
    if (const auto* srv = std::get_if<wire::Srv>(&data))
        return text + fmt::format(" {}:{} {} {}", srv->target.to_string(), srv->port, srv->priority, srv->weight);
    if (const auto* txt = std::get_if<wire::Txt>(&data)) {
        for (const auto& piece : txt->strings) text += fmt::format(" \"{}\"", piece);
        return text;
    }
    if (const auto* soa = std::get_if<wire::Soa>(&data); soa && verbose > 0)
        text += fmt::format(" {} {} {} {} {} {} {}", soa->primary.to_string(), soa->mailbox.to_string(), soa->serial,
                            soa->refresh, soa->retry, soa->expire, soa->minimum);
    return text;
}

std::string records_text(const std::vector<wire::ResourceRecord>& records, unsigned verbose) {
    std::string text;
    for (const wire::ResourceRecord& record : records) text += (text.empty() ? "" : ",") + record_text(record, verbose);
    return text;
}

std::string edns_text(const wire::Edns& edns) {
    return fmt::format(" . OPT UDPsize={}{}", edns.udp_size, edns.dnssec_ok ? " DO" : "");
}

std::string question_text(const wire::DnsQuestion& q) {
    return fmt::format(" {}? {}", wire::to_string(q.type), q.name.to_string());
}

}  // namespace

std::string print_dns(Bytes bytes, unsigned verbose) {
    if (bytes.size() < wire::dns_header_size) return fmt::format("domain [length {} < 12] (invalid)", bytes.size());
    const auto message = wire::decode_dns_message(bytes);
    const std::uint16_t id = proto::load_be16(bytes.data());
    const auto count = [&](std::size_t at) { return proto::load_be16(bytes.data() + at); };
    if (!message) return fmt::format("{} [|domain]", id);
    const wire::DnsHeader& h = message->header;
    static constexpr std::array<const char*, 6> operations{"", " inv_q", " stat", " op3", " notify", " update"};
    const auto opcode = static_cast<std::size_t>(h.opcode);
    std::string text = fmt::format("{}{}", id, opcode < operations.size() ? operations[opcode] : " op");
    if (!h.response) {
        text += fmt::format("{}{}", h.recursion_desired ? "+" : "", h.checking_disabled ? "%" : "");
        if (count(6) > 0) text += fmt::format(" [{}a]", count(6));
        if (count(4) != 1) text += fmt::format(" [{}q]", count(4));
        if (count(8) > 0) text += fmt::format(" [{}n]", count(8));
        if (count(10) > 0) text += fmt::format(" [{}au]", count(10));
        for (const wire::DnsQuestion& q : message->questions) text += question_text(q);
        if (verbose > 1 && message->edns) text += " ar:" + edns_text(*message->edns);
        return text + fmt::format(" ({})", bytes.size());
    }
    text += fmt::format("{}{}{}{}{}", rcode_text(h.rcode), h.authoritative ? "*" : "", h.recursion_available ? "" : "-",
                        h.truncated ? "|" : "", h.authentic_data ? "$" : "");
    if (count(4) != 1) text += fmt::format(" [{}q]", count(4));
    if (verbose > 1) {
        text += " q:";
        for (const wire::DnsQuestion& q : message->questions) text += question_text(q);
    }
    text += fmt::format(" {}/{}/{}", count(6), count(8), count(10));
    text += records_text(message->answers, verbose);
    if (verbose > 1 && !message->authorities.empty()) text += " ns:" + records_text(message->authorities, verbose);
    if (verbose > 1 && count(10) > 0) {
        text += " ar:" + records_text(message->additionals, verbose);
        if (message->edns) text += (message->additionals.empty() ? "" : ",") + edns_text(*message->edns);
    }
    return text + fmt::format(" ({})", bytes.size());
}

namespace {

// How tcpdump calls an option, and the form of its value.
struct OptionName {
    std::uint8_t code;
    char form;  // i addresses, a text, l 32 bits, s 16 bits, b 8 bits, x bytes
    const char* name;
};
constexpr std::array<OptionName, 30> option_names{{{1, 'i', "Subnet-Mask"},
                                                   {2, 'l', "Time-Zone"},
                                                   {3, 'i', "Default-Gateway"},
                                                   {4, 'i', "Time-Server"},
                                                   {6, 'i', "Domain-Name-Server"},
                                                   {12, 'a', "Hostname"},
                                                   {15, 'a', "Domain-Name"},
                                                   {26, 's', "MTU"},
                                                   {28, 'i', "BR"},
                                                   {31, 'b', "Router-Discovery"},
                                                   {33, 'i', "Static-Route"},
                                                   {40, 'a', "YD"},
                                                   {41, 'i', "YS"},
                                                   {42, 'i', "NTP"},
                                                   {43, 'x', "Vendor-Option"},
                                                   {44, 'i', "Netbios-Name-Server"},
                                                   {46, 'b', "Netbios-Node"},
                                                   {47, 'a', "Netbios-Scope"},
                                                   {50, 'i', "Requested-IP"},
                                                   {51, 'l', "Lease-Time"},
                                                   {54, 'i', "Server-ID"},
                                                   {56, 'a', "MSG"},
                                                   {57, 's', "MSZ"},
                                                   {58, 'l', "RN"},
                                                   {59, 'l', "RB"},
                                                   {60, 'a', "Vendor-Class"},
                                                   {66, 'a', "TFTP"},
                                                   {67, 'a', "BF"},
                                                   {121, 'x', "Classless-Static-Route"},
                                                   {81, 'x', "FQDN"}}};

std::string option_name(std::uint8_t code) {
    for (const OptionName& o : option_names)
        if (o.code == code) return o.name;
    if (code == 53) return "DHCP-Message";
    if (code == 55) return "Parameter-Request";
    if (code == 61) return "Client-ID";
    return "Unknown";
}

char option_form(std::uint8_t code) {
    for (const OptionName& o : option_names)
        if (o.code == code) return o.form;
    return 'x';
}

std::string quoted(Bytes value) {
    std::string text = "\"";
    for (const std::uint8_t c : value) text += c >= ' ' && c < 127 ? static_cast<char>(c) : '.';
    return text + "\"";
}

std::string addresses_text(Bytes value) {
    std::string text;
    for (std::size_t i = 0; i + 4 <= value.size(); i += 4)
        text += (i > 0 ? "," : "") + Ipv4Address::load(value.data() + i).to_string();
    return text;
}

std::string hex_text(Bytes value) {
    std::string text;
    for (const std::uint8_t byte : value) text += fmt::format("{}{:02x}", text.empty() ? "" : ":", byte);
    return text;
}

std::string requested_text(Bytes codes) {
    std::string text;
    for (std::size_t i = 0; i < codes.size(); ++i)
        text += fmt::format("{}{} ({})", i % 4 == 0 ? "\n\t      " : ", ", option_name(codes[i]), codes[i]);
    return text;
}

std::string option_value(const wire::DhcpOption& option) {
    const Bytes value = option.value;
    if (option.code == 53 && value.size() == 1) {
        static constexpr std::array<const char*, 9> types{"",    "Discover", "Offer",   "Request", "Decline",
                                                          "ACK", "NACK",     "Release", "Inform"};
        return value[0] < types.size() ? types[value[0]] : fmt::format("{}", value[0]);
    }
    if (option.code == 55) return requested_text(value);
    if (option.code == 61 && value.size() == 7 && value[0] == 1) return "ether " + hex_text(value.subspan(1));
    if (option.code == 61 && !value.empty())
        return "hardware-type " + fmt::format("{}, ", value[0]) + hex_text(value.subspan(1));
    switch (option_form(option.code)) {
        case 'i': return addresses_text(value);
        case 'a': return quoted(value);
        case 'l': return value.size() == 4 ? fmt::format("{}", proto::load_be32(value.data())) : hex_text(value);
        case 's': return value.size() == 2 ? fmt::format("{}", proto::load_be16(value.data())) : hex_text(value);
        case 'b': return value.size() == 1 ? fmt::format("{}", value[0]) : hex_text(value);
        default: return hex_text(value);
    }
}

}  // namespace

std::string print_dhcp(Bytes bytes, unsigned verbose, bool numeric) {
    if (bytes.size() < wire::Dhcp::min_size) return fmt::format("BOOTP/DHCP, length {} [|bootp]", bytes.size());
    const proto::View<wire::Dhcp> dhcp(bytes.data());
    const std::string mac = dhcp[wire::Dhcp::mac].to_string();
    std::string text = "BOOTP/DHCP, ";
    if (dhcp[wire::Dhcp::op] == 1)
        text += fmt::format("Request from {}{}", mac, numeric ? "" : " (oui Unknown)");
    else
        text += "Reply";
    text += fmt::format(", length {}", bytes.size());
    if (verbose == 0) return text;
    if (dhcp[wire::Dhcp::hops] > 0) text += fmt::format(", hops {}", dhcp[wire::Dhcp::hops]);
    text += fmt::format(", xid 0x{:x}", dhcp[wire::Dhcp::id]);
    if (dhcp[wire::Dhcp::seconds] > 0) text += fmt::format(", secs {}", dhcp[wire::Dhcp::seconds]);
    text += fmt::format(", Flags [{}]", dhcp[wire::Dhcp::broadcast] ? "Broadcast" : "none");
    if (verbose > 1) text += fmt::format(" (0x{:04x})", dhcp[wire::Dhcp::flags]);
    const auto address = [&](const char* label, Ipv4Address a) {
        if (!a.is_zero()) text += fmt::format("\n\t  {} {}", label, a.to_string());
    };
    address("Client-IP", dhcp[wire::Dhcp::client_address]);
    address("Your-IP", dhcp[wire::Dhcp::your_address]);
    address("Server-IP", dhcp[wire::Dhcp::next_server]);
    address("Gateway-IP", dhcp[wire::Dhcp::relay_address]);
    text += fmt::format("\n\t  Client-Ethernet-Address {}{}", mac, numeric ? "" : " (oui Unknown)");
    const auto message = wire::DhcpMessage::decode(bytes);
    if (!message) return text;
    text += "\n\t  Vendor-rfc1048 Extensions\n\t    Magic Cookie 0x63825363";
    for (const wire::DhcpOption& option : message->options)
        text += fmt::format("\n\t    {} ({}), length {}: {}", option_name(option.code), option.code,
                            option.value.size(), option_value(option));
    return text;
}

}  // namespace layerlab::sim::programs
