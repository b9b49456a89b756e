#include "sim/programs/serve.hpp"

#include <fmt/format.h>

#include "sim/net/host.hpp"

namespace layerlab::sim::programs {
namespace {

// The process holds the closure, and with it the socket, until it is destroyed: the connection is closed by hand.
Task<int> converse(Process& self, std::shared_ptr<TcpSocket> connection, const Conversation& conversation) {
    const int status = co_await conversation(self, *connection);
    *connection = TcpSocket();
    co_return status;
}

}  // namespace

Task<int> serve_tcp(Process& self, std::uint16_t port, Conversation conversation) {
    Result<TcpListener> listener = TcpListener::open(self, port);
    if (!listener) {
        self.print(fmt::format("{}: cannot listen on port {}: {}\n", self.name(), port, listener.error().message));
        co_return 1;
    }
    for (;;) {
        std::optional<TcpSocket> connection = co_await accept(self, *listener);
        if (!connection) co_return 0;
        auto shared = std::make_shared<TcpSocket>(std::move(*connection));
        const Context context = self.context();
        self.host().spawn(
            self.simulator(), self.name(), {self.name()},
            [shared, conversation](Process& child) { return converse(child, shared, conversation); }, context.cause,
            self.line(), true);
    }
}

}  // namespace layerlab::sim::programs
