// What TCP servers share: a listener whose connections are processes of their own, as a forking server's.
#pragma once

#include <functional>

#include "sim/net/socket.hpp"

namespace layerlab::sim::programs {

// Talks to one client; the connection closes when it ends.
using Conversation = std::function<Task<int>(Process& self, TcpSocket& connection)>;

// Listens on `port` and starts a process of the same name for each connection. Ends on Ctrl-C with 0, or with 1 after
// a message if the port is taken. Conversations go on when the listener has ended.
Task<int> serve_tcp(Process& self, std::uint16_t port, Conversation conversation);

}  // namespace layerlab::sim::programs
