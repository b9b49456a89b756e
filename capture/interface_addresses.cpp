#include "capture/interface_addresses.hpp"

#include <array>
#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "proto/base/address.hpp"

namespace layerlab::capture {
namespace {

constexpr unsigned loopback_index = 1;  // in every network namespace
constexpr std::uint32_t not_usable = IFA_F_TENTATIVE | IFA_F_DADFAILED;

Descriptor route_socket(unsigned groups, int flags) {
    Descriptor socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | flags, NETLINK_ROUTE));
    sockaddr_nl own{};
    own.nl_family = AF_NETLINK;
    own.nl_groups = groups;
    (void)::bind(socket.get(), reinterpret_cast<const sockaddr*>(&own), sizeof own);
    return socket;
}

// One RTM_NEWADDR as "192.0.2.1/24 "; nothing if it does not count.
std::string text_of(const nlmsghdr& message) {
    const auto& head = *static_cast<const ifaddrmsg*>(NLMSG_DATA(&message));
    if (head.ifa_index == loopback_index) return {};
    const std::uint8_t *address = nullptr, *local = nullptr;
    std::uint32_t flags = head.ifa_flags;
    auto left = static_cast<int>(IFA_PAYLOAD(&message));
    for (const rtattr* a = IFA_RTA(&head); RTA_OK(a, left); a = RTA_NEXT(a, left)) {
        const auto* data = static_cast<const std::uint8_t*>(RTA_DATA(a));
        if (a->rta_type == IFA_ADDRESS) address = data;
        if (a->rta_type == IFA_LOCAL) local = data;  // where IFA_ADDRESS is the other end
        if (a->rta_type == IFA_FLAGS) std::memcpy(&flags, data, sizeof flags);
    }
    if (local != nullptr) address = local;
    if (address == nullptr) return {};
    if (head.ifa_family == AF_INET)
        return proto::Ipv4Prefix{proto::Ipv4Address::load(address), head.ifa_prefixlen}.to_string() + ' ';
    if (head.ifa_family != AF_INET6 || (flags & not_usable) != 0) return {};
    return proto::Ipv6Prefix{proto::Ipv6Address::load(address), head.ifa_prefixlen}.to_string() + ' ';
}

}  // namespace

std::string interface_addresses() {
    const Descriptor socket = route_socket(0, 0);
    struct {
        nlmsghdr head;
        ifaddrmsg body;
    } question{};
    question.head.nlmsg_len = sizeof question;
    question.head.nlmsg_type = RTM_GETADDR;
    question.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    if (::send(socket.get(), &question, sizeof question, 0) < 0) return {};
    std::string text;
    alignas(nlmsghdr) std::array<char, 32768> block;
    while (true) {
        const ssize_t size = ::recv(socket.get(), block.data(), block.size(), 0);
        if (size <= 0) return text;
        auto left = static_cast<unsigned>(size);
        const auto* first = static_cast<const nlmsghdr*>(static_cast<const void*>(block.data()));
        for (const nlmsghdr* m = first; NLMSG_OK(m, left); m = NLMSG_NEXT(m, left)) {
            if (m->nlmsg_type == NLMSG_DONE || m->nlmsg_type == NLMSG_ERROR) return text;
            if (m->nlmsg_type == RTM_NEWADDR) text += text_of(*m);
        }
    }
}

Descriptor watch_interface_addresses() { return route_socket(RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR, SOCK_NONBLOCK); }

}  // namespace layerlab::capture
