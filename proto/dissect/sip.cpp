// SIP (RFC 3261) over UDP and TCP, and the session descriptions (SDP, RFC 4566) that it carries: they announce RTP.
#include <fmt/format.h>

#include "proto/dissect/announced.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/protocols.hpp"
#include "proto/dissect/text_lines.hpp"
#include "proto/wire/http.hpp"

namespace layerlab::proto::dissect {

namespace {

struct F {
    static constexpr Field<std::string_view> request_line{"sip.Request-Line", "Request-Line"};
    static constexpr Field<std::string_view> method{"sip.Method", "Method"};
    static constexpr Field<std::string_view> uri{"sip.r-uri", "Request-URI"};
    static constexpr Field<std::string_view> uri_user{"sip.r-uri.user", "Request-URI User Part"};
    static constexpr Field<std::string_view> uri_host{"sip.r-uri.host", "Request-URI Host Part"};
    static constexpr Field<std::uint16_t> uri_port{"sip.r-uri.port", "Request-URI Host Port"};
    static constexpr Field<std::string_view> status_line{"sip.Status-Line", "Status-Line"};
    static constexpr Field<std::uint32_t> status{"sip.Status-Code", "Status-Code"};
    static constexpr Field<std::string_view> header{"sip.msg_hdr", "Message Header"};
    static constexpr Field<std::uint32_t> sequence{"sip.CSeq.seq", "Sequence Number"};
    static constexpr Field<std::string_view> sequence_method{"sip.CSeq.method", "CSeq Method"};
    static constexpr Field<std::uint32_t> length{"sip.Content-Length", "Content-Length"};
    static constexpr Field<void> body{"sip.msg_body", "Message Body"};
    static constexpr auto table = table_of(request_line, method, uri, uri_user, uri_host, uri_port, status_line, status,
                                           header, sequence, sequence_method, length, body);
};
constexpr std::array<TextHeader, 16> headers{{
    text_header("Via", "sip.Via", "v"),
    text_header("From", "sip.From", "f"),
    text_header("To", "sip.To", "t"),
    text_header("Call-ID", "sip.Call-ID", "i"),
    text_header("CSeq", "sip.CSeq"),
    text_header("Contact", "sip.Contact", "m"),
    text_header("User-Agent", "sip.User-Agent"),
    text_header("Server", "sip.Server"),
    text_header("Allow", "sip.Allow"),
    text_header("Route", "sip.Route"),
    text_header("Record-Route", "sip.Record-Route"),
    text_header("Content-Type", "sip.Content-Type", "c"),
    text_header("Supported", "sip.Supported", "k"),
    text_header("Subject", "sip.Subject", "s"),
    text_header("Date", "sip.Date"),
    text_header("Require", "sip.Require"),
}};
constexpr auto sip_fields = join(F::table, fields_of(headers));

// "sip:user@host:port;parameters": RFC 3261 section 19.1.
void add_uri_parts(Context& c, std::string_view uri) {
    const std::size_t colon = uri.find(':');
    if (colon == std::string_view::npos) return;
    std::string_view rest = uri.substr(colon + 1);
    rest = rest.substr(0, rest.find_first_of(";?"));
    if (const std::size_t at = rest.find('@'); at != std::string_view::npos) {
        c.add(F::uri_user, as_bytes(rest.substr(0, at)));
        rest.remove_prefix(at + 1);
    }
    const std::size_t end = std::min(rest.find(':'), rest.size());
    if (end > 0) c.add(F::uri_host, as_bytes(rest.substr(0, end)));
    if (end == rest.size()) return;
    const std::string_view port = rest.substr(end + 1);
    c.add(F::uri_port, as_bytes(port), leading_number(port));
}

void add_start_line(Context& c, std::string_view line, Bytes where) {
    const bool is_response = line.substr(0, 4) == "SIP/";
    c.add(is_response ? F::status_line : F::request_line, where, line);
    const auto deeper = c.indent();
    const std::string_view first = next_word(line), second = next_word(line);
    if (is_response) return c.add(F::status, as_bytes(second), leading_number(second));
    c.add(F::method, as_bytes(first));
    c.add(F::uri, as_bytes(second));
    const auto parts = c.indent();
    add_uri_parts(c, second);
}

// Returns the type of the body.
std::string_view add_headers(Context& c, std::string_view& text) {
    std::string_view type;
    while (!text.empty()) {
        const std::string_view line = next_line(text);
        if (line.empty()) break;
        const std::string_view name = add_text_header(c, line, headers);
        const std::string_view value = without_blanks_around(line.substr(std::min(name.size() + 1, line.size())));
        if (wire::equal_without_case(name, "CSeq")) {
            const auto deeper = c.indent();
            std::string_view rest = value;
            const std::string_view number = next_word(rest);
            c.add(F::sequence, as_bytes(number), leading_number(number));
            c.add(F::sequence_method, as_bytes(rest));
        }
        if (wire::equal_without_case(name, "Content-Length") || wire::equal_without_case(name, "l"))
            c.add(F::length, as_bytes(line), leading_number(value));
        if (wire::equal_without_case(name, "Content-Type") || wire::equal_without_case(name, "c")) type = value;
    }
    return type;
}

bool is_sip(std::string_view text) {
    const std::string_view line = text.substr(0, text.find('\n'));
    return line.substr(0, 4) == "SIP/" || line.find(" SIP/2.") != std::string_view::npos;
}

void dissect_sip(Context& c, Bytes bytes) {
    std::string_view text = as_text(bytes);
    if (!is_sip(text)) return c.data(bytes);
    c.begin(sip, bytes);
    const std::string_view whole = text;
    const std::string_view line = next_line(text);
    add_start_line(c, line, as_bytes(whole.substr(0, whole.size() - text.size())));
    const std::size_t head_end = std::min(text.find("\r\n\r\n"), text.size());
    if (head_end > 0) c.add(F::header, as_bytes(text.substr(0, std::min(head_end + 2, text.size()))));
    const auto deeper = c.indent();
    const std::string_view type = add_headers(c, text);
    if (text.empty()) return;
    c.add(F::body, as_bytes(text));
    const bool is_sdp = wire::equal_without_case(type.substr(0, 15), "application/sdp");
    c.next(is_sdp ? &sdp : nullptr, as_bytes(text), c.missing());
}

// RFC 3261 section 18.3: over a stream the length says where the message ends.
std::size_t sip_pdu_size(Context&, Bytes stream) {
    const std::string_view text = as_text(stream);
    if (text.find('\n') != std::string_view::npos && !is_sip(text)) return not_mine;
    const std::size_t end = text.find("\r\n\r\n");
    if (end == std::string_view::npos) return stream.size() > 65536 ? stream.size() : more;
    std::string_view head = text.substr(0, end);
    std::uint64_t length = 0;
    while (!head.empty()) {
        const std::string_view line = next_line(head);
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        const std::string_view name = without_blanks_around(line.substr(0, colon));
        if (wire::equal_without_case(name, "Content-Length") || wire::equal_without_case(name, "l"))
            length = leading_number(without_blanks_around(line.substr(colon + 1)));
    }
    constexpr std::uint64_t longest = 1 << 20;
    return end + 4 + static_cast<std::size_t>(std::min(length, longest));
}

void summarize_sip(const LayerView& view, std::string& info) {
    if (view.find(F::request_line))
        info = fmt::format("Request: {} {}", view.text(F::method), view.text(F::uri));
    else
        info = fmt::format("Status: {}", view.number(F::status));
}

// --- SDP ---

struct D {
    static constexpr Field<std::string_view> version{"sdp.version", "Session Description Protocol Version (v)"};
    static constexpr Field<std::string_view> owner{"sdp.owner", "Owner/Creator, Session Id (o)"};
    static constexpr Field<std::string_view> name{"sdp.session_name", "Session Name (s)"};
    static constexpr Field<std::string_view> information{"sdp.session_info", "Session Information (i)"};
    static constexpr Field<std::string_view> connection{"sdp.connection_info", "Connection Information (c)"};
    static constexpr Field<std::string_view> connection_address{"sdp.connection_info.address", "Connection Address"};
    static constexpr Field<std::string_view> bandwidth{"sdp.bandwidth", "Bandwidth Information (b)"};
    static constexpr Field<std::string_view> time{"sdp.time", "Time Description, active time (t)"};
    static constexpr Field<std::string_view> media{"sdp.media", "Media Description, name and address (m)"};
    static constexpr Field<std::string_view> media_type{"sdp.media.media", "Media Type"};
    static constexpr Field<std::uint16_t> media_port{"sdp.media.port", "Media Port"};
    static constexpr Field<std::string_view> media_protocol{"sdp.media.proto", "Media Protocol"};
    static constexpr Field<std::string_view> attribute{"sdp.media_attr", "Media Attribute (a)"};
    static constexpr Field<std::string_view> session_attribute{"sdp.session_attr", "Session Attribute (a)"};
    static constexpr auto table =
        table_of(version, owner, name, information, connection, connection_address, bandwidth, time, media, media_type,
                 media_port, media_protocol, attribute, session_attribute);
};

// What the description has said so far.
struct Session {
    NetworkAddress address;
    std::uint16_t port = 0;
    bool is_rtp = false, is_in_media = false;
};

void announce_media(Context& c, const Session& session) {
    if (!session.is_rtp || session.port == 0 || session.address.version == 0) return;
    announce(c, session.address, session.port, 17, rtp);
    if (session.port < 65535) announce(c, session.address, static_cast<std::uint16_t>(session.port + 1), 17, rtcp);
}

void add_connection(Context& c, std::string_view value, Session& session) {
    c.add(D::connection, as_bytes(value));
    const auto deeper = c.indent();
    next_word(value);
    next_word(value);
    const std::string_view text = value.substr(0, value.find('/'));
    c.add(D::connection_address, as_bytes(text));
    if (const auto v4 = Ipv4Address::parse(text)) session.address = NetworkAddress::of(*v4);
    if (const auto v6 = Ipv6Address::parse(text)) session.address = NetworkAddress::of(*v6);
}

void add_media(Context& c, std::string_view value, Session& session) {
    c.add(D::media, as_bytes(value));
    const auto deeper = c.indent();
    const std::string_view type = next_word(value), port = next_word(value), protocol = next_word(value);
    c.add(D::media_type, as_bytes(type));
    const std::uint64_t number = leading_number(port);
    c.add(D::media_port, as_bytes(port), number);
    c.add(D::media_protocol, as_bytes(protocol));
    session.port = number <= 65535 ? static_cast<std::uint16_t>(number) : std::uint16_t{0};
    session.is_rtp = protocol.substr(0, 4) == "RTP/";
    session.is_in_media = true;
}

void dissect_sdp(Context& c, Bytes bytes) {
    c.begin(sdp, bytes);
    std::string_view text = as_text(bytes);
    Session session;
    while (!text.empty()) {
        const std::string_view line = next_line(text);
        if (line.size() < 2 || line[1] != '=') continue;
        const std::string_view value = line.substr(2);
        switch (line[0]) {
            case 'v': c.add(D::version, as_bytes(line), value); break;
            case 'o': c.add(D::owner, as_bytes(line), value); break;
            case 's': c.add(D::name, as_bytes(line), value); break;
            case 'i': c.add(D::information, as_bytes(line), value); break;
            case 'c': add_connection(c, value, session); break;
            case 'b': c.add(D::bandwidth, as_bytes(line), value); break;
            case 't': c.add(D::time, as_bytes(line), value); break;
            case 'm':
                announce_media(c, session);
                add_media(c, value, session);
                break;
            case 'a': c.add(session.is_in_media ? D::attribute : D::session_attribute, as_bytes(line), value); break;
            default: break;
        }
    }
    announce_media(c, session);
}

}  // namespace

constinit const Protocol sip{.heading = {"sip", "Session Initiation Protocol"},
                             .column = "SIP",
                             .fields = sip_fields,
                             .dissect = dissect_sip,
                             .pdu_size = sip_pdu_size,
                             .summarize = summarize_sip,
                             .source = "RFC 3261"};
constinit const Protocol sdp{.heading = {"sdp", "Session Description Protocol"},
                             .column = nullptr,
                             .fields = D::table,
                             .dissect = dissect_sdp,
                             .source = "RFC 4566"};

}  // namespace layerlab::proto::dissect
