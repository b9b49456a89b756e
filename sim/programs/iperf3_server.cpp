#include "sim/programs/iperf3_server.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/programs/iperf3_report.hpp"

namespace layerlab::sim::programs {
namespace {

constexpr Duration patience = std::chrono::seconds(10);  // for each step of the setup
constexpr std::string_view udp_hello = "9876", udp_answer = "6789";

class Server {
  public:
    Server(Process& self, Iperf3ServerSettings settings, TcpListener listener)
        : self_(self), settings_(settings), listener_(std::move(listener)) {}

    Task<int> run() {
        const std::string rule(59, '-');
        for (unsigned number = 1;; ++number) {
            say(fmt::format("{}\nServer listening on {} (test #{})\n{}\n", rule, settings_.port, number, rule));
            std::optional<TcpSocket> control = co_await accept(self_, listener_);
            if (!control) co_return stop();
            control_ = std::move(*control);
            control_.set_no_delay(self_);
            unread_.clear();
            co_await serve();
            end_streams();
            control_ = TcpSocket();
            if (self_.interrupted()) co_return stop();
            if (settings_.is_one_off) co_return 0;
        }
    }

  private:
    void say(const std::string& text) {
        if (settings_.prints) self_.print(text);
    }
    int stop() {
        say("iperf3: interrupt - the server has terminated\n");
        return 1;
    }

    Task<void> serve() {
        const std::optional<std::string> cookie =
            co_await read_exactly(self_, control_, unread_, iperf3_cookie_size, self_.now() + patience);
        if (!cookie) co_return;
        say(fmt::format("Accepted connection from {}, port {}\n", control_.remote().address.to_string(),
                        control_.remote().port));
        send_state(self_, control_, Iperf3State::parameter_exchange);
        const std::optional<std::string> json = co_await read_json(self_, control_, unread_);
        const std::optional<Iperf3Parameters> parameters =
            json ? parse_iperf3_parameters(*json) : std::optional<Iperf3Parameters>();
        if (!parameters) {
            send_state(self_, control_, Iperf3State::server_error);
            co_return;
        }
        test_ = std::make_shared<Iperf3Test>();
        test_->parameters = *parameters;
        complete(test_->parameters);
        const std::string wanted = *cookie;
        const bool ready = test_->parameters.udp ? co_await open_udp() : co_await open_tcp(wanted);
        if (!ready) co_return;
        send_state(self_, control_, Iperf3State::test_start);
        send_state(self_, control_, Iperf3State::test_running);
        co_await run_test();
    }

    static void complete(Iperf3Parameters& p) {
        if (p.length == 0) p.length = p.udp ? 1460 : 131072;
        if (p.udp) p.length = std::min<std::uint32_t>(p.length, 65507);
    }

    Iperf3Stream& add_stream() {
        const std::size_t index = test_->streams.size();
        test_->streams.push_back(std::make_unique<Iperf3Stream>());
        Iperf3Stream& stream = *test_->streams.back();
        stream.id = iperf3_stream_id(index);
        const int n = static_cast<int>(index);
        stream.descriptor = test_->parameters.udp ? 5 + n : n == 0 ? 5 : 6 + 2 * n;
        stream.sends = test_->parameters.reverse;
        return stream;
    }

    Task<bool> open_tcp(std::string cookie) {
        send_state(self_, control_, Iperf3State::create_streams);
        const Time deadline = self_.now() + patience;
        while (test_->streams.size() < test_->parameters.streams) {
            std::optional<TcpSocket> connection = listener_.accept();
            if (!connection) {
                const Wake wake = co_await self_.wait({&listener_.readable(), &control_.changed()}, deadline);
                if (wake != Wake::ready || control_.at_end()) co_return false;
                continue;
            }
            Iperf3Unread unread;
            const std::optional<std::string> given =
                co_await read_exactly(self_, *connection, unread, iperf3_cookie_size, deadline);
            if (!given || *given != cookie) {
                send_state(self_, *connection, Iperf3State::access_denied);
                continue;
            }
            Iperf3Stream& stream = add_stream();
            stream.tcp = std::move(*connection);
            stream.local = stream.tcp.local();
            stream.peer = stream.tcp.remote();
            stream.received_before = iperf3_cookie_size + unread.size();
        }
        co_return true;
    }

    Task<bool> open_udp() {
        Result<UdpSocket> opened = UdpSocket::open(self_, Endpoint{{}, settings_.port});
        if (!opened) {
            send_state(self_, control_, Iperf3State::server_error);
            co_return false;
        }
        auto socket = std::make_shared<UdpSocket>(std::move(*opened));
        send_state(self_, control_, Iperf3State::create_streams);
        const Time deadline = self_.now() + patience;
        while (test_->streams.size() < test_->parameters.streams) {
            const std::optional<Datagram> datagram = co_await receive(self_, *socket, deadline);
            if (!datagram && (self_.now() >= deadline || self_.interrupted())) co_return false;
            if (!datagram) {
                socket->take_error();
                continue;
            }
            if (proto::as_text(datagram->bytes) != udp_hello) continue;
            Iperf3Stream& stream = add_stream();
            stream.udp = socket;
            stream.local = datagram->to;
            stream.peer = datagram->from;
            IpOptions options;
            options.source = datagram->to.address;
            socket->send_to(self_, datagram->from, proto::as_bytes(udp_answer), options);
        }
        co_return true;
    }

    Task<void> run_test() {
        test_->start = self_.now();
        test_->running = true;
        Iperf3Report report(*test_, true, settings_.format);
        say(report.connections() + report.heading());
        start_iperf3_streams(self_, test_);
        Time next = test_->start + settings_.interval;
        Iperf3State state = Iperf3State::test_running;
        while (state == Iperf3State::test_running) {
            refuse_others();
            if (control_.at_end() || control_.error() != SocketError::none) break;
            if (unread_.empty()) control_.read(self_, unread_);
            if (!unread_.empty()) {
                state = static_cast<Iperf3State>(unread_.front());
                unread_.erase(unread_.begin());
                break;
            }
            const Time wake_at = settings_.prints && settings_.interval > Duration{} ? next : proto::never;
            const Wake wake = co_await self_.wait({&control_.changed(), &listener_.readable()}, wake_at);
            if (wake == Wake::interrupted) break;
            if (self_.now() >= next) {
                say(report.interval(self_.now()));
                next += settings_.interval;
            }
        }
        const Time end = self_.now();
        if (settings_.interval > Duration{}) say(report.interval(end));
        test_->running = false;
        if (self_.interrupted()) send_state(self_, control_, Iperf3State::server_terminate);
        if (state != Iperf3State::test_end) {
            if (state == Iperf3State::client_terminate) say("iperf3: the client has terminated\n");
            co_return;
        }
        co_await exchange(report, end);
        say(report.separator() + report.summary(end, nullptr));
    }

    Task<void> exchange(Iperf3Report& report, Time end) {
        send_state(self_, control_, Iperf3State::exchange_results);
        const std::string own = to_json(report.results(end));
        const std::optional<std::string> theirs = co_await read_json(self_, control_, unread_);
        if (!theirs) co_return;
        send_json(self_, control_, own);
        send_state(self_, control_, Iperf3State::display_results);
        co_await read_state(self_, control_, unread_, self_.now() + patience);
    }

    void refuse_others() {
        while (std::optional<TcpSocket> other = listener_.accept()) {
            other->discard_received();
            send_state(self_, *other, Iperf3State::access_denied);
        }
    }

    // Wakes the processes of the streams, so that they see that it is over.
    void end_streams() {
        if (!test_) return;
        test_->running = false;
        for (const auto& stream : test_->streams) {
            if (stream->udp) stream->udp->readable().notify(self_.context().cause);
            if (stream->tcp.is_open()) stream->tcp.changed().notify(self_.context().cause);
            stream->tcp = TcpSocket();
            stream->udp.reset();
        }
        test_.reset();
    }

    Process& self_;
    Iperf3ServerSettings settings_;
    TcpListener listener_;
    TcpSocket control_;
    Iperf3Unread unread_;
    std::shared_ptr<Iperf3Test> test_;
};

Task<int> serve(Process& self, Iperf3ServerSettings settings) {
    Result<TcpListener> listener = TcpListener::open(self, settings.port);
    if (!listener) {
        self.print(fmt::format("iperf3: error - unable to start listener for connections: {}\niperf3: exiting\n",
                               listener.error().message));
        co_return 1;
    }
    Server server(self, settings, std::move(*listener));
    co_return co_await server.run();
}

}  // namespace

Process::Main iperf3_server(Iperf3ServerSettings settings) {
    return [settings](Process& self) { return serve(self, settings); };
}

}  // namespace layerlab::sim::programs
