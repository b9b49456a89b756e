#include "sim/programs/tcpdump_filter.hpp"

#include <array>
#include <fmt/format.h>

#include "sim/programs/service_names.hpp"
#include "sim/programs/tcpdump_filter_eval.hpp"

namespace layerlab::sim::programs {
namespace {

using Node = CaptureFilter::Node;
using Test = CaptureFilter::Test;
using Protocol = CaptureFilter::Protocol;
using Direction = CaptureFilter::Direction;

constexpr int most_depth = 64;
constexpr std::size_t most_text = 16 * 1024;

struct ProtocolName {
    std::string_view name;
    Protocol protocol;
};
constexpr std::array<ProtocolName, 11> protocols{{{"ether", Protocol::ether},
                                                  {"ip", Protocol::ip},
                                                  {"ip6", Protocol::ip6},
                                                  {"arp", Protocol::arp},
                                                  {"rarp", Protocol::rarp},
                                                  {"tcp", Protocol::tcp},
                                                  {"udp", Protocol::udp},
                                                  {"icmp", Protocol::icmp},
                                                  {"igmp", Protocol::igmp},
                                                  {"vlan", Protocol::vlan},
                                                  {"link", Protocol::ether}}};

struct Constant {
    std::string_view name;
    std::uint32_t value;
};
constexpr std::array<Constant, 18> constants{{{"icmptype", 0},
                                              {"icmpcode", 1},
                                              {"tcpflags", 13},
                                              {"icmp-echoreply", 0},
                                              {"icmp-unreach", 3},
                                              {"icmp-sourcequench", 4},
                                              {"icmp-redirect", 5},
                                              {"icmp-echo", 8},
                                              {"icmp-timxceed", 11},
                                              {"icmp-paramprob", 12},
                                              {"tcp-fin", 1},
                                              {"tcp-syn", 2},
                                              {"tcp-rst", 4},
                                              {"tcp-push", 8},
                                              {"tcp-ack", 16},
                                              {"tcp-urg", 32},
                                              {"tcp-ece", 64},
                                              {"tcp-cwr", 128}}};

std::optional<Protocol> find_protocol(std::string_view word) {
    for (const ProtocolName& p : protocols)
        if (p.name == word) return p.protocol;
    return std::nullopt;
}

std::optional<std::uint32_t> find_constant(std::string_view word) {
    for (const Constant& c : constants)
        if (c.name == word) return c.value;
    return std::nullopt;
}

// Decimal, octal with a leading 0, or hexadecimal with 0x.
std::optional<std::uint32_t> parse_number(std::string_view word) {
    std::uint64_t base = 10;
    if (word.substr(0, 2) == "0x" || word.substr(0, 2) == "0X") {
        base = 16;
        word.remove_prefix(2);
    } else if (word.size() > 1 && word[0] == '0') {
        base = 8;
    }
    if (word.empty()) return std::nullopt;
    std::uint64_t value = 0;
    for (const char c : word) {
        const std::size_t digit =
            std::string_view("0123456789abcdef").find(c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c);
        if (digit >= base) return std::nullopt;
        value = value * base + digit;
        if (value > 0xffff'ffffu) return std::nullopt;
    }
    return static_cast<std::uint32_t>(value);
}

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> words;
    bool in_brackets = false;  // there ':' and '-' end a word; elsewhere they belong to MAC addresses and port ranges
    for (std::size_t i = 0; i < text.size();) {
        const std::string_view two = text.substr(i, 2);
        static constexpr std::string_view blanks = " \t\n", marks = "()[]!<>=&|+*%^";
        if (blanks.find(text[i]) != blanks.npos) {
            ++i;
            continue;
        }
        std::size_t size = 1;
        if (two == "&&" || two == "||" || two == "!=" || two == ">=" || two == "<=" || two == "==" || two == "<<" ||
            two == ">>") {
            size = 2;
        } else if (marks.find(text[i]) == marks.npos &&
                   std::string_view(":-/").find(text[i]) == std::string_view::npos) {
            const auto ends = [&](char c) {
                return blanks.find(c) != blanks.npos || marks.find(c) != marks.npos ||
                       (in_brackets && (c == ':' || c == '-' || c == '/'));
            };
            while (i + size < text.size() && !ends(text[i + size])) ++size;
        }
        words.emplace_back(text.substr(i, size));
        if (words.back() == "[") in_brackets = true;
        if (words.back() == "]") in_brackets = false;
        i += size;
    }
    return words;
}

class Parser {
  public:
    Parser(std::string_view text, const CaptureFilter::FindHost& find_host)
        : words_(split(text)), find_host_(find_host) {}

    int parse() {
        const int root = expression(0);
        if (at_ < words_.size()) fail_syntax();
        return root;
    }
    std::vector<Node> nodes;
    std::string error;

  private:
    struct Qualifiers {
        Protocol protocol = Protocol::any;
        Direction direction = Direction::either;
        std::string type = "host";
    };

    int fail_syntax() { return fail("can't parse filter expression: syntax error"); }
    int fail(std::string why) {
        if (error.empty()) error = std::move(why);
        at_ = words_.size();
        return -1;
    }
    std::string_view word(std::size_t ahead = 0) const {
        return at_ + ahead < words_.size() ? std::string_view(words_[at_ + ahead]) : std::string_view();
    }
    bool take(std::string_view w) {
        if (at_ >= words_.size() || words_[at_] != w) return false;
        ++at_;
        return true;
    }
    int add(Node node) {
        nodes.push_back(node);
        return static_cast<int>(nodes.size()) - 1;
    }
    int add_pair(Test test, int left, int right) {
        Node node;
        node.test = test;
        node.left = left;
        node.right = right;
        return add(node);
    }

    int expression(int depth) {
        if (depth > most_depth) return fail_syntax();
        int left = term(depth);
        while (error.empty()) {
            Test test = Test::all_of;
            if (take("or") || take("||"))
                test = Test::any_of;
            else if (!take("and") && !take("&&"))
                break;
            const int right = term(depth);
            left = add_pair(test, left, right);
        }
        return left;
    }

    int term(int depth) {
        if (depth > most_depth) return fail_syntax();
        if (take("not") || take("!")) {
            const int inner = term(depth + 1);
            return add_pair(Test::negation, inner, -1);
        }
        if (word() == "(" && !is_arithmetic_group()) {
            ++at_;
            const int inner = expression(depth + 1);
            if (!take(")")) return fail_syntax();
            return inner;
        }
        if (begins_number()) return comparison(depth);
        return primitive();
    }

    // "(tcp[13] & 2) != 0": the bracket belongs to a number if a comparison or an operator follows it.
    bool is_arithmetic_group() const {
        int open = 0;
        for (std::size_t i = at_; i < words_.size(); ++i) {
            if (words_[i] == "(") ++open;
            if (words_[i] == ")" && --open == 0) {
                static constexpr std::string_view operators = " = == != < > <= >= & | + * / % ^ << >> ";
                return i + 1 < words_.size() && operators.find(" " + words_[i + 1] + " ") != std::string_view::npos;
            }
        }
        return false;
    }
    bool begins_number() const {
        if (word() == "(" || word() == "len") return true;
        if (find_protocol(word()) && word(1) == "[") return true;
        static constexpr std::string_view operators = " = == != < > <= >= & | + * % ^ << >> ";
        return parse_number(word()) && !word(1).empty() &&
               operators.find(" " + std::string(word(1)) + " ") != std::string_view::npos;
    }

    int comparison(int depth) {
        const int left = sum(depth);
        char kind = 0;
        if (take("=") || take("=="))
            kind = '=';
        else if (take("!="))
            kind = '!';
        else if (take("<="))
            kind = 'l';
        else if (take(">="))
            kind = 'g';
        else if (take("<"))
            kind = '<';
        else if (take(">"))
            kind = '>';
        else
            return fail_syntax();
        const int right = sum(depth);
        const int node = add_pair(Test::compare, left, right);
        nodes[static_cast<std::size_t>(node)].low = static_cast<std::uint32_t>(kind);
        return node;
    }

    int sum(int depth) {
        int left = factor(depth);
        while (error.empty()) {
            const std::string_view w = word();
            const bool is_operator = w == "+" || w == "-" || w == "*" || w == "/" || w == "%" || w == "&" || w == "|" ||
                                     w == "^" || w == "<<" || w == ">>";
            if (!is_operator) break;
            const char operation = w[0];
            ++at_;
            const int right = factor(depth);
            left = add_pair(Test::operation, left, right);
            nodes[static_cast<std::size_t>(left)].low = static_cast<std::uint32_t>(operation);
        }
        return left;
    }

    int factor(int depth) {
        if (depth > most_depth) return fail_syntax();
        Node node;
        if (take("(")) {
            const int inner = sum(depth + 1);
            if (!take(")")) return fail_syntax();
            return inner;
        }
        if (take("len")) {
            node.test = Test::length;
            return add(node);
        }
        if (const std::optional<Protocol> p = find_protocol(word()); p && word(1) == "[") {
            at_ += 2;
            node.test = Test::load;
            node.protocol = *p;
            node.left = sum(depth + 1);
            node.high = 1;
            if (take(":")) {
                const std::optional<std::uint32_t> size = parse_number(word());
                if (!size || (*size != 1 && *size != 2 && *size != 4)) return fail("data size must be 1, 2, or 4");
                node.high = *size;
                ++at_;
            }
            if (!take("]")) return fail_syntax();
            return add(node);
        }
        std::optional<std::uint32_t> number = parse_number(word());
        if (!number) number = find_constant(word());
        if (!number) return fail_syntax();
        ++at_;
        node.test = Test::constant;
        node.low = *number;
        return add(node);
    }

    // --- [protocol] [direction] [type] id ---

    int primitive() {
        if (at_ >= words_.size()) return fail_syntax();
        Qualifiers q;
        bool any = false, has_protocol = false, has_direction = false, has_type = false;
        if (const std::optional<Protocol> p = find_protocol(word())) {
            ++at_;
            if (*p == Protocol::vlan) return vlan();
            q.protocol = *p;
            any = has_protocol = true;
        }
        if (word() == "src" || word() == "dst") {
            read_direction(q);
            any = has_direction = true;
        }
        static constexpr std::string_view types = " host net port portrange proto ";
        if (!word().empty() && types.find(" " + std::string(word()) + " ") != std::string_view::npos) {
            q.type = word();
            ++at_;
            any = has_type = true;
        }
        if (!has_type && !has_direction && (word() == "broadcast" || word() == "multicast")) return group_test(q);
        if (!has_protocol && !any && (word() == "less" || word() == "greater")) return length_test();
        if (has_protocol && !has_direction && !has_type) return protocol_alone(q.protocol);
        if (!any) q = last_;  // "port 80 or 443"
        if (at_ >= words_.size() || is_reserved(word())) return fail_syntax();
        if (!any && !has_last_) q = guess();
        last_ = q;
        has_last_ = true;
        return identifier(q);
    }

    static bool is_reserved(std::string_view w) {
        static constexpr std::string_view reserved =
            " and or not ( ) && || ! [ ] = != < > & | host net port portrange proto src dst ";
        return reserved.find(" " + std::string(w) + " ") != std::string_view::npos || find_protocol(w).has_value();
    }

    // An identifier without any qualifier is a host.
    static Qualifiers guess() { return {}; }

    void read_direction(Qualifiers& q) {
        q.direction = word() == "src" ? Direction::source : Direction::destination;
        ++at_;
        if ((word() == "or" || word() == "and") && (word(1) == "src" || word(1) == "dst")) {
            q.direction = word() == "or" ? Direction::either : Direction::both;
            at_ += 2;
        }
    }

    int vlan() {
        Node node;
        node.test = Test::vlan;
        node.high = 1;
        if (const std::optional<std::uint32_t> id = parse_number(word())) {
            node.low = *id;
            node.high = 0;
            ++at_;
        }
        return add(node);
    }

    int group_test(const Qualifiers& q) {
        Node node;
        node.test = take("broadcast") ? Test::broadcast : Test::multicast;
        if (node.test == Test::multicast) take("multicast");
        node.protocol = q.protocol;
        return add(node);
    }

    int length_test() {
        Node node;
        node.test = take("less") ? Test::less : Test::greater;
        if (node.test == Test::greater) take("greater");
        const std::optional<std::uint32_t> size = parse_number(word());
        if (!size) return fail_syntax();
        ++at_;
        node.low = *size;
        return add(node);
    }

    int protocol_alone(Protocol protocol) {
        Node node;
        node.test = Test::protocol;
        node.protocol = protocol;
        return add(node);
    }

    int identifier(const Qualifiers& q) {
        Node node;
        node.protocol = q.protocol;
        node.direction = q.direction;
        if (q.type == "port" || q.type == "portrange") return ports(node, q.type == "portrange");
        if (q.type == "proto") return numbered(node);
        if (q.type == "net") return net(node);
        if (q.protocol == Protocol::ether) return mac(node);
        const std::string name(word());
        ++at_;
        node.test = Test::host;
        if (const proto::Result<proto::Ipv4Address> address = proto::Ipv4Address::parse(name)) {
            node.low = address->number;
            return add(node);
        }
        if (name.find('/') != name.npos || (name.find_first_not_of("0123456789.") == name.npos)) {
            --at_;
            return net(node);
        }
        const std::optional<proto::Ipv4Address> known = find_host_ ? find_host_(name) : std::nullopt;
        if (!known) return fail(fmt::format("unknown host '{}'", name));
        node.low = known->number;
        return add(node);
    }

    int ports(Node node, bool is_range) {
        const std::string text(word());
        ++at_;
        const auto read = [](const std::string& name) -> std::optional<std::uint32_t> {
            if (const std::optional<std::uint32_t> number = parse_number(name)) return number;
            if (const std::optional<std::uint16_t> known = service_port(name)) return *known;
            return std::nullopt;
        };
        const std::size_t dash = is_range ? text.find('-') : text.npos;
        const std::optional<std::uint32_t> low = read(text.substr(0, dash));
        const std::optional<std::uint32_t> high = dash == text.npos ? low : read(text.substr(dash + 1));
        if (!low || !high) return fail(fmt::format("unknown port '{}'", text));
        if (*low > 65535 || *high > 65535)
            return fail(fmt::format("illegal port number {} > 65535", std::max(*low, *high)));
        node.test = Test::port;
        node.low = std::min(*low, *high);
        node.high = std::max(*low, *high);
        return add(node);
    }

    int numbered(Node node) {
        std::string name(word());
        ++at_;
        if (!name.empty() && name[0] == '\\') name.erase(0, 1);
        node.test = Test::number;
        if (node.protocol == Protocol::any) node.protocol = Protocol::ip;
        std::optional<std::uint32_t> number = parse_number(name);
        static constexpr std::array<Constant, 8> names{{{"icmp", 1},
                                                        {"igmp", 2},
                                                        {"tcp", 6},
                                                        {"udp", 17},
                                                        {"ip", 0x800},
                                                        {"arp", 0x806},
                                                        {"ip6", 0x86dd},
                                                        {"ospf", 89}}};
        for (const Constant& c : names)
            if (c.name == name) number = c.value;
        if (!number)
            return fail(fmt::format("unknown {} proto '{}'", node.protocol == Protocol::ether ? "ether" : "ip", name));
        node.low = *number;
        return add(node);
    }

    // 10.0.0.0/8, 10, 10.1, "10.0.0.0 mask 255.0.0.0"
    int net(Node node) {
        const std::string text(word());
        ++at_;
        const std::size_t slash = text.find('/');
        std::string quad = text.substr(0, slash);
        std::size_t parts = 1;
        for (const char c : quad) parts += c == '.' ? 1 : 0;
        std::uint32_t length = static_cast<std::uint32_t>(parts * 8);
        for (std::size_t i = parts; i < 4; ++i) quad += ".0";
        const proto::Result<proto::Ipv4Address> address = proto::Ipv4Address::parse(quad);
        if (!address || parts > 4) return fail(fmt::format("unknown network '{}'", text));
        if (slash != text.npos) {
            const std::optional<std::uint32_t> given = parse_number(text.substr(slash + 1));
            if (!given || *given > 32) return fail("mask length must be <= 32");
            length = *given;
        }
        node.test = Test::net;
        node.high = length == 0 ? 0 : 0xffff'ffffu << (32 - length);
        if (take("mask")) {
            const proto::Result<proto::Ipv4Address> mask = proto::Ipv4Address::parse(word());
            if (!mask) return fail_syntax();
            ++at_;
            node.high = mask->number;
        }
        node.low = address->number;
        if ((node.low & ~node.high) != 0) return fail(fmt::format("non-network bits set in \"{}\"", text));
        return add(node);
    }

    int mac(Node node) {
        std::string text;
        while (at_ < words_.size() && (words_[at_] == ":" || !is_reserved(words_[at_]))) text += words_[at_++];
        const proto::Result<proto::MacAddress> address = proto::MacAddress::parse(text);
        if (!address) return fail(fmt::format("unknown ether host '{}'", text));
        node.test = Test::mac;
        node.mac = *address;
        return add(node);
    }

    std::vector<std::string> words_;
    const CaptureFilter::FindHost& find_host_;
    std::size_t at_ = 0;
    Qualifiers last_;
    bool has_last_ = false;
};

}  // namespace

proto::Result<CaptureFilter> CaptureFilter::parse(std::string_view text, const FindHost& find_host) {
    CaptureFilter filter;
    if (text.find_first_not_of(" \t\n") == text.npos) return filter;
    if (text.size() > most_text) return proto::fail("can't parse filter expression: syntax error");
    Parser parser(text, find_host);
    const int root = parser.parse();
    if (!parser.error.empty() || root < 0)
        return proto::fail(parser.error.empty() ? "can't parse filter expression: syntax error" : parser.error);
    filter.nodes_ = std::move(parser.nodes);
    filter.root_ = root;
    return filter;
}

bool CaptureFilter::matches(proto::Bytes frame) const { return matches_capture_filter(nodes_, root_, frame); }

}  // namespace layerlab::sim::programs
