// Very many TCP connections to one server in one run: how long it takes, and what an idle connection weighs.
// connections_bench [CONNECTIONS]; prints one line of JSON. A connection has two ends, and both are in this program.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "sim/net/socket.hpp"
#include "sim/net/world.hpp"

namespace {

using namespace layerlab;
using namespace layerlab::sim;
using namespace std::chrono_literals;

constexpr std::uint32_t most_of_a_client = 25'000;  // there are 28 232 ephemeral ports
constexpr std::uint16_t port = 80;
constexpr proto::Ipv4Address server_address{0x0a00'0001};

std::size_t accepted = 0, connected = 0;
std::uint64_t received = 0;
bool send_now = false;

Task<int> serve(Process& self) {
    auto listener = TcpListener::open(self, port, {}, 4096);
    if (!listener) co_return 1;
    std::vector<TcpSocket> kept;
    while (true) {
        auto socket = co_await accept(self, *listener);
        if (!socket) co_return 0;
        socket->discard_received();
        kept.push_back(std::move(*socket));
        ++accepted;
    }
}

// Opens them one after the other, keeps them, and sends something on each when it is told to.
Process::Main client(std::uint32_t connections) {
    return [connections](Process& self) -> Task<int> {
        std::vector<TcpSocket> kept;
        kept.reserve(connections);
        for (std::uint32_t i = 0; i < connections; ++i) {
            auto socket = co_await connect(self, Endpoint{server_address, port});
            if (!socket) co_return 1;
            kept.push_back(std::move(*socket));
            ++connected;
        }
        while (!send_now) co_await self.sleep_until(self.now() + 100ms);
        constexpr std::uint8_t text[100] = {};
        for (TcpSocket& socket : kept) {  // no faster than the cable
            socket.write(self, text);
            co_await self.sleep_until(self.now() + 20us);
        }
        co_await self.sleep_until(self.now() + 10s);
        for (const TcpSocket& socket : kept) received += socket.info().bytes_acknowledged;
        co_await self.sleep_until(proto::never);
        co_return 0;
    };
}

long resident_bytes() {
    long total = 0, resident = 0;
    if (std::FILE* f = std::fopen("/proc/self/statm", "r")) {
        if (std::fscanf(f, "%ld %ld", &total, &resident) != 2) resident = 0;
        std::fclose(f);
    }
    return resident * 4096;
}

double seconds_since(std::chrono::steady_clock::time_point begin) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

int main(int count, char** arguments) {
    const auto wanted = static_cast<std::uint32_t>(count > 1 ? std::atoi(arguments[1]) : 100'000);
    World world(1);
    Simulator& simulator = world.simulator();
    Switch& middle = world.add_switch("switch");
    Host& server = world.add_host("server");
    world.connect(server, middle);
    server.stack().add_address(0, {server_address, 8});
    server.spawn(simulator, "serve", {"serve"}, serve, 0, 0, true);
    std::vector<Host*> clients;
    for (std::uint32_t left = wanted, i = 0; left > 0; ++i) {
        const std::uint32_t mine = std::min(left, most_of_a_client);
        left -= mine;
        Host& host = world.add_host("client" + std::to_string(i));
        world.connect(host, middle);
        host.stack().add_address(0, {proto::Ipv4Address{server_address.number + 1 + i}, 8});
        host.spawn(simulator, "client", {"client"}, client(mine), 0, 0, true);
        clients.push_back(&host);
    }
    server.run_pending(simulator);
    for (Host* host : clients) host->run_pending(simulator);
    simulator.run_until(simulator.now() + 1ms);
    const long before = resident_bytes();
    auto begin = std::chrono::steady_clock::now();
    while (connected < wanted && simulator.step()) {
    }
    simulator.run_until(simulator.now() + 5s);
    const double opening = seconds_since(begin);
    const double weight = static_cast<double>(resident_bytes() - before) / wanted;
    begin = std::chrono::steady_clock::now();
    send_now = true;
    simulator.run_until(simulator.now() + 20s);
    const double sending = seconds_since(begin);
    const double idle_again = static_cast<double>(resident_bytes() - before) / wanted;
    std::printf(
        "{\"connections\": %zu, \"accepted\": %zu, \"open_s\": %.2f, \"opens_per_s\": %.0f, "
        "\"bytes_per_connection\": %.0f, \"data_s\": %.2f, \"bytes_after_data\": %.0f, \"bytes_acknowledged\": %llu}\n",
        connected, accepted, opening, wanted / opening, weight, sending, idle_again,
        static_cast<unsigned long long>(received));
    return connected == wanted && accepted == wanted && received == wanted * 100ull ? 0 : 1;
}
