#include "capture/offload.hpp"

#include <algorithm>

#include "proto/base/checksum.hpp"
#include "proto/wire/ethernet.hpp"
#include "proto/wire/ipv6.hpp"
#include "proto/wire/tcp.hpp"

namespace layerlab::capture {

using proto::Bytes;
using proto::load_be16;
using proto::store_be16;
using proto::wire::EtherType;
using proto::wire::Ipv4;
using proto::wire::Ipv6;
using proto::wire::Tcp;
using proto::wire::TcpFlags;

namespace {

constexpr auto protocol_tcp = static_cast<std::uint8_t>(proto::wire::IpProtocol::tcp);

// Where the headers of a frame begin; `data` 0: it is no TCP that can be cut.
struct Layout {
    std::size_t ip = 0, tcp = 0, data = 0;
    bool is_v6 = false;
};

Layout layout_of(Bytes frame) {
    Layout at;
    at.ip = proto::wire::Ethernet::min_size;
    if (frame.size() < at.ip) return {};
    auto type = static_cast<EtherType>(load_be16(&frame[at.ip - 2]));
    for (int tags = 0; tags < 2 && (type == EtherType::vlan || type == EtherType::service_vlan); ++tags) {
        at.ip += 4;
        if (frame.size() < at.ip) return {};
        type = static_cast<EtherType>(load_be16(&frame[at.ip - 2]));
    }
    at.is_v6 = type == EtherType::ipv6;
    if (!at.is_v6 && type != EtherType::ipv4) return {};
    if (frame.size() < at.ip + (at.is_v6 ? Ipv6::min_size : Ipv4::min_size)) return {};
    at.tcp = at.ip + (at.is_v6 ? Ipv6::min_size : std::size_t{frame[at.ip]} % 16 * 4);
    if (frame[at.ip + (at.is_v6 ? 6 : 9)] != protocol_tcp) return {};
    if (at.tcp < at.ip + Ipv4::min_size || frame.size() < at.tcp + Tcp::min_size) return {};
    const std::size_t header = std::size_t{frame[at.tcp + 12]} / 16 * 4;
    if (header < Tcp::min_size || frame.size() <= at.tcp + header) return {};
    at.data = at.tcp + header;
    return at;
}

void finish(std::vector<std::uint8_t>& piece, const Layout& at, std::uint16_t number) {
    std::uint8_t* ip = &piece[at.ip];
    std::uint8_t* tcp = &piece[at.tcp];
    const std::size_t length = piece.size() - at.tcp;
    proto::ChecksumSum sum;
    if (at.is_v6) {
        store_be16(ip + 4, static_cast<std::uint16_t>(length));
        sum.add_pseudo(proto::Ipv6Address::load(ip + 8), proto::Ipv6Address::load(ip + 24), protocol_tcp,
                       static_cast<std::uint32_t>(length));
    } else {
        store_be16(ip + 2, static_cast<std::uint16_t>(piece.size() - at.ip));
        store_be16(ip + 4, static_cast<std::uint16_t>(load_be16(ip + 4) + number));
        store_be16(ip + 10, 0);
        store_be16(ip + 10, proto::internet_checksum({ip, at.tcp - at.ip}));
        sum.add_pseudo(proto::Ipv4Address::load(ip + 12), proto::Ipv4Address::load(ip + 16), protocol_tcp, length);
    }
    store_be16(tcp + 16, 0);
    store_be16(tcp + 16, sum.add({tcp, length}).checksum());
}

}  // namespace

bool finish_checksum(std::span<std::uint8_t> frame, std::uint16_t start, std::uint16_t offset) {
    if (std::size_t{start} + offset + 2 > frame.size()) return false;
    // The field holds the sum of the pseudo header already. A sum of 0 is sent as its other form (RFC 768).
    const std::uint16_t sum = proto::internet_checksum(frame.subspan(start));
    store_be16(&frame[std::size_t{start} + offset], sum == 0 ? 0xffff : sum);
    return true;
}

std::vector<std::vector<std::uint8_t>> cut_segments(Bytes frame, std::uint16_t segment_size) {
    std::vector<std::vector<std::uint8_t>> pieces;
    const Layout at = layout_of(frame);
    if (at.data == 0 || segment_size == 0) return pieces;
    for (std::size_t from = at.data; from < frame.size(); from += segment_size) {
        const std::size_t size = std::min<std::size_t>(segment_size, frame.size() - from);
        std::vector<std::uint8_t>& piece =
            pieces.emplace_back(frame.begin(), frame.begin() + static_cast<long>(at.data));
        piece.insert(piece.end(), frame.begin() + static_cast<long>(from),
                     frame.begin() + static_cast<long>(from + size));
        std::uint8_t* tcp = &piece[at.tcp];
        proto::store_be32(tcp + 4, proto::load_be32(tcp + 4) + static_cast<std::uint32_t>(from - at.data));
        const bool is_first = from == at.data, is_last = from + size == frame.size();
        if (!is_last) tcp[13] &= static_cast<std::uint8_t>(~(TcpFlags::fin | TcpFlags::push));
        if (!is_first) tcp[13] &= static_cast<std::uint8_t>(~TcpFlags::cwr);
        finish(piece, at, static_cast<std::uint16_t>(pieces.size() - 1));
    }
    return pieces;
}

}  // namespace layerlab::capture
