#include "sim/pkt/parser.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <fmt/format.h>

#include "proto/wire/tcp.hpp"
#include "sim/pkt/symbols.hpp"

namespace layerlab::sim::pkt {

using proto::fail;
using proto::Result;
using proto::wire::TcpFlags;

bool operator==(const TcpOption& a, const TcpOption& b) {
    const auto same = [](const SackBlock& x, const SackBlock& y) { return x.from == y.from && x.to == y.to; };
    return a.kind == b.kind && a.value == b.value && a.echo == b.echo && a.bytes == b.bytes &&
           std::equal(a.blocks.begin(), a.blocks.end(), b.blocks.begin(), b.blocks.end(), same);
}

namespace {

// What is wrong, thrown to the top of the parser alone.
struct Fault {
    std::size_t at;
    std::string message;
};

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct IcmpCode {
    std::string_view type, code;
    std::uint8_t type_number, code_number;
};
constexpr IcmpCode icmpv6_codes[] = {
    {"unreachable", "net_unreachable", 1, 0},
    {"unreachable", "no_route", 1, 0},
    {"unreachable", "admin_prohibited", 1, 1},
    {"unreachable", "not_neighbour", 1, 2},
    {"unreachable", "address_unreachable", 1, 3},
    {"unreachable", "port_unreachable", 1, 4},
    {"packet_too_big", "", 2, 0},
    {"time_exceeded", "exceeded_hop_limit", 3, 0},
    {"time_exceeded", "exceeded_frag_time", 3, 1},
    {"parameter_problem", "header_field", 4, 0},
    {"parameter_problem", "unknown_next_header", 4, 1},
    {"parameter_problem", "unknown_option", 4, 2},
};
constexpr IcmpCode icmp_codes[] = {
    {"unreachable", "net_unreachable", 3, 0},
    {"unreachable", "host_unreachable", 3, 1},
    {"unreachable", "protocol_unreachable", 3, 2},
    {"unreachable", "port_unreachable", 3, 3},
    {"unreachable", "frag_needed", 3, 4},
    {"unreachable", "source_route_failed", 3, 5},
    {"unreachable", "net_unknown", 3, 6},
    {"unreachable", "host_unknown", 3, 7},
    {"unreachable", "source_host_isolated", 3, 8},
    {"unreachable", "net_prohibited", 3, 9},
    {"unreachable", "host_prohibited", 3, 10},
    {"unreachable", "net_unreachable_for_tos", 3, 11},
    {"unreachable", "host_unreachable_for_tos", 3, 12},
    {"unreachable", "admin_prohibited", 3, 13},
    {"unreachable", "packet_filtered", 3, 13},
    {"unreachable", "precedence_violation", 3, 14},
    {"unreachable", "precedence_cutoff", 3, 15},
    {"source_quench", "", 4, 0},
    {"time_exceeded", "", 11, 0},
    {"time_exceeded", "exc_ttl", 11, 0},
    {"time_exceeded", "ttl_exceeded_in_transit", 11, 0},
    {"time_exceeded", "exc_fragtime", 11, 1},
    {"parameter_problem", "", 12, 0},
};

class Parser {
  public:
    explicit Parser(std::string_view text) : text_(text) {}

    Script script() {
        Script s;
        while (skip_space(), !at_end()) {
            if (s.events.empty() && looking_at("--"))
                add_option(s);
            else
                s.events.push_back(event());
        }
        return s;
    }
    std::size_t position() const { return at_; }

  private:
    // --- characters ---
    bool at_end() const { return at_ >= text_.size(); }
    char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
    bool looking_at(std::string_view s) const { return text_.substr(at_, s.size()) == s; }
    [[noreturn]] void wrong(std::string message) const { throw Fault{at_, std::move(message)}; }

    void skip_space() {
        while (!at_end()) {
            if (std::isspace(static_cast<unsigned char>(peek())) != 0)
                ++at_;
            else if (looking_at("//") || peek() == '#')
                at_ = std::min(text_.find('\n', at_), text_.size());
            else if (looking_at("/*"))
                skip_past("*/", 2, "a comment");
            else
                return;
        }
    }
    // Through `end`; what lies between.
    std::string_view skip_past(std::string_view end, std::size_t begin_size, std::string_view what) {
        const std::size_t from = at_ + begin_size, to = text_.find(end, from);
        if (to == text_.npos) wrong(fmt::format("{} has no end", what));
        at_ = to + end.size();
        return text_.substr(from, to - from);
    }
    bool take(std::string_view s) {
        skip_space();
        if (!looking_at(s)) return false;
        at_ += s.size();
        return true;
    }
    void need(std::string_view s) {
        if (!take(s)) wrong(fmt::format("\"{}\" is expected", s));
    }
    bool take_word(std::string_view s) {
        skip_space();
        if (!looking_at(s) || is_word(peek(s.size()))) return false;
        at_ += s.size();
        return true;
    }
    std::string_view word() {
        skip_space();
        const std::size_t from = at_;
        while (is_word(peek())) ++at_;
        return text_.substr(from, at_ - from);
    }
    std::uint64_t number(std::uint64_t most, std::string_view what) {
        skip_space();
        std::uint64_t n = 0;
        const bool hex = looking_at("0x") || looking_at("0X");
        const char* first = text_.data() + at_ + (hex ? 2 : 0);
        const auto [end, error] = std::from_chars(first, text_.data() + text_.size(), n, hex ? 16 : 10);
        if (error != std::errc{} || n > most) wrong(fmt::format("{} up to {} is expected", what, most));
        at_ = static_cast<std::size_t>(end - text_.data());
        return n;
    }
    std::uint32_t number32(std::string_view what) { return static_cast<std::uint32_t>(number(0xffff'ffffu, what)); }

    // --- times ---
    // Seconds with up to nine digits behind the point. "0...": the points are not its own.
    Duration seconds() {
        skip_space();
        if (!is_digit(peek()) && !(peek() == '.' && is_digit(peek(1)))) wrong("a time is expected");
        std::int64_t ns = 0;
        int digits = 0;
        while (is_digit(peek())) {
            ns = ns * 10 + (text_[at_++] - '0');
            if (++digits > 9) wrong("this time is too long");
        }
        ns *= 1'000'000'000;
        if (peek() == '.' && peek(1) != '.') {
            ++at_;
            for (std::int64_t unit = 100'000'000; is_digit(peek()); unit /= 10) ns += (text_[at_++] - '0') * unit;
        }
        return Duration(ns);
    }
    When when() {
        When w;
        skip_space();
        if (take("*")) {
            w.is_any = true;
            return w;
        }
        w.is_relative = take("+");
        w.at = seconds();
        if (looking_at("...")) {
            at_ += 3;
            take("+");
            w.blocks_until = seconds();
        } else if (take("~")) {
            take("+");
            w.until = seconds();
            if (*w.until < w.at) wrong("this range ends before it begins");
        }
        return w;
    }

    std::pair<std::string, std::string> option() {
        const std::size_t end = std::min(text_.find('\n', at_), text_.size());
        std::string line(text_.substr(at_ + 2, end - at_ - 2));
        at_ = end;
        line = line.substr(0, line.find("//"));
        while (!line.empty() && std::isspace(static_cast<unsigned char>(line.back())) != 0) line.pop_back();
        const std::size_t equals = line.find('=');
        return {line.substr(0, equals), equals == line.npos ? std::string{} : line.substr(equals + 1)};
    }

    void add_option(Script& s) {
        s.options.push_back(option());
        if (s.options.back() == std::pair<std::string, std::string>{"ip_version", "ipv6"}) is_v6_ = true;
    }

    Event event() {
        Event e;
        const std::size_t from = at_;
        e.line =
            static_cast<std::uint32_t>(std::count(text_.begin(), text_.begin() + static_cast<long>(at_), '\n') + 1);
        if (peek() == '`' || looking_at("%{"))  // without a time: before everything
            e.when.is_relative = true;
        else
            e.when = when();
        skip_space();
        if (peek() == '`') {
            skip_past("`", 1, "this shell line");
            e.what = SkippedEvent{"a shell line"};
        } else if (looking_at("%{")) {
            skip_past("}%", 2, "this code");
            e.what = SkippedEvent{"code in Python"};
        } else if (peek() == '<' || peek() == '>') {
            e.what = packet(text_[at_++] == '<');
        } else {
            e.what = call();
        }
        for (const char c : text_.substr(from, at_ - from))
            if (!std::isspace(static_cast<unsigned char>(c)))
                e.text += c;
            else if (!e.text.empty() && e.text.back() != ' ')
                e.text += ' ';
        while (!e.text.empty() && e.text.back() == ' ') e.text.pop_back();
        return e;
    }

    // --- calls ---
    CallEvent call() {
        CallEvent c;
        c.name = word();
        if (c.name.empty()) wrong("a packet (< or >) or a call is expected");
        need("(");
        c.arguments = list(")");
        need("=");
        c.result = expression();
        skip_space();
        if (std::isupper(static_cast<unsigned char>(peek())) != 0) {
            c.error = word();
            if (!errno_of(c.error)) wrong(fmt::format("{} is no error that is known here", c.error));
        }
        if (take("(")) {
            --at_;
            skip_past(")", 1, "this note");
        }
        return c;
    }
    // Up to and with `end`.
    std::vector<Expression> list(std::string_view end) {
        const Deeper deeper(*this);
        std::vector<Expression> items;
        if (take(end)) return items;
        do items.push_back(expression());
        while (take(","));
        need(end);
        return items;
    }
    Expression expression() {
        Expression e = term();
        while (take("|")) {
            const Expression more = term();
            if (e.kind != Expression::Kind::number || more.kind != Expression::Kind::number)
                wrong("only numbers can be joined by \"|\"");
            e.number |= more.number;
        }
        return e;
    }
    Expression term() {
        skip_space();
        Expression e;
        if (take("...")) return e;
        if (peek() == '"') return string();
        if (take("[")) {
            e.kind = Expression::Kind::list;
            e.items = list("]");
            return e;
        }
        if (take("{")) return structure();
        if (peek() == '-' || peek() == '~' || is_digit(peek())) {
            const bool negative = take("-"), inverted = !negative && take("~");
            e.kind = Expression::Kind::number;
            e.number = static_cast<std::int64_t>(number(std::uint64_t{1} << 62, "a number"));
            if (negative) e.number = -e.number;
            if (inverted) e.number = ~e.number;
            return e;
        }
        const std::string_view name = word();
        if (name.empty()) wrong("a value is expected");
        if (take("(")) {
            e.kind = Expression::Kind::call;
            e.text = name;
            e.items = list(")");
            return e;
        }
        const auto value = symbol(name);
        if (!value) {
            at_ -= name.size();
            wrong(fmt::format("{} is no constant that is known here", name));
        }
        e.kind = Expression::Kind::number;
        e.number = *value;
        return e;
    }
    Expression string() {
        Expression e;
        e.kind = Expression::Kind::text;
        for (++at_; peek() != '"'; ++at_) {
            if (at_end()) wrong("this string has no end");
            if (peek() == '\\') ++at_;
            e.text += peek();
        }
        ++at_;
        return e;
    }
    // {sa_family = AF_INET, sin_port = htons(8080)}, {onoff=1, linger=0}, {..., 1000}, {msg_name(16)=...,
    // msg_iov(1)=[]}
    Expression structure() {
        const Deeper deeper(*this);
        Expression e;
        e.kind = Expression::Kind::structure;
        if (take("}")) return e;
        do {
            skip_space();
            const std::size_t before = at_;
            std::string name(word());
            skip_space();
            const std::size_t close = text_.find_first_of("()", at_ + 1);
            const bool has_size = peek() == '(' && close < text_.size() - 1 && text_[close] == ')' &&
                                  (text_[close + 1] == '=' || text_[close + 1] == ' ');
            if (!name.empty() && has_size) {  // how large it is follows from what it holds
                at_ = close + 1;
                skip_space();
            }
            if (!name.empty() && (peek() == '=' || (peek() == ':' && !is_digit(name[0])))) {
                ++at_;
            } else {
                name.clear();
                at_ = before;
            }
            e.names.push_back(std::move(name));
            e.items.push_back(expression());
        } while (take(","));
        need("}");
        return e;
    }

    // --- packets ---
    PacketEvent packet(bool to_host) {
        PacketEvent p;
        p.to_host = to_host;
        if (take("[")) ip_information(p);
        skip_space();
        if (is_digit(peek())) {
            p.source_port = static_cast<std::uint16_t>(number(65535, "a port"));
            need(">");
            p.destination_port = static_cast<std::uint16_t>(number(65535, "a port"));
            need(":");
        }
        if (take_word("udp"))
            p.what = udp();
        else if (take_word("icmp"))
            p.what = icmp();
        else
            p.what = tcp();
        return p;
    }
    void ip_information(PacketEvent& p) {
        do {
            const std::string_view name = word();
            if (name == "noecn" || name == "nonect")
                p.ecn = std::uint8_t{0};
            else if (name == "ect1")
                p.ecn = std::uint8_t{1};
            else if (name == "ect0")
                p.ecn = std::uint8_t{2};
            else if (name == "ce")
                p.ecn = std::uint8_t{3};
            else if (name == "ecn")
                p.ecn.reset();  // any
            else
                wrong("ect0, ect1, ce or noecn is expected");
        } while (take(","));
        need("]");
    }
    UdpSpec udp() {
        need("(");
        const UdpSpec u{static_cast<std::uint32_t>(number(65507, "a length"))};
        need(")");
        return u;
    }
    TcpSpec tcp() {
        TcpSpec t;
        skip_space();
        bool has_flags = false;
        for (; !at_end() && std::isspace(static_cast<unsigned char>(peek())) == 0; ++at_, has_flags = true) {
            switch (peek()) {
                case 'S': t.flags |= TcpFlags::syn; break;
                case 'F': t.flags |= TcpFlags::fin; break;
                case 'R': t.flags |= TcpFlags::reset; break;
                case 'P': t.flags |= TcpFlags::push; break;
                case '.': t.flags |= TcpFlags::ack; break;
                case 'U': t.flags |= TcpFlags::urg; break;
                case 'E': t.flags |= TcpFlags::ece; break;
                case 'W': t.flags |= TcpFlags::cwr; break;
                case 'A': t.flags |= TcpFlags::ae; break;
                case '-': break;
                default: wrong("flags out of SFRP.UEW are expected");
            }
        }
        if (!has_flags) wrong("flags are expected");
        sequence(t);
        if (take_word("ack")) t.acknowledgment = number32("an acknowledgment number");
        if (take_word("win")) t.window = static_cast<std::uint16_t>(number(65535, "a window"));
        if (take_word("urg")) t.urgent = static_cast<std::uint16_t>(number(65535, "an urgent pointer"));
        t.options.emplace();
        // A "<" here and on this line begins options; on the next line it would be a packet without a time.
        if (take("<")) options(t);
        return t;
    }
    void sequence(TcpSpec& t) {
        t.sequence = number32("a sequence number");
        need(":");
        const std::uint32_t end = number32("a sequence number");
        need("(");
        t.payload = static_cast<std::uint32_t>(number(65495, "a length"));
        need(")");
        if (end - t.sequence != t.payload) wrong("the sequence numbers do not fit the length");
    }
    void options(TcpSpec& t) {
        if (take("...")) {
            t.options.reset();
            return need(">");
        }
        if (take(">")) return;
        do t.options->push_back(tcp_option());
        while (take(","));
        need(">");
    }
    // Hexadecimal digits behind the length that they count for.
    void cookie(std::vector<std::uint8_t>& option) {
        const std::string_view digits = word();
        if (digits.size() % 2 != 0 || digits.size() > 32) wrong("a cookie has up to 16 bytes");
        for (std::size_t i = 0; i < digits.size(); i += 2) {
            std::uint8_t byte = 0;
            const char* end = digits.data() + i + 2;
            if (std::from_chars(digits.data() + i, end, byte, 16).ptr != end) wrong("hexadecimal digits are expected");
            option.push_back(byte);
        }
        option[1] = static_cast<std::uint8_t>(option.size());
    }
    TcpOption tcp_option() {
        TcpOption o;
        const std::string_view name = word();
        if (name == "nop") return o;
        if (name == "eol") {
            o.kind = TcpOption::Kind::end;
        } else if (name == "mss") {
            o.kind = TcpOption::Kind::mss;
            o.value = static_cast<std::uint32_t>(number(65535, "a size"));
        } else if (name == "wscale") {
            o.kind = TcpOption::Kind::window_scale;
            o.value = static_cast<std::uint32_t>(number(255, "a shift"));
        } else if (name == "sackOK") {
            o.kind = TcpOption::Kind::sack_permitted;
        } else if (name == "TS") {
            o.kind = TcpOption::Kind::timestamps;
            if (!take_word("val")) wrong("\"val\" is expected");
            o.value = number32("a timestamp");
            if (!take_word("ecr")) wrong("\"ecr\" is expected");
            o.echo = number32("a timestamp");
        } else if (name == "sack") {
            o.kind = TcpOption::Kind::sack;
            while (skip_space(), is_digit(peek())) {
                SackBlock b;
                b.from = number32("a sequence number");
                need(":");
                b.to = number32("a sequence number");
                o.blocks.push_back(b);
            }
            if (o.blocks.empty() || o.blocks.size() > 4) wrong("one to four blocks are expected");
        } else if (name == "FO" || name == "FOEXP") {  // RFC 7413 section 4.1.1, and its experimental form
            o.kind = TcpOption::Kind::other;
            o.bytes = name == "FO" ? std::vector<std::uint8_t>{34, 2} : std::vector<std::uint8_t>{254, 4, 0xf9, 0x89};
            cookie(o.bytes);
        } else {
            wrong(name.empty() ? "a TCP option is expected" : fmt::format("{} is no TCP option known here", name));
        }
        return o;
    }
    IcmpSpec icmp() {
        IcmpSpec i;
        const std::string_view type = word();
        std::string_view code;
        skip_space();
        if (std::isalpha(static_cast<unsigned char>(peek())) != 0 && !looking_at("mtu ")) code = word();
        const auto take_from = [&](const auto& codes) {
            const auto found = std::find_if(std::begin(codes), std::end(codes),
                                            [&](const IcmpCode& c) { return c.type == type && c.code == code; });
            if (found == std::end(codes)) wrong(fmt::format("\"{} {}\" is no ICMP message known here", type, code));
            i.type = found->type_number;
            i.code = found->code_number;
        };
        if (is_v6_)
            take_from(icmpv6_codes);
        else
            take_from(icmp_codes);
        if (take_word("mtu")) i.mtu = static_cast<std::uint32_t>(number(65535, "an MTU"));
        if (take("[")) {
            if (take_word("udp")) {
                i.quoted = udp();
            } else {
                TcpSpec t;
                sequence(t);
                i.quoted = std::move(t);
            }
            need("]");
        }
        return i;
    }

    // Nesting is bounded: the text comes from anywhere.
    struct Deeper {
        explicit Deeper(Parser& p) : parser(p) {
            if (++parser.depth_ > 32) parser.wrong("this is nested too deeply");
        }
        ~Deeper() { --parser.depth_; }
        Deeper(const Deeper&) = delete;
        Deeper& operator=(const Deeper&) = delete;
        Parser& parser;
    };

    std::string_view text_;
    std::size_t at_ = 0;
    int depth_ = 0;
    bool is_v6_ = false;
};

}  // namespace

Result<Script> parse(std::string_view name, std::string_view text) {
    constexpr std::size_t most = 1u << 20;
    if (text.size() > most) return fail(fmt::format("{}: larger than 1 MiB", name), "is this a script?");
    Parser parser(text);
    try {
        return parser.script();
    } catch (const Fault& fault) {
        const std::string_view before = text.substr(0, fault.at);
        const auto line = std::count(before.begin(), before.end(), '\n') + 1;
        const std::size_t column = fault.at - (before.rfind('\n') == before.npos ? 0 : before.rfind('\n') + 1) + 1;
        return fail(fmt::format("{}:{}:{}: {}", name, line, column, fault.message));
    }
}

}  // namespace layerlab::sim::pkt
