// The shell's lines for a cable of the tests' own: a pair of interfaces, quiet but for what the tests send.
#pragma once

#include <fmt/format.h>
#include <string>

namespace layerlab::capture::test {

// Waits until an interface's queue takes frames: before the kernel has noticed the carrier, it drops them.
inline std::string until_up(const std::string& interface) {
    return fmt::format("for i in $(seq 500); do ip -o link show {} | grep -q 'state UP' && break; sleep 0.01; done",
                       interface);
}

inline std::string cable(const std::string& a, const std::string& b) {
    return fmt::format(
        "exec 2>/dev/null; ip link add {0} type veth peer name {1} && ip link set {0} addrgenmode none && "
        "ip link set {1} addrgenmode none && ip link set {0} up && ip link set {1} up && {{ {2}; {3}; }}",
        a, b, until_up(a), until_up(b));
}

}  // namespace layerlab::capture::test
