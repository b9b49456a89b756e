#include "capture/tap.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace layerlab::capture {
namespace {

ifreq request_for(const std::string& name) {
    ifreq request{};
    std::memcpy(request.ifr_name, name.data(), std::min(name.size(), sizeof request.ifr_name - 1));
    return request;
}

}  // namespace

proto::Result<Descriptor> open_tap(const std::string& name, proto::MacAddress mac, unsigned mtu) {
    if (name.size() >= IFNAMSIZ)
        return proto::fail(fmt::format("{}: longer than the name of an interface can be", name),
                           fmt::format("at most {} letters", IFNAMSIZ - 1));
    Descriptor tap(::open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK));
    if (!tap)
        return proto::fail(fmt::format("/dev/net/tun: {}", std::strerror(errno)),
                           errno == ENOENT ? "the kernel needs its tun module: modprobe tun"
                                           : "run as root, or let this user read and write /dev/net/tun");
    ifreq request = request_for(name);
    request.ifr_flags = IFF_TAP | IFF_NO_PI;
    if (::ioctl(tap.get(), TUNSETIFF, &request) < 0)
        return proto::fail(fmt::format("a TAP interface {} cannot be made: {}", name, std::strerror(errno)));
    const Descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    request = request_for(name);
    request.ifr_hwaddr.sa_family = ARPHRD_ETHER;
    std::memcpy(request.ifr_hwaddr.sa_data, mac.octets.data(), 6);
    if (::ioctl(socket.get(), SIOCSIFHWADDR, &request) < 0)
        return proto::fail(
            fmt::format("{} does not take the MAC address {}: {}", name, mac.to_string(), std::strerror(errno)));
    request = request_for(name);
    request.ifr_mtu = static_cast<int>(mtu);
    if (::ioctl(socket.get(), SIOCSIFMTU, &request) < 0)
        return proto::fail(fmt::format("{} does not take an MTU of {} bytes: {}", name, mtu, std::strerror(errno)));
    return tap;
}

void set_tap_carrier(const Descriptor& tap, bool up) {
    int carrier = up ? 1 : 0;
    // Kernels before 5.0 have no such thing: frames are lost there all the same.
    (void)::ioctl(tap.get(), TUNSETCARRIER, &carrier);
}

}  // namespace layerlab::capture
