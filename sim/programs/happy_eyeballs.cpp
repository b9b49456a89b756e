#include "sim/programs/happy_eyeballs.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace layerlab::sim::programs {

std::vector<Endpoint> in_turn(const std::vector<Endpoint>& addresses) {
    std::vector<Endpoint> first, second, out;
    for (const Endpoint& e : addresses)
        (e.address.is_v6() == addresses[0].address.is_v6() ? first : second).push_back(e);
    for (std::size_t i = 0; i < first.size() || i < second.size(); ++i) {
        if (i < first.size()) out.push_back(first[i]);
        if (i < second.size()) out.push_back(second[i]);
    }
    return out;
}

Task<RaceOutcome> race(Process& self, std::vector<Endpoint> addresses, Time give_up, TcpSocket::Options options,
                       std::function<void(const std::string&)> info) {
    constexpr Duration attempt_delay = std::chrono::milliseconds(250);
    constexpr std::size_t most_at_once = 4;
    RaceOutcome outcome;
    std::vector<TcpSocket> running;
    std::size_t next = 0;
    Time next_at = self.now();
    for (;;) {
        for (std::size_t i = 0; i < running.size();) {
            if (running[i].established()) {
                outcome.socket = std::move(running[i]);
                running.erase(running.begin() + static_cast<std::ptrdiff_t>(i));
                for (TcpSocket& loser : running) loser.abort(self);
                co_return outcome;
            }
            if (running[i].error() == SocketError::none) {
                ++i;
                continue;
            }
            outcome.error = running[i].error();
            const Endpoint to = running[i].remote();
            info(fmt::format("connect to {} port {} failed: {}", to.address.to_string(), to.port,
                             to_string(outcome.error)));
            running.erase(running.begin() + static_cast<std::ptrdiff_t>(i));
            next_at = self.now();
        }
        if (next < addresses.size() && (self.now() >= next_at || running.empty()) && running.size() < most_at_once) {
            const Endpoint to = addresses[next++];
            info(fmt::format("  Trying {}...", to.to_string()));
            Result<TcpSocket> socket = TcpSocket::start_connect(self, to, options);
            next_at = self.now() + attempt_delay;
            if (socket)
                running.push_back(std::move(*socket));
            else
                info(fmt::format("Immediate connect fail for {}: {}", to.address.to_string(), socket.error().message));
            continue;
        }
        if (running.empty()) co_return outcome;
        WaitPoint* points[most_at_once] = {};
        for (std::size_t i = 0; i < running.size(); ++i) points[i] = &running[i].changed();
        const bool has_more = next < addresses.size() && running.size() < most_at_once;
        const Time wake_at = has_more ? std::min(next_at, give_up) : give_up;
        const Wake wake = co_await self.wait(WaitPoints(points[0], points[1], points[2], points[3]), wake_at);
        outcome.interrupted = wake == Wake::interrupted;
        outcome.timed_out = !outcome.interrupted && wake == Wake::timeout && self.now() >= give_up;
        if (!outcome.interrupted && !outcome.timed_out) continue;
        for (TcpSocket& socket : running) socket.abort(self);
        co_return outcome;
    }
}

}  // namespace layerlab::sim::programs
