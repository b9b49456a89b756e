// ARP, neighbor discovery, echo, and ICMP errors.
#include <algorithm>
#include <fmt/format.h>

#include "proto/base/address.hpp"
#include "viewer/model/inference_search.hpp"

namespace layerlab::viewer {
namespace {

constexpr std::size_t v4_header = 20, v6_header = 40;
constexpr std::uint8_t icmp = 1, icmpv6 = 58;

// --- ARP ---

struct ArpSeen {
    bool is_there = false, is_request = false;
    std::uint32_t sender = 0, target = 0;
};
ArpSeen arp_of(Bytes bytes) {
    for (std::size_t at = 12; bytes.size() >= at + 2; at += 4) {
        const std::uint16_t type = proto::load_be16(&bytes[at]);
        if (type == 0x8100 || type == 0x88a8) continue;
        const Bytes arp = bytes.subspan(at + 2);
        constexpr std::size_t size = 28;
        if (type != 0x0806 || arp.size() < size || proto::load_be16(&arp[2]) != 0x0800) return {};
        const std::uint16_t operation = proto::load_be16(&arp[6]);
        if (operation != 1 && operation != 2) return {};
        return {true, operation == 1, proto::load_be32(&arp[14]), proto::load_be32(&arp[24])};
    }
    return {};
}
std::string address(std::uint32_t a) { return proto::Ipv4Address{a}.to_string(); }

// --- ICMP ---

struct IcmpSeen {
    bool is_there = false, is_v6 = false;
    std::uint8_t type = 0, code = 0;
    std::uint32_t id = 0;  // of an echo: identifier and sequence number
    Bytes body{};          // behind the first eight octets
};
IcmpSeen icmp_of(Bytes ip) {
    const bool is_v6 = !ip.empty() && ip[0] >> 4 == 6;
    if (ip.size() < (is_v6 ? v6_header : v4_header)) return {};
    const std::size_t header = is_v6 ? v6_header : std::size_t{ip[0] & 15u} * 4;
    if (ip[is_v6 ? 6 : 9] != (is_v6 ? icmpv6 : icmp) || ip.size() < header + 8) return {};
    const Bytes message = ip.subspan(header);
    return {true, is_v6, message[0], message[1], proto::load_be32(&message[4]), message.subspan(8)};
}
bool is_same_way_back(Bytes a, Bytes b) {  // addresses the other way round
    const bool is_v6 = a[0] >> 4 == 6;
    if (a[0] >> 4 != b[0] >> 4) return false;
    const std::size_t at = is_v6 ? 8 : 12, size = is_v6 ? 16 : 4;
    return std::equal(&a[at], &a[at + size], &b[at + size]) && std::equal(&a[at + size], &a[at + size] + size, &b[at]);
}

void infer_echo(const InferenceSearch& search, const Seen& own, const IcmpSeen& is, Inferences& out) {
    const std::uint8_t request = is.is_v6 ? 128 : 8, reply = is.is_v6 ? 129 : 0;
    if (is.type != request && is.type != reply) return;
    const bool asks = is.type == request;
    const FrameNumber n = search.of_kind(own.number, asks ? 1 : -1, FrameKind::icmp, [&](const Seen& s) {
        const IcmpSeen other = icmp_of(s.ip);
        return other.is_there && other.is_v6 == is.is_v6 && other.type == (asks ? reply : request) &&
               other.id == is.id && is_same_way_back(own.ip, s.ip);
    });
    if (n == 0) return;
    const Time then = search.trace().time(n);
    const Duration took = asks ? then - own.time : own.time - then;
    out.push_back(
        {n, 3, fmt::format("{} frame {} after {}", asks ? "is answered by" : "answers", n, milliseconds_text(took))});
}

// A solicitation and the advertisement with the same target.
void infer_neighbor(const InferenceSearch& search, const Seen& own, const IcmpSeen& is, Inferences& out) {
    constexpr std::uint8_t solicitation = 135, advertisement = 136;
    constexpr std::size_t target = 16;
    if (!is.is_v6 || (is.type != solicitation && is.type != advertisement) || is.body.size() < target) return;
    const bool asks = is.type == solicitation;
    const FrameNumber n = search.of_kind(own.number, asks ? 1 : -1, FrameKind::icmp, [&](const Seen& s) {
        const IcmpSeen other = icmp_of(s.ip);
        return other.is_v6 && other.type == (asks ? advertisement : solicitation) && other.body.size() >= target &&
               std::equal(other.body.begin(), other.body.begin() + target, is.body.begin());
    });
    const std::string whom = proto::Ipv6Address::load(is.body.data()).to_string();
    if (n)
        out.push_back({n, 3,
                       asks ? fmt::format("is answered by frame {}: {} tells its MAC address", n, whom)
                            : fmt::format("answers frame {}: who has {}?", n, whom)});
}

const char* meaning(const IcmpSeen& is) {
    if (is.is_v6) {
        switch (is.type) {
            case 1: return is.code == 4 ? "nobody listens at that port" : "the destination cannot be reached";
            case 2: return "it is larger than a link on the way carries";
            case 3: return "its hop limit ran out";
            case 4: return "its header cannot be understood";
            default: return nullptr;
        }
    }
    switch (is.type) {
        case 3:
            return is.code == 3   ? "nobody listens at that port"
                   : is.code == 4 ? "it is larger than a link on the way carries, and must not be split"
                                  : "the destination cannot be reached";
        case 5: return "there is a better first hop";
        case 11: return is.code == 0 ? "its time to live ran out" : "its fragments did not become whole in time";
        case 12: return "its header cannot be understood";
        default: return nullptr;
    }
}

// It quotes the beginning of the packet that it is about.
void infer_error(const InferenceSearch& search, const Flows& flows, const Seen& own, const IcmpSeen& is,
                 Inferences& out) {
    const char* what = meaning(is);
    const Bytes quoted = is.body;
    if (!what || quoted.size() < (is.is_v6 ? v6_header : v4_header) + 8) return;
    const auto is_it = [&](const Seen& s) {
        if (s.ip.size() < (is.is_v6 ? v6_header : v4_header) + 8 || s.ip[0] >> 4 != quoted[0] >> 4) return false;
        const std::size_t at = is.is_v6 ? 8 : 12, size = is.is_v6 ? 32 : 8;
        if (!std::equal(&s.ip[at], &s.ip[at] + size, &quoted[at])) return false;
        const std::size_t header = is.is_v6 ? v6_header : std::size_t{quoted[0] & 15u} * 4;
        const bool is_same_id = is.is_v6 || proto::load_be16(&s.ip[4]) == proto::load_be16(&quoted[4]);
        if (header + 8 > quoted.size() || header + 8 > s.ip.size()) return false;
        return is_same_id && std::equal(&s.ip[header], &s.ip[header] + 8, &quoted[header]);
    };
    FlowKey key;
    const auto flow = flow_key(quoted, is.is_v6 ? capture::LinkType::raw_ipv6 : capture::LinkType::raw_ipv4, key)
                          ? flows.find(key)
                          : Flows::no_flow;
    const FrameNumber n = search.in_flow(own.number, -1, flow, is_it);
    if (n) out.push_back({n, 3, fmt::format("is about frame {}: {}", n, what)});
}

}  // namespace

void infer_arp(const InferenceSearch& search, const Seen& own, Inferences& out) {
    const ArpSeen is = arp_of(own.bytes);
    if (!is.is_there) return;
    if (is.sender == is.target)
        return out.push_back({own.number, 2, fmt::format("{} announces itself: nobody has asked", address(is.sender))});
    const auto belongs = [&](const Seen& s) {
        const ArpSeen other = arp_of(s.bytes);
        return other.is_there && other.is_request != is.is_request && other.sender == is.target &&
               other.target == is.sender;
    };
    const FrameNumber n = search.of_kind(own.number, is.is_request ? 1 : -1, FrameKind::arp, belongs);
    if (n && is.is_request)
        out.push_back({n, 2, fmt::format("is answered by frame {}: {} tells its MAC address", n, address(is.target))});
    if (n && !is.is_request) out.push_back({n, 2, fmt::format("answers frame {}: who has {}?", n, address(is.sender))});
    if (!is.is_request) return;
    constexpr Duration soon = std::chrono::seconds(5);
    const FrameNumber before = search.of_kind(own.number, -1, FrameKind::arp, [&](const Seen& s) {
        const ArpSeen other = arp_of(s.bytes);
        return (other.is_there && other.sender == is.sender && other.target == is.target) || belongs(s);
    });
    Buffer buffer;
    if (before && own.time - search.trace().time(before) < soon && arp_of(search.see(before, buffer).bytes).is_request)
        out.push_back({before, 2, fmt::format("asks again: frame {} got no answer", before)});
}

void infer_icmp(const InferenceSearch& search, const Flows& flows, const Seen& own, Inferences& out) {
    const IcmpSeen is = icmp_of(own.ip);
    if (!is.is_there) return;
    infer_echo(search, own, is, out);
    infer_neighbor(search, own, is, out);
    infer_error(search, flows, own, is, out);
}

}  // namespace layerlab::viewer
