// DNS messages on a TCP connection: each behind its length in two bytes (RFC 7766 section 8).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "sim/net/host.hpp"

namespace layerlab::sim::programs {

// The next message; nullopt at the end of the stream, after an error or at the deadline.
Task<std::optional<std::vector<std::uint8_t>>> read_dns_message(Process& self, TcpSocket& socket, Time deadline);
Task<bool> write_dns_message(Process& self, TcpSocket& socket, std::vector<std::uint8_t> message);

// A daemon that takes every connection and lets `session` serve it in a process of its own, at most 100 at a time.
using TcpSession = std::function<Task<int>(Process& self, std::shared_ptr<TcpSocket> socket)>;
Task<int> run_dns_listener(Process& self, TcpListener listener, TcpSession session);

}  // namespace layerlab::sim::programs
