#include "sim/programs/iperf3_protocol.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "sim/net/host.hpp"
#include "sim/programs/json_value.hpp"

namespace layerlab::sim::programs {
namespace {

constexpr std::size_t most_json = 1 << 20;
constexpr const char* unknown_retransmits = "18446744073709551615";  // -1 as iperf3 prints it

// A number of the peer within bounds; what is not a number counts as `otherwise`.
std::uint64_t whole(const JsonValue& json, const char* name, double otherwise, double most) {
    const double value = json.number_of(name, otherwise);
    return value >= 0 && value <= most ? static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(otherwise);
}

}  // namespace

std::string to_json(const Iperf3Parameters& p) {
    std::string text = fmt::format(R"({{"{}":true,"omit":0,"time":{},"num":{},"blockcount":{},)", p.udp ? "udp" : "tcp",
                                   proto::nanoseconds(p.time) / 1'000'000'000, p.bytes, p.blocks);
    if (p.no_delay) text += R"("nodelay":true,)";
    text += fmt::format(R"("parallel":{},)", p.streams);
    if (p.reverse) text += R"("reverse":true,)";
    if (p.window > 0) text += fmt::format(R"("window":{},)", p.window);
    text += fmt::format(R"("len":{},)", p.length);
    if (p.rate > 0) text += fmt::format(R"("bandwidth":{},)", p.rate);
    if (!p.congestion.empty()) text += fmt::format(R"("congestion":"{}",)", p.congestion);
    return text + R"("pacing_timer":1000,"client_version":"3.12"})";
}

std::optional<Iperf3Parameters> parse_iperf3_parameters(std::string_view text) {
    const std::optional<JsonValue> json = parse_json(text);
    if (!json || json->kind != JsonValue::Kind::object) return std::nullopt;
    Iperf3Parameters p;
    p.udp = json->is_true("udp");
    p.reverse = json->is_true("reverse");
    p.time = std::chrono::seconds(whole(*json, "time", 0, 86'400));
    p.bytes = whole(*json, "num", 0, 1e15);
    p.blocks = whole(*json, "blockcount", 0, 1e12);
    p.streams = static_cast<unsigned>(whole(*json, "parallel", 1, most_iperf3_streams));
    p.length = static_cast<std::uint32_t>(whole(*json, "len", 0, 1 << 20));
    p.rate = whole(*json, "bandwidth", 0, 1e13);
    p.window = static_cast<std::uint32_t>(whole(*json, "window", 0, 512 << 20));
    p.no_delay = json->is_true("nodelay");
    if (const JsonValue* congestion = json->find("congestion")) p.congestion = congestion->text;
    return p;
}

std::string to_json(const Iperf3Results& results) {
    std::string text =
        fmt::format(R"({{"cpu_util_total":0,"cpu_util_user":0,"cpu_util_system":0,"sender_has_retransmits":{},)",
                    results.has_retransmits ? "1" : unknown_retransmits);
    if (!results.congestion.empty()) text += fmt::format(R"("congestion_used":"{}",)", results.congestion);
    text += R"("streams":[)";
    bool first = true;
    for (const Iperf3StreamResult& s : results.streams) {
        const std::string retransmits = s.retransmits < 0 ? unknown_retransmits : fmt::format("{}", s.retransmits);
        text += fmt::format(
            R"({}{{"id":{},"bytes":{},"retransmits":{},"jitter":{},"errors":{},"packets":{},"start_time":{},"end_time":{}}})",
            first ? "" : ",", s.id, s.bytes, retransmits, s.jitter, s.errors, s.packets, s.start_time, s.end_time);
        first = false;
    }
    return text + "]}";
}

std::optional<Iperf3Results> parse_iperf3_results(std::string_view text) {
    const std::optional<JsonValue> json = parse_json(text);
    const JsonValue* streams = json ? json->find("streams") : nullptr;
    if (!streams || streams->kind != JsonValue::Kind::array || streams->elements.size() > most_iperf3_streams)
        return std::nullopt;
    Iperf3Results results;
    const double flag = json->number_of("sender_has_retransmits", -1);
    results.has_retransmits = flag > 0 && flag < 1e6;
    if (const JsonValue* congestion = json->find("congestion_used")) results.congestion = congestion->text;
    for (const JsonValue& element : streams->elements) {
        Iperf3StreamResult s;
        s.id = static_cast<unsigned>(whole(element, "id", 1, 1000));
        s.bytes = whole(element, "bytes", 0, 1e17);
        const double retransmits = element.number_of("retransmits", -1);
        s.retransmits = retransmits >= 0 && retransmits < 1e15 ? static_cast<std::int64_t>(retransmits) : -1;
        s.jitter = element.number_of("jitter", 0);
        s.errors = static_cast<std::int64_t>(whole(element, "errors", 0, 1e15));
        s.packets = static_cast<std::int64_t>(whole(element, "packets", 0, 1e15));
        s.start_time = element.number_of("start_time", 0);
        s.end_time = element.number_of("end_time", 0);
        results.streams.push_back(s);
    }
    return results;
}

std::string make_iperf3_cookie(Process& self) {
    static constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz234567";
    Rng& rng = self.host().rng(self.simulator());
    std::string cookie;
    for (std::size_t i = 1; i < iperf3_cookie_size; ++i) cookie += letters[static_cast<std::size_t>(rng.below(32))];
    return cookie + '\0';
}

Task<std::optional<std::string>> read_exactly(Process& self, TcpSocket& control, Iperf3Unread& unread, std::size_t size,
                                              Time deadline) {
    while (unread.size() < size) {
        const std::size_t n = co_await receive(self, control, unread, deadline);
        if (n == 0) co_return std::nullopt;
    }
    std::string text(proto::as_text(Bytes(unread).first(size)));
    unread.erase(unread.begin(), unread.begin() + static_cast<std::ptrdiff_t>(size));
    co_return text;
}

Task<std::optional<std::string>> read_json(Process& self, TcpSocket& control, Iperf3Unread& unread) {
    const std::optional<std::string> length = co_await read_exactly(self, control, unread, 4);
    if (!length) co_return std::nullopt;
    const std::size_t size = proto::load_be32(proto::as_bytes(*length).data());
    if (size == 0 || size > most_json) co_return std::nullopt;
    co_return co_await read_exactly(self, control, unread, size);
}

Task<std::optional<Iperf3State>> read_state(Process& self, TcpSocket& control, Iperf3Unread& unread, Time deadline) {
    const std::optional<std::string> byte = co_await read_exactly(self, control, unread, 1, deadline);
    if (!byte) co_return std::nullopt;
    co_return static_cast<Iperf3State>(static_cast<std::uint8_t>((*byte)[0]));
}

void send_state(Process& self, TcpSocket& control, Iperf3State state) {
    const std::array<std::uint8_t, 1> byte{static_cast<std::uint8_t>(state)};
    control.write(self, byte);
}

void send_json(Process& self, TcpSocket& control, const std::string& text) {
    std::array<std::uint8_t, 4> length{};
    proto::store_be32(length.data(), static_cast<std::uint32_t>(text.size()));
    control.write(self, length);
    control.write(self, proto::as_bytes(text));
}

}  // namespace layerlab::sim::programs
