#include "capture/packet_socket.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "capture/offload.hpp"
#include "proto/wire/ethernet.hpp"

namespace layerlab::capture {

using proto::fail;
using proto::Result;

namespace {

constexpr std::size_t tag_size = 4, largest_frame = 65536 + proto::wire::Ethernet::min_size + 2 * tag_size;
constexpr int receive_buffer = 8 << 20;  // a simulation may be late for a while

// The kernel's virtio_net_hdr, whose header no C++ compiler reads.
struct OffloadHead {
    std::uint8_t flags, segmentation;
    std::uint16_t header_size, segment_size, checksum_start, checksum_offset;
};
static_assert(sizeof(OffloadHead) == 10);
constexpr std::uint8_t needs_checksum = 1;

proto::Error failed(const std::string& interface, std::string_view what) {
    const bool may_not = errno == EPERM || errno == EACCES;
    return {fmt::format("{}: {}: {}", interface, what, std::strerror(errno)),
            may_not ? "run as root, or with the capability CAP_NET_RAW" : ""};
}

// Nothing, or why the interface cannot be used.
std::optional<proto::Error> look_at(const Descriptor& socket, const std::string& name, unsigned& mtu) {
    ifreq request{};
    std::memcpy(request.ifr_name, name.data(), name.size());
    if (::ioctl(socket.get(), SIOCGIFHWADDR, &request) < 0) return failed(name, "there is no such interface");
    if (request.ifr_hwaddr.sa_family != ARPHRD_ETHER)
        return proto::Error{fmt::format("{} is no Ethernet interface", name), "ip link shows those that are"};
    if (::ioctl(socket.get(), SIOCGIFMTU, &request) < 0) return failed(name, "its MTU");
    mtu = static_cast<unsigned>(request.ifr_mtu);
    if (::ioctl(socket.get(), SIOCGIFFLAGS, &request) < 0) return failed(name, "its state");
    if ((request.ifr_flags & IFF_UP) == 0)
        return proto::Error{fmt::format("{} is down", name), fmt::format("ip link set {} up", name)};
    return std::nullopt;
}

// The tag that is not in the frame any more, as its four bytes on the cable.
std::optional<std::array<std::uint8_t, tag_size>> stripped_tag(msghdr& message) {
    for (cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c)) {
        if (c->cmsg_level != SOL_PACKET || c->cmsg_type != PACKET_AUXDATA) continue;
        tpacket_auxdata data;
        std::memcpy(&data, CMSG_DATA(c), sizeof data);
        if ((data.tp_status & TP_STATUS_VLAN_VALID) == 0) return std::nullopt;
        const bool has_type = (data.tp_status & TP_STATUS_VLAN_TPID_VALID) != 0;
        std::array<std::uint8_t, tag_size> tag;
        proto::store_be16(tag.data(), has_type ? data.tp_vlan_tpid : std::uint16_t{ETH_P_8021Q});
        proto::store_be16(tag.data() + 2, data.tp_vlan_tci);
        return tag;
    }
    return std::nullopt;
}

}  // namespace

Result<PacketSocket> PacketSocket::open(const std::string& name) {
    if (name.empty() || name.size() >= IFNAMSIZ) return fail(fmt::format("{}: there is no such interface", name));
    PacketSocket made;
    // Protocol 0: it hears nothing before it is bound to its interface.
    made.socket_ = Descriptor(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!made.socket_) return tl::unexpected(failed(name, "a packet socket"));
    if (const auto wrong = look_at(made.socket_, name, made.mtu_)) return tl::unexpected(*wrong);
    const auto set = [&](int level, int option, const auto& value) {
        return ::setsockopt(made.socket_.get(), level, option, &value, sizeof value) == 0;
    };
    packet_mreq promiscuous{};
    promiscuous.mr_ifindex = static_cast<int>(::if_nametoindex(name.c_str()));
    promiscuous.mr_type = PACKET_MR_PROMISC;
    const int on = 1;
    (void)set(SOL_SOCKET, SO_RCVBUFFORCE, receive_buffer);
    (void)set(SOL_PACKET, PACKET_IGNORE_OUTGOING, on);  // before Linux 4.20, read() tells them apart
    if (!set(SOL_PACKET, PACKET_AUXDATA, on) || !set(SOL_PACKET, PACKET_VNET_HDR, on) ||
        !set(SOL_PACKET, PACKET_ADD_MEMBERSHIP, promiscuous))
        return tl::unexpected(failed(name, "a packet socket"));
    sockaddr_ll place{};
    place.sll_family = AF_PACKET;
    place.sll_protocol = htons(ETH_P_ALL);
    place.sll_ifindex = promiscuous.mr_ifindex;
    if (::bind(made.socket_.get(), reinterpret_cast<const sockaddr*>(&place), sizeof place) != 0)
        return tl::unexpected(failed(name, "a packet socket"));
    return made;
}

std::optional<std::string> PacketSocket::read(std::size_t most, const std::function<void(proto::Bytes)>& on_frame) {
    std::array<std::uint8_t, tag_size + largest_frame> buffer;  // room for a tag before the frame
    for (std::size_t n = 0; n < most; ++n) {
        OffloadHead head{};
        iovec parts[2] = {{&head, sizeof head}, {buffer.data() + tag_size, largest_frame}};
        sockaddr_ll from{};
        alignas(cmsghdr) std::array<char, 256> control;
        msghdr message{};
        message.msg_name = &from;
        message.msg_namelen = sizeof from;
        message.msg_iov = parts;
        message.msg_iovlen = 2;
        message.msg_control = control.data();
        message.msg_controllen = control.size();
        const ssize_t got = ::recvmsg(socket_.get(), &message, 0);
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) return std::nullopt;
        if (got < 0 && errno == EINVAL) continue;  // a frame whose segments the kernel cannot describe
        if (got < 0) return errno == ENETDOWN ? "is down" : std::strerror(errno);
        const auto size = static_cast<std::size_t>(got);
        constexpr std::size_t least = sizeof head + proto::wire::Ethernet::min_size;
        if (size < least || (message.msg_flags & MSG_TRUNC) != 0 || from.sll_pkttype == PACKET_OUTGOING) continue;
        proto::MutableBytes frame(buffer.data() + tag_size, size - sizeof head);
        if ((head.flags & needs_checksum) != 0) finish_checksum(frame, head.checksum_start, head.checksum_offset);
        if (const auto tag = stripped_tag(message)) {
            std::memmove(buffer.data(), frame.data(), 12);  // both addresses
            std::memcpy(buffer.data() + 12, tag->data(), tag_size);
            frame = {buffer.data(), frame.size() + tag_size};
        }
        hand_out(frame, head.segmentation == 0 ? std::uint16_t{0} : head.segment_size, on_frame);
    }
    return std::nullopt;
}

void PacketSocket::hand_out(proto::MutableBytes frame, std::uint16_t segment_size,
                            const std::function<void(proto::Bytes)>& on_frame) {
    const auto pieces = cut_segments(frame, segment_size);
    for (const auto& piece : pieces) on_frame(piece);
    if (pieces.empty()) on_frame(frame);
}

bool PacketSocket::write(proto::Bytes frame) {
    OffloadHead head{};
    iovec parts[2] = {{&head, sizeof head}, {const_cast<std::uint8_t*>(frame.data()), frame.size()}};
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = 2;
    return ::sendmsg(socket_.get(), &message, 0) == static_cast<ssize_t>(sizeof head + frame.size());
}

}  // namespace layerlab::capture
