// What the %{ }% of a script asks the original packetdrill for: TCP_INFO, TCP_CC_INFO and SO_MEMINFO as Linux has them.
#pragma once

#include <cstdint>
#include <optional>
#include <sys/socket.h>
#include <vector>

#include "proto/machine/tcp_types.hpp"

namespace layerlab::cli {

// TCP_INFO: struct tcp_info of Linux.
std::vector<std::uint8_t> linux_tcp_info(const proto::machine::TcpInfo& info, proto::machine::TcpState state);

using GetOption = int (*)(int fd, int level, int name, void* value, socklen_t* size);

// packetdrill reads these options with the system's own getsockopt(), also when it tests a library. From now on such
// calls of the program go to `to`; false: the program has no place where that could be said.
bool divert_getsockopt(GetOption to);

}  // namespace layerlab::cli
