#include "viewer/model/talkers.hpp"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>

#include "proto/base/address.hpp"
#include "proto/dissect/text.hpp"

namespace layerlab::viewer {
namespace {

using capture::LinkType;
using proto::Bytes;
using Kind = HostAddress::Kind;

constexpr std::uint16_t ipv4_type = 0x0800, arp_type = 0x0806, ipv6_type = 0x86dd;

HostAddress address(Kind kind, Bytes octets) {
    HostAddress a;
    a.kind = kind;
    std::copy_n(octets.begin(), std::min(octets.size(), a.octets.size()), a.octets.begin());
    return a;
}
HostAddress everybody() {
    constexpr std::uint8_t ones[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    return address(Kind::mac, ones);
}
bool is_all(Bytes b, std::uint8_t octet) {
    return std::all_of(b.begin(), b.end(), [&](std::uint8_t o) { return o == octet; });
}

// What the link header says: the type, and where it ends. Type 0: no such link.
struct Link {
    std::uint16_t type = 0;
    std::size_t size = 0;
};
Link link_of(Bytes b, LinkType type) {
    if (type == LinkType::ethernet) {
        std::size_t at = 12;
        while (at + 6 <= b.size() && (proto::load_be16(&b[at]) == 0x8100 || proto::load_be16(&b[at]) == 0x88a8))
            at += 4;
        return at + 2 <= b.size() ? Link{proto::load_be16(&b[at]), at + 2} : Link{};
    }
    constexpr std::size_t cooked = 16, cooked2 = 20, loopback = 4;
    std::size_t size = 0;
    if (type == LinkType::linux_sll && b.size() >= cooked) return {proto::load_be16(&b[14]), cooked};
    if (type == LinkType::linux_sll2 && b.size() >= cooked2) return {proto::load_be16(&b[0]), cooked2};
    if (type == LinkType::null_loopback)
        size = loopback;
    else if (type != LinkType::raw_ip && type != LinkType::raw_ipv4 && type != LinkType::raw_ipv6)
        return {};
    if (b.size() <= size) return {};
    return {b[size] >> 4 == 4 ? ipv4_type : ipv6_type, size};
}

// The one with the lower port is the server.
void tell_apart(FrameEnds& ends, std::uint8_t protocol, Bytes payload) {
    if (!(ends.from == ends.to) || (protocol != 6 && protocol != 17) || payload.size() < 4) return;
    const std::uint16_t from = proto::load_be16(&payload[0]), to = proto::load_be16(&payload[2]);
    if (from < to)
        ends.from.port = from;
    else if (to < from)
        ends.to.port = to;
}

bool ip_ends(Bytes ip, bool is_v6, FrameEnds& ends) {
    if (!is_v6 && ip.size() >= 20 && ip[0] >> 4 == 4) {
        ends.from = address(Kind::ipv4, ip.subspan(12, 4));
        ends.to = address(Kind::ipv4, ip.subspan(16, 4));
        const std::size_t header = std::size_t{ip[0] & 15u} * 4;
        const bool is_first = (proto::load_be16(&ip[6]) & 0x1fff) == 0;
        if (is_first && header <= ip.size()) tell_apart(ends, ip[9], ip.subspan(header));
        return true;
    }
    constexpr std::size_t v6_header = 40;
    if (!is_v6 || ip.size() < v6_header || ip[0] >> 4 != 6) return false;
    ends.from = address(Kind::ipv6, ip.subspan(8, 16));
    ends.to = address(Kind::ipv6, ip.subspan(24, 16));
    tell_apart(ends, ip[6], ip.subspan(v6_header));
    return true;
}

bool arp_ends(Bytes arp, FrameEnds& ends) {
    constexpr std::uint8_t ethernet_and_ipv4[6] = {0, 1, 8, 0, 6, 4};
    if (arp.size() < 28 || std::memcmp(arp.data(), ethernet_and_ipv4, sizeof ethernet_and_ipv4) != 0) return false;
    ends.from = address(Kind::ipv4, arp.subspan(14, 4));
    ends.to = address(Kind::ipv4, arp.subspan(24, 4));
    return true;
}

FrameEnds dissected_ends(Bytes bytes, LinkType type) {
    thread_local proto::dissect::Dissection dissection;
    proto::dissect::FrameIn in;
    in.link_type = static_cast<std::uint16_t>(type);
    in.bytes = bytes;
    in.original_length = bytes.size();
    proto::dissect::dissect_alone(in, dissection);
    const auto columns = proto::dissect::columns_of(in, dissection);
    const auto read = [](const std::string& text) {
        if (const auto v4 = proto::Ipv4Address::parse(text)) {
            std::uint8_t octets[4];
            v4->store(octets);
            return address(Kind::ipv4, octets);
        }
        if (const auto mac = proto::MacAddress::parse(text)) return address(Kind::mac, mac->octets);
        HostAddress other =
            address(Kind::other, proto::Bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
        if (text.empty()) other.kind = Kind::unknown;
        return other;
    };
    return {read(columns.source), read(columns.destination)};
}

}  // namespace

std::string HostAddress::text() const {
    const std::string suffix = port == 0 ? "" : fmt::format(":{}", port);
    switch (kind) {
        case Kind::mac: {
            if (is_all(Bytes(octets).first(6), 0xff)) return "Broadcast";
            proto::MacAddress mac;
            std::copy_n(octets.begin(), mac.octets.size(), mac.octets.begin());
            return mac.to_string();
        }
        case Kind::ipv4: return proto::Ipv4Address::load(octets.data()).to_string() + suffix;
        case Kind::ipv6: {
            const std::string text = proto::Ipv6Address::load(octets.data()).to_string();
            return port == 0 ? text : "[" + text + "]" + suffix;
        }
        case Kind::other: {
            const auto end = std::find(octets.begin(), octets.end(), 0);
            std::string text(octets.begin(), end);
            for (char& c : text)
                if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7f) c = '.';
            return text;
        }
        case Kind::unknown: break;
    }
    return "?";
}

bool HostAddress::is_group() const {
    switch (kind) {
        case Kind::mac: return (octets[0] & 1) != 0;
        case Kind::ipv4: return octets[0] >= 224;
        case Kind::ipv6: return octets[0] == 0xff;
        default: return false;
    }
}

Bytes ip_packet(Bytes bytes, LinkType type) {
    const Link link = link_of(bytes, type);
    return link.type == ipv4_type || link.type == ipv6_type ? bytes.subspan(link.size) : Bytes{};
}

FrameEnds ends_of(Bytes bytes, LinkType type) {
    const Link link = link_of(bytes, type);
    const bool is_ethernet = type == LinkType::ethernet && bytes.size() >= 14;
    FrameEnds ends;
    const bool is_ip = link.type == ipv4_type || link.type == ipv6_type;
    const Bytes rest = link.type == 0 ? Bytes{} : bytes.subspan(link.size);
    bool is_known = is_ip && ip_ends(rest, link.type == ipv6_type, ends);
    if (link.type == arp_type) is_known = arp_ends(rest, ends);
    if (!is_ethernet) return is_known ? ends : dissected_ends(bytes, type);
    if (!is_known) ends = {address(Kind::mac, bytes.subspan(6, 6)), address(Kind::mac, bytes.first(6))};
    // An address of nobody (who asks for one has none yet) says less than the card's.
    const bool from_nobody = ends.from.kind != Kind::mac && is_all(ends.from.octets, 0);
    if (from_nobody) ends.from = address(Kind::mac, bytes.subspan(6, 6));
    if (is_all(bytes.first(6), 0xff)) ends.to = everybody();
    return ends;
}

std::size_t Talkers::Hash::operator()(const HostAddress& a) const {
    std::uint64_t x, y;
    std::memcpy(&x, a.octets.data(), 8);
    std::memcpy(&y, a.octets.data() + 8, 8);
    const std::uint64_t z = std::uint64_t{a.port} << 8 | static_cast<std::uint8_t>(a.kind);
    std::uint64_t h = (x ^ (y * 0x9e37'79b9'7f4a'7c15u) ^ z) * 0xff51'afd7'ed55'8ccdu;
    h ^= h >> 32;
    return static_cast<std::size_t>(h * 0xc4ce'b9fe'1a85'ec53u >> 16);
}

NodeId Talkers::node_of(std::uint32_t talker) const {
    const NodeId own = talkers_[talker].node;
    return own != sim::no_node ? own : talkers_[others].node;
}

NodeId Talkers::others_node(Topology& topology) {
    Talker& rest = talkers_[others];
    if (rest.node != sim::no_node) return rest.node;
    TraceDevice d;
    d.name = "others";
    d.look = DeviceLook::group;
    topology.devices.push_back(std::move(d));
    return rest.node = static_cast<NodeId>(topology.devices.size() - 1);
}

void Talkers::label(TraceDevice& device, const HostAddress& of) const {
    HostAddress host = of;
    host.port = 0;
    const auto named = names_.find(host);
    device.name = of.text();
    device.address.clear();
    if (named == names_.end() || of.port != 0) return;
    device.address = device.name;
    device.name = named->second;
}

void Talkers::show(std::uint32_t number, Topology& topology) {
    TraceDevice d;
    label(d, talkers_[number].address);
    d.look = talkers_[number].address.is_group() ? DeviceLook::group : DeviceLook::host;
    topology.devices.push_back(std::move(d));
    talkers_[number].node = static_cast<NodeId>(topology.devices.size() - 1);
    ++shown_;
    for (Pair& p : pairs_)
        if (p.talkers[0] == number || p.talkers[1] == number)
            p.cable = cable(node_of(p.talkers[0]), node_of(p.talkers[1]), topology);
}

std::uint32_t Talkers::talker(const HostAddress& of, Topology& topology) {
    const auto found = numbers_.find(of);
    if (found == numbers_.end()) {
        if (talkers_.size() >= most_talkers) {
            others_node(topology);
            return others;
        }
        const auto number = static_cast<std::uint32_t>(talkers_.size());
        numbers_.emplace(of, number);
        talkers_.push_back({of, sim::no_node, 1});
        if (shown_ < first_shown)
            show(number, topology);
        else
            others_node(topology);
        return number;
    }
    Talker& t = talkers_[found->second];
    ++t.frames;
    // One of two hundred frames is much among so many.
    constexpr std::uint64_t enough = 64, share = 200;
    if (t.node == sim::no_node && t.frames >= enough && t.frames * share >= frames_ && shown_ < most_shown)
        show(found->second, topology);
    return found->second;
}

std::uint32_t Talkers::cable(NodeId a, NodeId b, Topology& topology) {
    if (a == b) return none;
    const auto key = std::minmax(a, b);
    const auto found = cables_.find(key);
    if (found != cables_.end()) return found->second;
    const auto number = static_cast<std::uint32_t>(topology.cables.size());
    TraceCable c;
    for (int i = 0; i < 2; ++i) {
        const NodeId node = i == 0 ? key.first : key.second;
        auto& ports = topology.devices[node].ports;
        c.ends[i] = {node, static_cast<PortId>(ports.size())};
        ports.push_back({"", number});
    }
    topology.cables.push_back(c);
    ends_.push_back({c.ends[0], c.ends[1]});
    cables_.emplace(key, number);
    return number;
}

std::uint32_t Talkers::pair(std::uint32_t a, std::uint32_t b, Topology& topology) {
    const auto key = std::uint64_t{std::min(a, b)} << 32 | std::max(a, b);
    const auto found = pair_numbers_.find(key);
    if (found != pair_numbers_.end()) return found->second;
    // Without room the other one is anybody; room for these is kept.
    if (pairs_.size() + most_talkers >= most_pairs && a != others && b != others) {
        others_node(topology);
        return pair(std::min(a, b), others, topology);
    }
    const auto number = static_cast<std::uint32_t>(pairs_.size());
    Pair p{{std::min(a, b), std::max(a, b)}, none};
    p.cable = cable(node_of(p.talkers[0]), node_of(p.talkers[1]), topology);
    pairs_.push_back(p);
    pair_numbers_.emplace(key, number);
    return number;
}

std::uint32_t Talkers::add(const FrameEnds& ends, Topology& topology) {
    ++frames_;
    const std::uint32_t from = talker(ends.from, topology), to = talker(ends.to, topology);
    const std::uint32_t p = pair(from, to, topology);
    return p << 1 | (pairs_[p].talkers[1] == from && from != pairs_[p].talkers[0] ? 1 : 0);
}

Talkers::Way Talkers::way(std::uint32_t number) const {
    const Pair& p = pairs_[number >> 1];
    const NodeId from = node_of(p.talkers[number & 1]), to = node_of(p.talkers[1 - (number & 1)]);
    if (p.cable == none) return {from, to, sim::no_port};
    const auto& ends = ends_[p.cable];
    return {from, to, ends[ends[0].node == from ? 0 : 1].port};
}

void Talkers::name(const HostAddress& of, const std::string& name, Topology& topology) {
    if (names_.size() >= most_names || name.empty()) return;
    constexpr std::size_t longest = 28;
    const bool fits = name.size() <= longest;
    if (!names_.emplace(of, fits ? name : name.substr(0, longest - 1) + "\u2026").second) return;
    const auto found = numbers_.find(of);
    if (found == numbers_.end() || talkers_[found->second].node == sim::no_node) return;
    label(topology.devices[talkers_[found->second].node], of);
}

std::uint64_t Talkers::memory() const {
    constexpr std::uint64_t entry = 4 * sizeof(void*);
    return talkers_.capacity() * sizeof(Talker) + numbers_.size() * (sizeof(HostAddress) + entry) +
           pairs_.capacity() * sizeof(Pair) + pair_numbers_.size() * (16 + entry) + names_.size() * 80;
}

}  // namespace layerlab::viewer
