#include "capture/frame_sender.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace layerlab::capture {
namespace {

constexpr std::size_t most_at_once = 64;

tl::unexpected<proto::Error> failed(const std::string& name, const char* doing, std::string hint = {}) {
    return proto::fail(fmt::format("{}: cannot {}: {}", name, doing, std::strerror(errno)), std::move(hint));
}

}  // namespace

proto::Result<FrameSender> FrameSender::open(const std::string& interface) {
    const unsigned index = interface.size() < IFNAMSIZ ? ::if_nametoindex(interface.c_str()) : 0;
    if (index == 0)
        return proto::fail(fmt::format("{}: there is no such interface", interface), "layerlab interfaces lists them");
    FrameSender made(Descriptor(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0)), interface);
    if (!made.socket_)
        return failed(interface, "send frames",
                      errno == EPERM ? "run it by sudo, or give the program the capability cap_net_raw" : "");
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_ifindex = static_cast<int>(index);
    if (::bind(made.socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        return failed(interface, "send frames");
    ifreq request{};
    std::memcpy(request.ifr_name, interface.c_str(), interface.size());
    if (::ioctl(made.socket_.get(), SIOCGIFHWADDR, &request) != 0) return failed(interface, "read its address");
    const auto kind = request.ifr_hwaddr.sa_family;
    if (kind != ARPHRD_ETHER && kind != ARPHRD_LOOPBACK)
        return proto::fail(fmt::format("{}: this is no Ethernet interface", interface),
                           "frames are sent onto Ethernet and loopback interfaces");
    std::memcpy(made.mac_.octets.data(), request.ifr_hwaddr.sa_data, 6);
    if (::ioctl(made.socket_.get(), SIOCGIFMTU, &request) != 0) return failed(interface, "read its MTU");
    made.mtu_ = static_cast<unsigned>(request.ifr_mtu);
    if (::ioctl(made.socket_.get(), SIOCGIFFLAGS, &request) != 0) return failed(interface, "read its state");
    if ((request.ifr_flags & IFF_UP) == 0)
        return proto::fail(fmt::format("{}: the interface is down", interface),
                           fmt::format("ip link set {} up", interface));
    const int room = 4 << 20;
    (void)::setsockopt(made.socket_.get(), SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    return made;
}

proto::Result<std::size_t> FrameSender::send(std::span<const proto::Bytes> frames) {
    std::array<mmsghdr, most_at_once> messages{};
    std::array<iovec, most_at_once> pieces;
    const std::size_t count = std::min(frames.size(), most_at_once);
    for (std::size_t i = 0; i < count; ++i) {
        pieces[i] = {const_cast<std::uint8_t*>(frames[i].data()), frames[i].size()};  // the system only reads there
        messages[i].msg_hdr.msg_iov = &pieces[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    const int sent = ::sendmmsg(socket_.get(), messages.data(), static_cast<unsigned>(count), 0);
    if (sent >= 0) return static_cast<std::size_t>(sent);
    if (errno == ENOBUFS || errno == EAGAIN || errno == EINTR) return std::size_t{0};
    return failed(name_, "send a frame", errno == EMSGSIZE ? fmt::format("its MTU is {} bytes", mtu_) : std::string{});
}

}  // namespace layerlab::capture
