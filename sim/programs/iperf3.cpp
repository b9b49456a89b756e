// iperf3 3.12: the client, and with -s the server of iperf3_server.hpp. Not: SCTP, --bidir, -O, authentication, --tos.
#include <algorithm>
#include <fmt/format.h>

#include "sim/net/host.hpp"
#include "sim/programs/commands.hpp"
#include "sim/programs/iperf3_options.hpp"
#include "sim/programs/iperf3_report.hpp"
#include "sim/programs/resolve.hpp"

namespace layerlab::sim::programs {
namespace {

constexpr std::string_view udp_hello = "9876";
constexpr Duration reply_wait = std::chrono::seconds(30);

class Client {
  public:
    Client(Process& self, Iperf3Options options) : self_(self), o_(std::move(options)) {}

    Task<int> run() {
        const int status = co_await go();
        end_streams();
        co_return status;
    }

  private:
    void say(const std::string& text) {
        if (!o_.json) self_.print(text);
    }
    int fail(std::string_view why) {
        if (o_.json)
            self_.print(fmt::format("{{\n\t\"error\":\t\"error - {}\"\n}}\n", why));
        else
            self_.print(fmt::format("iperf3: error - {}\n", why));
        return 1;
    }

    Task<int> go() {
        const std::string host = o_.host;
        const auto addresses = co_await resolve_all(self_, host, o_.family);
        if (!addresses) co_return fail(fmt::format("unable to connect to server: {}", addresses.error().message));
        server_ = addresses->front();
        server_.port = o_.port;
        TcpSocket::Options options;
        options.nagle = false;
        const Time deadline = o_.connect_timeout > Duration{} ? self_.now() + o_.connect_timeout : proto::never;
        Result<TcpSocket> control = co_await connect(self_, server_, deadline, options);
        if (!control) co_return fail(fmt::format("unable to connect to server: {}", control.error().message));
        control_ = std::move(*control);
        cookie_ = make_iperf3_cookie(self_);
        control_.write(self_, proto::as_bytes(cookie_));
        say(fmt::format("Connecting to host {}, port {}\n", o_.host, o_.port));
        if (o_.parameters.reverse) say(fmt::format("Reverse mode, remote host {} is sending\n", o_.host));
        test_ = std::make_shared<Iperf3Test>();
        if (o_.parameters.udp && o_.parameters.length == 0) o_.parameters.length = control_.info().mss;
        test_->parameters = o_.parameters;
        co_return co_await follow_states();
    }

    Task<int> follow_states() {
        for (;;) {
            const std::optional<Iperf3State> state = co_await read_state(self_, control_, unread_);
            if (self_.interrupted()) co_return interrupted();
            if (!state) co_return fail("control socket has closed unexpectedly");
            switch (*state) {
                case Iperf3State::parameter_exchange: send_json(self_, control_, to_json(test_->parameters)); break;
                case Iperf3State::create_streams: {
                    const std::string problem = co_await open_streams();
                    if (!problem.empty()) co_return fail(problem);
                    break;
                }
                case Iperf3State::test_start: begin(); break;
                case Iperf3State::test_running: {
                    if (!report_) co_return fail("unknown control message received");
                    const bool done = co_await run_test();
                    if (!done && self_.interrupted()) co_return interrupted();
                    if (!done) co_return fail("control socket has closed unexpectedly");
                    break;
                }
                case Iperf3State::exchange_results: {
                    const bool done = co_await exchange();
                    if (!done) co_return fail("unable to receive results");
                    break;
                }
                case Iperf3State::display_results: co_return display();
                case Iperf3State::access_denied: co_return fail("the server is busy running a test. try again later");
                case Iperf3State::server_terminate: co_return fail("the server has terminated");
                default: co_return fail("unknown control message received");
            }
        }
    }

    Iperf3Stream& add_stream() {
        const std::size_t index = test_->streams.size();
        test_->streams.push_back(std::make_unique<Iperf3Stream>());
        Iperf3Stream& stream = *test_->streams.back();
        stream.id = iperf3_stream_id(index);
        stream.descriptor = 5 + 2 * static_cast<int>(index);
        stream.sends = !o_.parameters.reverse;
        stream.peer = server_;
        return stream;
    }

    // An error text, or nothing.
    Task<std::string> open_streams() {
        const Iperf3Parameters& p = o_.parameters;
        for (unsigned i = 0; i < p.streams; ++i) {
            Iperf3Stream& stream = add_stream();
            if (p.udp) {
                Result<UdpSocket> socket = UdpSocket::open(self_);
                if (!socket) co_return fmt::format("unable to connect stream: {}", socket.error().message);
                stream.udp = std::make_shared<UdpSocket>(std::move(*socket));
                stream.local = Endpoint{control_.local().address, stream.udp->local().port};
                stream.udp->send_to(self_, server_, proto::as_bytes(udp_hello));
                const std::optional<Datagram> answer = co_await receive(self_, *stream.udp, self_.now() + reply_wait);
                if (!answer) co_return "unable to read from stream socket: Resource temporarily unavailable";
                continue;
            }
            TcpSocket::Options options;
            options.nagle = !p.no_delay;
            options.buffer = p.window;
            if (p.congestion == "reno") options.congestion = proto::machine::CongestionAlgorithm::reno;
            if (p.congestion == "cubic") options.congestion = proto::machine::CongestionAlgorithm::cubic;
            Result<TcpSocket> socket = co_await connect(self_, server_, proto::never, options);
            if (!socket) co_return fmt::format("unable to connect stream: {}", socket.error().message);
            stream.tcp = std::move(*socket);
            stream.local = stream.tcp.local();
            stream.tcp.write(self_, proto::as_bytes(cookie_));
        }
        co_return "";
    }

    void begin() {
        test_->start = self_.now();
        test_->running = true;
        report_.emplace(*test_, false, o_.format);
        say(report_->connections() + report_->heading());
    }

    bool amount_has_come() const {
        if (!test_->ends_by_amount()) return false;
        if (!o_.parameters.reverse) return test_->amount_is_sent();
        std::uint64_t bytes = 0;
        for (const auto& stream : test_->streams) bytes += stream->bytes();
        return o_.parameters.bytes > 0 ? bytes >= o_.parameters.bytes
                                       : bytes / o_.parameters.length >= o_.parameters.blocks;
    }

    Task<bool> run_test() {
        start_iperf3_streams(self_, test_);
        const Time end = test_->ends_by_amount() ? proto::never : test_->start + o_.parameters.time;
        const bool reports = o_.interval > Duration{};
        Time next = reports ? test_->start + o_.interval : proto::never;
        while (self_.now() < end && !amount_has_come()) {
            if (control_.at_end() || control_.error() != SocketError::none) co_return false;
            Time wake_at = std::min(end, next);
            if (test_->ends_by_amount() && o_.parameters.reverse)
                wake_at = std::min(wake_at, self_.now() + std::chrono::milliseconds(1));
            const Wake wake = co_await self_.wait({&control_.changed(), &test_->changed}, wake_at);
            if (wake == Wake::interrupted) break;
            if (self_.now() < next) continue;
            say(report_->interval(self_.now()));
            next += o_.interval;
        }
        end_ = self_.now();
        test_->running = false;
        for (const auto& stream : test_->streams)
            if (!stream->sends) stream->final_bytes = stream->bytes();
        if (reports) say(report_->interval(end_));
        if (self_.interrupted()) co_return false;
        send_state(self_, control_, Iperf3State::test_end);
        results_ = report_->results(end_);
        co_return true;
    }

    Task<bool> exchange() {
        send_json(self_, control_, to_json(results_));
        const std::optional<std::string> json = co_await read_json(self_, control_, unread_);
        if (json) peer_ = parse_iperf3_results(*json);
        co_return peer_.has_value();
    }

    int display() {
        if (!report_) return fail("unknown control message received");
        if (o_.json)
            self_.print(report_->json(end_, peer_ ? &*peer_ : nullptr));
        else
            say(report_->separator() + report_->summary(end_, peer_ ? &*peer_ : nullptr) + "\niperf Done.\n");
        send_state(self_, control_, Iperf3State::done);
        return 0;
    }

    int interrupted() {
        if (report_ && end_ > Time{}) say(report_->separator() + report_->summary(end_, nullptr));
        send_state(self_, control_, Iperf3State::client_terminate);
        say("iperf3: interrupt - the client has terminated\n");
        return 1;
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
    }

    Process& self_;
    Iperf3Options o_;
    Endpoint server_;
    TcpSocket control_;
    std::string cookie_;
    Iperf3Unread unread_;
    std::shared_ptr<Iperf3Test> test_;
    std::optional<Iperf3Report> report_;
    Iperf3Results results_;
    std::optional<Iperf3Results> peer_;
    Time end_{};
};

}  // namespace

Task<int> iperf3_main(Process& self) {
    Iperf3Options options = parse_iperf3_options(self.arguments());
    if (!options.message.empty()) {
        self.print(options.message);
        co_return options.status;
    }
    if (options.is_server) {
        const Process::Main server = iperf3_server(options.server);
        co_return co_await server(self);
    }
    Client client(self, std::move(options));
    co_return co_await client.run();
}

}  // namespace layerlab::sim::programs
