// DNS and DHCP: questions, answers, and what they led to.
#include <algorithm>
#include <fmt/format.h>

#include "proto/wire/dns_message.hpp"
#include "proto/wire/tcp.hpp"
#include "viewer/model/inference_search.hpp"

namespace layerlab::viewer {
namespace {

namespace wire = proto::wire;

std::optional<wire::DnsMessage> dns_of(const Seen& s) {
    if (!s.flow || s.is_tcp() || (s.flow->from.port != wire::dns_port && s.flow->to.port != wire::dns_port))
        return std::nullopt;
    auto message = wire::decode_dns_message(s.flow->payload);
    if (!message || message->questions.empty()) return std::nullopt;
    return std::move(*message);
}

bool names(const wire::DnsMessage& message, const FlowEnd& end, bool is_v6) {
    return std::any_of(message.answers.begin(), message.answers.end(), [&](const wire::ResourceRecord& r) {
        std::array<std::uint8_t, 16> octets{};
        if (const auto* v4 = std::get_if<proto::Ipv4Address>(&r.data); v4 && !is_v6) {
            v4->store(octets.data());
            return octets == end.address;
        }
        if (const auto* v6 = std::get_if<proto::Ipv6Address>(&r.data); v6 && is_v6) {
            v6->store(octets.data());
            return octets == end.address;
        }
        return false;
    });
}

bool begins_connection(const Seen& s) { return s.has(wire::TcpFlags::syn) && !s.has(wire::TcpFlags::ack); }

std::string plain(const wire::DomainName& name) {
    std::string text = name.to_string();
    if (text.size() > 1 && text.back() == '.') text.pop_back();
    return text;
}

// A connection soon after the answer, by whom it was given to.
constexpr Duration led_within = std::chrono::seconds(30);

void infer_dns_pair(const InferenceSearch& search, const Seen& own, const wire::DnsMessage& message, Inferences& out) {
    const bool responds = message.header.response;
    const FrameNumber n =
        search.in_flow(own.number, responds ? -1 : 1, search.flow_of_frame(own.number), [&](const Seen& s) {
            const auto other = dns_of(s);
            return other && other->header.response != responds && other->header.id == message.header.id &&
                   !s.is_from_same(own);
        });
    if (n == 0) return;
    const Time then = search.trace().time(n);
    const auto& q = message.questions[0];
    out.push_back({n, 7,
                   fmt::format("{} frame {} after {}: {} {}", responds ? "answers" : "is answered by", n,
                               milliseconds_text(responds ? own.time - then : then - own.time), wire::to_string(q.type),
                               plain(q.name))});
}

void infer_led_to(const InferenceSearch& search, const Seen& own, const wire::DnsMessage& message, Inferences& out) {
    if (!message.header.response || message.answers.empty()) return;
    // A SYN has no kind of its own, but it carries no data, so that the port does not count.
    const FrameNumber n = search.of_kind(own.number, 1, FrameKind::tcp, [&](const Seen& s) {
        return begins_connection(s) && s.time - own.time < led_within && s.flow->from.address == own.flow->to.address &&
               names(message, s.flow->to, s.flow->is_v6);
    });
    if (n == 0) return;
    out.push_back({n, 7, fmt::format("led to frame {}: a connection to {}", n, plain(message.questions[0].name))});
}

// The other way: why is there a connection to this address?
void infer_led_from(const InferenceSearch& search, const Seen& own, Inferences& out) {
    if (!begins_connection(own)) return;
    std::string name;
    const FrameNumber n = search.of_kind(own.number, -1, FrameKind::dns, [&](const Seen& s) {
        const auto message = dns_of(s);
        if (!message || !message->header.response || own.time - s.time >= led_within) return false;
        name = plain(message->questions[0].name);
        return s.flow->to.address == own.flow->from.address && names(*message, own.flow->to, own.flow->is_v6);
    });
    if (n) out.push_back({n, 4, fmt::format("goes to {}, whose address frame {} told", name, n)});
}

// --- DHCP ---

struct DhcpSeen {
    std::uint8_t type = 0;  // 0: none
    std::uint32_t id = 0;
};
DhcpSeen dhcp_of(const Seen& s) {
    constexpr std::size_t options = 240;
    constexpr std::uint8_t pad = 0, message_type = 53, end = 255;
    if (!s.flow || s.is_tcp() || s.flow->payload.size() < options) return {};
    const Bytes b = s.flow->payload;
    constexpr std::uint32_t cookie = 0x6382'5363;
    if (proto::load_be32(&b[236]) != cookie) return {};
    for (std::size_t at = options; at < b.size() && b[at] != end;) {
        if (b[at] == pad) {
            ++at;
            continue;
        }
        if (at + 2 > b.size() || at + 2 + b[at + 1] > b.size()) return {};
        if (b[at] == message_type && b[at + 1] == 1) return {b[at + 2], proto::load_be32(&b[4])};
        at += std::size_t{2} + b[at + 1];
    }
    return {};
}
const char* step_of(std::uint8_t type) {
    static constexpr const char* steps[] = {"",
                                            "looks for a server",
                                            "offers an address",
                                            "asks for the address",
                                            "declines the address",
                                            "grants the address",
                                            "refuses the address",
                                            "gives the address back",
                                            "asks for settings"};
    return type < std::size(steps) ? steps[type] : "";
}

}  // namespace

void infer_dns(const InferenceSearch& search, const Seen& own, Inferences& out) {
    infer_led_from(search, own, out);
    const auto message = dns_of(own);
    if (!message) return;
    infer_dns_pair(search, own, *message, out);
    infer_led_to(search, own, *message, out);
}

void infer_dhcp(const InferenceSearch& search, const Seen& own, Inferences& out) {
    const DhcpSeen is = dhcp_of(own);
    if (is.type == 0) return;
    for (const int step : {-1, 1}) {
        DhcpSeen other;
        const FrameNumber n = search.of_kind(own.number, step, FrameKind::dhcp, [&](const Seen& s) {
            other = dhcp_of(s);
            return other.type != 0 && other.id == is.id;
        });
        if (n == 0) continue;
        const Duration apart = step < 0 ? own.time - search.trace().time(n) : search.trace().time(n) - own.time;
        out.push_back({n, 7,
                       step < 0 ? fmt::format("{}: follows frame {} ({}), {} later", step_of(is.type), n,
                                              step_of(other.type), milliseconds_text(apart))
                                : fmt::format("is followed by frame {}: {}", n, step_of(other.type))});
    }
}

}  // namespace layerlab::viewer
