#include "sim/pkt/interpreter.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <functional>
#include <map>

#include "proto/wire/tcp.hpp"
#include "sim/pkt/calls.hpp"
#include "sim/pkt/packets.hpp"
#include "sim/pkt/testbed.hpp"

namespace layerlab::sim::pkt {

using namespace std::chrono_literals;
using proto::wire::TcpFlags;

namespace {

constexpr Duration on_the_wire = 2us;
constexpr Duration patience = 10s;  // for what is expected without a time

std::string milliseconds(Duration d) { return fmt::format("{:.3f} s", static_cast<double>(d.count()) / 1e9); }

class Player {
  public:
    Player(const Script& script, const PlayOptions& options)
        : script_(script), tolerance_(options.tolerance), bed_(options.seed, options.tcp) {
        for (const auto& [name, value] : script.options) take_option(name, value);
        flow_ = fresh_flow();
        bed_.own(ellipsis_.host);
    }

    Verdict play() {
        for (const Event& event : script_.events) {
            perform(event);
            if (!verdict_.passed()) break;
        }
        if (verdict_.passed()) finish_blocked();
        verdict_.ended = now();
        return std::move(verdict_);
    }

  private:
    // A call that has not returned yet.
    struct Blocked {
        const Event* event = nullptr;
        std::function<MaybeAnswer()> attempt;
        Duration from{}, until{};  // when it must return
    };

    Duration now() { return bed_.now(); }

    void take_option(const std::string& name, const std::string& value) {
        std::uint32_t number = 0;
        const bool is_number = std::from_chars(value.data(), value.data() + value.size(), number).ec == std::errc{};
        const auto port = static_cast<std::uint16_t>(number);
        if (name == "tolerance_usecs" && is_number) tolerance_ = Duration(std::int64_t{number} * 1000);
        if (name == "bind_port" && is_number) ellipsis_.bind_port = port;
        if (name == "connect_port" && is_number) ellipsis_.connect_port = port;
        if (name == "mtu" && is_number) bed_.set_mtu(number);
        if (name == "ip_version" && value == "ipv6") ellipsis_ = {10, host_address_v6, remote_address_v6};
        if (name == "ip_version" && value == "ipv4-mapped-ipv6") ellipsis_.domain = 10;
        const auto address = proto::IpAddress::parse(value.substr(0, value.find('/')));
        if (name == "local_ip" && address) ellipsis_.host = *address;
        if (name == "remote_ip" && address) ellipsis_.remote = *address;
    }
    Flow fresh_flow() const {
        Flow flow;
        flow.host = ellipsis_.host;
        flow.remote = ellipsis_.remote;
        flow.host_port = ellipsis_.bind_port;
        flow.remote_port = ellipsis_.connect_port;
        return flow;
    }

    void fail(const Event& event, std::string expected, std::string actual) {
        if (verdict_.passed()) verdict_.failures.push_back({event.line, std::move(expected), std::move(actual)});
    }

    // One event of the simulator, and what it lets go on.
    bool step(Duration until) {
        // A call that waits for some time returns then, whatever happens.
        const Duration limit = blocked_ ? std::min(until, bed_.since_begin(bed_.posix().wake_at)) : until;
        const bool stepped = bed_.step(limit);
        if (!stepped && limit == until) return false;
        if (!stepped) bed_.run_until(limit);
        retry();
        return true;
    }
    void retry() {
        if (!blocked_) return;
        const MaybeAnswer answer = blocked_->attempt();
        if (!answer) return;
        const Blocked done = std::move(*blocked_);
        blocked_.reset();
        const Event& event = *done.event;
        if (now() < done.from - tolerance_ || now() > done.until + tolerance_)
            fail(event, fmt::format("\"{}\" returns at {}", event.text, milliseconds(done.until)),
                 fmt::format("it returned at {} (tolerance {})", milliseconds(now()), milliseconds(tolerance_)));
        judge(event, *answer);
    }
    void run_until(Duration time) {
        while (verdict_.passed() && step(time)) {
        }
        bed_.run_until(time);
    }

    void perform(const Event& event) {
        const Duration base = event.when.is_relative ? now() : Duration{};
        if (const auto* skipped = std::get_if<SkippedEvent>(&event.what)) {
            if (!event.when.is_any) run_until(base + event.when.at);
            verdict_.notes.push_back(fmt::format("line {}: {} was skipped", event.line, skipped->what));
            return;
        }
        const auto* packet = std::get_if<PacketEvent>(&event.what);
        if (packet != nullptr && !packet->to_host) return expect(event, *packet, base);
        if (!event.when.is_any) run_until(base + event.when.at);
        if (!verdict_.passed()) return;
        if (packet != nullptr)
            inject(*packet);
        else
            call(event, std::get<CallEvent>(event.what), base);
    }

    // --- packets ---
    void inject(const PacketEvent& packet) {
        if (const auto* t = std::get_if<TcpSpec>(&packet.what)) {
            const bool begins = (t->flags & (TcpFlags::syn | TcpFlags::ack)) == TcpFlags::syn;
            if (begins && (!has_flow_ || flow_is_over_)) begin_flow(packet);
        }
        if (packet.source_port) select(*packet.source_port);
        if (packet.destination_port) flow_.host_port = *packet.destination_port;
        bed_.put(make_packet(packet, flow_));
        retry();
        run_until(now() + on_the_wire);  // the next event of the script finds it arrived
    }
    void begin_flow(const PacketEvent& packet) {
        flow_ = fresh_flow();
        flow_.remote_port = packet.source_port.value_or(next_remote_port_++);
        has_flow_ = true;
        flow_is_over_ = false;
    }

    // Scripts may name the ports of several connections.
    void select(std::uint16_t remote_port) {
        if (flow_.remote_port == remote_port) return;
        others_[flow_.remote_port] = flow_;
        const auto found = others_.find(remote_port);
        if (found != others_.end()) {
            flow_ = found->second;
        } else {
            flow_ = fresh_flow();
            flow_.remote_port = remote_port;
        }
    }

    void expect(const Event& event, const PacketEvent& packet, Duration base) {
        const Duration from = event.when.is_any ? Duration{} : base + event.when.at;
        const Duration until = event.when.is_any ? now() + patience : base + event.when.until.value_or(event.when.at);
        while (bed_.arrivals().empty() && verdict_.passed() && step(until + tolerance_)) {
        }
        if (!verdict_.passed()) return;
        if (bed_.arrivals().empty()) {
            run_until(until + tolerance_);
            return fail(event, fmt::format("\"{}\"", event.text),
                        fmt::format("no packet until {}", milliseconds(until + tolerance_)));
        }
        Testbed::Arrival arrival = std::move(bed_.arrivals().front());
        bed_.arrivals().pop_front();
        if (const auto* t = std::get_if<TcpSpec>(&packet.what)) join_segments(arrival.packet, t->payload);
        learn_ports(arrival.packet);
        const Duration at = bed_.since_begin(arrival.at);
        const std::string wrong = difference(packet, arrival.packet, flow_);
        if (!wrong.empty())
            return fail(event, fmt::format("\"{}\"", event.text),
                        fmt::format("\"> {}\" at {}: {}", shown(arrival.packet, flow_), milliseconds(at), wrong));
        if (at < from - tolerance_ || at > until + tolerance_)
            fail(event,
                 from == until
                     ? fmt::format("\"{}\" at {}", event.text, milliseconds(from))
                     : fmt::format("\"{}\" from {} to {}", event.text, milliseconds(from), milliseconds(until)),
                 fmt::format("it came at {} (tolerance {})", milliseconds(at), milliseconds(tolerance_)));
    }
    // Scripts are written for hosts that leave segmentation to the card: what follows at once belongs to the same.
    void join_segments(std::vector<std::uint8_t>& packet, std::uint32_t wanted) {
        if (payload_size(packet) < wanted) run_until(now() + on_the_wire);
        while (payload_size(packet) < wanted && !bed_.arrivals().empty()) {
            if (!join(packet, bed_.arrivals().front().packet)) return;
            bed_.arrivals().pop_front();
        }
    }
    // A connection or datagram of the host's own: its port is its choice.
    void learn_ports(Bytes packet) {
        const auto ports = ports_of(packet);
        if (ports && others_.count(ports->destination) != 0) return select(ports->destination);
        if (has_flow_ && !flow_is_over_) return;
        if (!ports || (has_flow_ && ports->source == flow_.host_port && ports->destination == flow_.remote_port))
            return;
        flow_ = fresh_flow();
        flow_.host_port = ports->source;
        flow_.remote_port = ports->destination;
        has_flow_ = true;
        flow_is_over_ = false;
    }

    // --- calls ---
    void call(const Event& event, const CallEvent& c, Duration base) {
        if (!finish_blocked()) return;
        auto prepared = prepare(c, bed_.posix(), descriptors_, ellipsis_);
        if (!prepared) return fail(event, fmt::format("\"{}\"", event.text), prepared.error().message);
        if (c.name == "close") flow_is_over_ = is_connection(c);
        Blocked blocked{&event, std::move(*prepared), base + event.when.blocks_until.value_or(event.when.at), {}};
        blocked.until = blocked.from;
        const MaybeAnswer answer = blocked.attempt();
        bed_.settle();
        if (answer && !event.when.blocks_until) return judge(event, *answer);
        if (answer && now() >= blocked.from - tolerance_) return judge(event, *answer);
        if (answer)
            return fail(event, fmt::format("\"{}\" blocks until {}", event.text, milliseconds(blocked.from)),
                        "it returned at once");
        blocked_ = std::move(blocked);
        if (!event.when.blocks_until) finish_blocked();
    }
    bool is_connection(const CallEvent& c) const {
        if (c.arguments.empty()) return false;
        const auto found = descriptors_.find(static_cast<int>(c.arguments[0].number));
        return found != descriptors_.end() && found->second.is_connection;
    }
    // Lets a call that blocks return.
    bool finish_blocked() {
        const Duration limit = blocked_ ? std::max(now() + patience, blocked_->until + tolerance_) : now();
        while (blocked_ && verdict_.passed() && step(limit)) {
        }
        if (blocked_) {
            const Event& event = *blocked_->event;
            blocked_.reset();
            fail(event, fmt::format("\"{}\"", event.text), fmt::format("it still blocks at {}", milliseconds(limit)));
        }
        return verdict_.passed();
    }
    void judge(const Event& event, const Answer& answer) {
        const std::string wrong = mismatch(std::get<CallEvent>(event.what), answer, bed_.posix(), descriptors_);
        if (!wrong.empty()) fail(event, fmt::format("\"{}\"", event.text), wrong);
    }

    const Script& script_;
    Duration tolerance_;
    Testbed bed_;
    Verdict verdict_;
    Flow flow_;
    std::map<std::uint16_t, Flow> others_;  // by the script's port
    bool has_flow_ = false, flow_is_over_ = false;
    std::uint16_t next_remote_port_ = 33'001;
    Descriptors descriptors_;
    Ellipsis ellipsis_;
    std::optional<Blocked> blocked_;
};

}  // namespace

proto::machine::TcpConfig PlayOptions::usual_tcp() {
    proto::machine::TcpConfig config;
    config.receive_buffer = 15u << 20;
    config.receive_tuning = true;
    config.first_receive_buffer = 270'000;
    return config;
}

Verdict play(const Script& script, const PlayOptions& options) { return Player(script, options).play(); }

}  // namespace layerlab::sim::pkt
