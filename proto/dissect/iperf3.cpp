// iperf3's control connection on TCP port 5201: a cookie of 37 octets, states of one octet, and JSON behind its length.
// Wireshark 4.0 knows it not; the names are ours.
#include <algorithm>
#include <fmt/format.h>

#include "proto/dissect/cursor.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/protocols.hpp"

namespace layerlab::proto::dissect {

namespace {

constexpr std::array<ValueName, 12> state_names{{{1, "TEST_START"},
                                                 {2, "TEST_RUNNING"},
                                                 {4, "TEST_END"},
                                                 {9, "PARAM_EXCHANGE"},
                                                 {10, "CREATE_STREAMS"},
                                                 {11, "SERVER_TERMINATE"},
                                                 {12, "CLIENT_TERMINATE"},
                                                 {13, "EXCHANGE_RESULTS"},
                                                 {14, "DISPLAY_RESULTS"},
                                                 {15, "IPERF_START"},
                                                 {16, "IPERF_DONE"},
                                                 {255, "ACCESS_DENIED"}}};

struct F {
    static constexpr Field<std::string_view> cookie{"iperf3.cookie", "Cookie"};
    static constexpr Field<std::uint8_t> state{"iperf3.state", "State", anywhere, {.names = state_names}};
    static constexpr Field<std::uint32_t> length{"iperf3.length", "Length"};
    static constexpr Field<std::string_view> parameters{"iperf3.json", "Parameters or results"};
    static constexpr auto table = table_of(cookie, state, length, parameters);
};
constexpr std::size_t cookie_size = 37, longest = std::size_t{1} << 20;

bool is_cookie(Bytes bytes) {
    const auto is_letter = [](std::uint8_t ch) { return (ch >= 'a' && ch <= 'z') || (ch >= '2' && ch <= '7'); };
    return bytes.size() >= cookie_size && bytes[cookie_size - 1] == 0 &&
           std::all_of(bytes.begin(), bytes.begin() + cookie_size - 1, is_letter);
}
bool is_json(Bytes bytes) { return bytes.size() >= 5 && bytes[4] == '{' && load_be32(bytes.data()) <= longest; }

std::size_t iperf3_pdu_size(Context&, Bytes stream) {
    if (is_cookie(stream)) return cookie_size;
    if (F::state.info.names.find(stream[0]) && !is_json(stream)) return 1;
    if (stream.size() < 5) return stream[0] == 0 ? more : not_mine;
    return is_json(stream) ? 4 + load_be32(stream.data()) : not_mine;
}

void dissect_iperf3(Context& c, Bytes bytes) {
    if (!is_cookie(bytes) && !is_json(bytes) && !(bytes.size() == 1 && F::state.info.names.find(bytes[0])))
        return c.data(bytes);
    c.begin(iperf3, bytes);
    if (bytes.size() == 1) return c.add(F::state, bytes);
    if (is_cookie(bytes)) return c.add(F::cookie, bytes.first(cookie_size - 1));
    Cursor in(c, bytes);
    const std::size_t size = in.add(F::length, 4);
    if (in.want(size) && size > 0) in.add(F::parameters, size);
}

void summarize_iperf3(const LayerView& view, std::string& info) {
    if (const Item* state = view.find(F::state)) info = F::state.info.names.find(state->number);
    if (view.find(F::cookie)) info = "Cookie";
    if (view.find(F::length)) info = fmt::format("JSON, {} octets", view.number(F::length));
}

}  // namespace

constinit const Protocol iperf3{.heading = {"iperf3", "iPerf3 control connection"},
                                .column = "iPerf3",
                                .fields = F::table,
                                .dissect = dissect_iperf3,
                                .pdu_size = iperf3_pdu_size,
                                .summarize = summarize_iperf3,
                                .joins_pdus = true};

}  // namespace layerlab::proto::dissect
