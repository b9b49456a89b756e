#include "sim/programs/dhcpv6_log.hpp"

#include <fmt/format.h>
#include <vector>

namespace layerlab::sim::programs {
namespace {

using proto::wire::Dhcpv6Address;
using proto::wire::Dhcpv6Message;
using proto::wire::Dhcpv6Type;

std::string colons(const std::vector<std::uint8_t>& bytes) { return fmt::format("{:02x}", fmt::join(bytes, ":")); }

std::string association(std::uint32_t iaid) {
    return fmt::format("IA_NA {:02x}:{:02x}:{:02x}:{:02x}", iaid >> 24, iaid >> 16 & 0xff, iaid >> 8 & 0xff,
                       iaid & 0xff);
}

const char* purpose(Dhcpv6Type type) {  // the lines before the first message of an exchange
    switch (type) {
        case Dhcpv6Type::solicit: return "PRC: Soliciting for leases (INIT).\n";
        case Dhcpv6Type::request: return "PRC: Selecting best advertised lease.\nPRC: Considering best lease.\n";
        case Dhcpv6Type::renew: return "PRC: Renewing lease on {}.\n";
        case Dhcpv6Type::rebind: return "PRC: Rebinding lease on {}.\n";
        default: return "";
    }
}

}  // namespace

std::string dhcpv6_sent_text(const Dhcpv6Message& m, std::string_view port, proto::Duration next) {
    const char* name = proto::wire::to_text(m.type);
    std::string out;
    if (m.elapsed == 0) out += fmt::format(fmt::runtime(purpose(m.type)), port);
    out += fmt::format("XMT: Forming {}, {} ms elapsed.\n", name, m.elapsed * 10);
    if (m.iaid) {
        out += fmt::format("XMT:  X-- {}\n", association(*m.iaid));
        for (const Dhcpv6Address& a : m.addresses)
            out += m.type == Dhcpv6Type::release
                       ? fmt::format("XMT:  | X-- Release Address {}\n", a.address.to_string())
                       : fmt::format("XMT:  | | X-- IAADDR {}\n", a.address.to_string());
        if (m.type != Dhcpv6Type::solicit) out += "XMT:  V IA_NA appended.\n";
    }
    return out + fmt::format("XMT: {} on {}, interval {}ms.\n", name, port, next / std::chrono::milliseconds(1));
}

std::string dhcpv6_received_text(const Dhcpv6Message& m, std::string_view port, const proto::Ipv6Address& from,
                                 std::int64_t seconds_since_1970) {
    std::string out =
        fmt::format("RCV: {} message on {} from {}.\n", proto::wire::to_text(m.type), port, from.to_string());
    if (m.iaid) {
        out += fmt::format(
            "RCV:  X-- {}\nRCV:  | X-- starts {}\nRCV:  | X-- t1 - renew  +{}\nRCV:  | X-- t2 - rebind +{}\n"
            "RCV:  | X-- [Options]\n",
            association(*m.iaid), seconds_since_1970, m.t1, m.t2);
        for (const Dhcpv6Address& a : m.addresses)
            out += fmt::format(
                "RCV:  | | X-- IAADDR {}\nRCV:  | | | X-- Preferred lifetime {}.\nRCV:  | | | X-- Max lifetime {}.\n",
                a.address.to_string(), a.preferred, a.valid);
    }
    out += fmt::format("RCV:  X-- Server ID: {}\n", colons(m.server_duid));
    if (m.type == Dhcpv6Type::advertise) out += "RCV:  Advertisement recorded.\n";
    return out;
}

}  // namespace layerlab::sim::programs
