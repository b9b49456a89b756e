#include "sim/programs/dig_options.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "sim/programs/options.hpp"

namespace layerlab::sim::programs {
namespace {

namespace wire = proto::wire;
using proto::Ipv4Address;
using proto::Result;

constexpr const char* usage =
    "Usage: dig [@global-server] [domain] [q-type] [q-class] {q-opt}\n"
    "            {global-d-opt} host [@local-server] {local-d-opt}\n"
    "            [ host [@local-server] {local-d-opt} [...]]\n"
    "\n"
    "Use \"dig -h\" (or \"dig -h | more\") for complete list of options\n";

// +name and +noname that switch one thing.
struct Switch {
    const char* name;
    bool DigLookup::*member;
};
constexpr std::array<Switch, 15> switches{{{"stats", &DigLookup::stats},
                                           {"short", &DigLookup::short_form},
                                           {"identify", &DigLookup::identify},
                                           {"qr", &DigLookup::show_query},
                                           {"tcp", &DigLookup::tcp},
                                           {"vc", &DigLookup::tcp},
                                           {"recurse", &DigLookup::recurse},
                                           {"rdflag", &DigLookup::recurse},
                                           {"edns", &DigLookup::edns},
                                           {"dnssec", &DigLookup::dnssec},
                                           {"cookie", &DigLookup::cookie},
                                           {"adflag", &DigLookup::ad},
                                           {"cdflag", &DigLookup::cd},
                                           {"search", &DigLookup::search},
                                           {"ignore", &DigLookup::ignore_truncation}}};
struct Part {
    const char* name;
    bool DigLayout::*member;
};
constexpr std::array<Part, 8> parts{{{"comments", &DigLayout::comments},
                                     {"question", &DigLayout::question},
                                     {"answer", &DigLayout::answer},
                                     {"authority", &DigLayout::authority},
                                     {"additional", &DigLayout::additional},
                                     {"ttlid", &DigLayout::ttl},
                                     {"class", &DigLayout::klass},
                                     {"cl", &DigLayout::klass}}};
// Known, and without effect on what is simulated here.
constexpr std::array<const char*, 8> silent{"multiline", "besteffort", "aaflag",   "aaonly",
                                            "keepopen",  "split",      "nssearch", "unknownformat"};

class Reader {
  public:
    explicit Reader(const std::vector<std::string>& arguments) : arguments_(arguments) {}

    DigCommandLine read() {
        for (at_ = 1; at_ < arguments_.size() && line_.error.empty(); ++at_) {
            const std::string& word = arguments_[at_];
            if (word.empty()) continue;
            if (word[0] == '@')
                current().server = word.substr(1);
            else if (word[0] == '+')
                plus(word);
            else if (word[0] == '-' && word.size() > 1)
                dash(word);
            else
                plain(word);
        }
        if (line_.lookups.empty()) {
            if (!common_.has_type) common_.type = common_.has_name ? wire::DnsType::a : wire::DnsType::ns;
            line_.lookups.push_back(common_);
        }
        return std::move(line_);
    }

  private:
    DigLookup& current() { return line_.lookups.empty() ? common_ : line_.lookups.back(); }

    void add_name(const std::string& name) {
        DigLookup lookup = common_;
        lookup.name = name;
        line_.lookups.push_back(std::move(lookup));
    }

    void plain(const std::string& word) {
        if (const Result<wire::DnsType> type = wire::parse_dns_type(word)) {
            current().type = *type;
            current().has_type = true;
            return;
        }
        if (wire::parse_dns_class(word)) return;  // the Internet only
        add_name(word);
    }

    // The value of -x: attached or the next word.
    std::optional<std::string> value_of(const std::string& word) {
        if (word.size() > 2) return word.substr(2);
        if (at_ + 1 < arguments_.size()) return arguments_[++at_];
        line_.error = fmt::format("Invalid option: {}\n{}", word, usage);
        return std::nullopt;
    }

    void dash(const std::string& word) {
        const char letter = word[1];
        if (letter == '4' || letter == '6') current().family = letter == '4' ? Family::ipv4 : Family::ipv6;
        if (letter == '4' || letter == '6' || letter == 'u' || letter == 'r') return;
        if (letter == 'v') {
            line_.version = true;
            return;
        }
        if (std::string_view("xqtcpb").find(letter) == std::string_view::npos) {
            line_.error = fmt::format("Invalid option: {}\n{}", word, usage);
            return;
        }
        const std::optional<std::string> value = value_of(word);
        if (!value) return;
        switch (letter) {
            case 'x': reverse(*value); return;
            case 'q': add_name(*value); return;
            case 't':
                if (const Result<wire::DnsType> type = wire::parse_dns_type(*value)) {
                    current().type = *type;
                    current().has_type = true;
                } else {
                    line_.warnings += fmt::format(";; Warning, ignoring invalid type {}\n", *value);
                }
                return;
            case 'p': current().port = static_cast<std::uint16_t>(parse_integer(*value).value_or(53)); return;
            default: return;
        }
    }

    void reverse(const std::string& text) {
        std::string name;
        if (const Result<Ipv4Address> v4 = Ipv4Address::parse(text))
            name = wire::reverse_name(*v4).to_string();
        else if (const Result<proto::Ipv6Address> v6 = proto::Ipv6Address::parse(text))
            name = wire::reverse_name(*v6).to_string();
        if (name.empty()) {
            line_.error = fmt::format("Invalid IP address {}\n", text);
            return;
        }
        add_name(name);
        current().type = wire::DnsType::ptr;
        current().has_type = true;
    }

    void plus(const std::string& word) {
        std::string_view name = std::string_view(word).substr(1);
        std::string_view value;
        if (const std::size_t equals = name.find('='); equals != name.npos) {
            value = name.substr(equals + 1);
            name = name.substr(0, equals);
        }
        const bool on = name.substr(0, 2) != "no";
        if (!on) name.remove_prefix(2);
        DigLookup& lookup = current();
        if (name == "cmd") {
            line_.print_command = on;
            return;
        }
        if (name == "all") {
            lookup.stats = on;
            const DigLayout columns = lookup.layout;
            lookup.layout = {on, on, on, on, on, columns.ttl, columns.klass};
            if (line_.lookups.empty() || line_.lookups.size() == 1) line_.print_command = on;
            return;
        }
        if (name == "trace") {
            lookup.trace = on;
            if (on) {
                lookup.recurse = lookup.identify = lookup.dnssec = lookup.edns = true;
                lookup.stats = lookup.search = false;
                lookup.layout.comments = lookup.layout.question = lookup.layout.additional = false;
                lookup.layout.answer = lookup.layout.authority = true;
            }
            return;
        }
        if (name == "short") line_.print_command = line_.print_command && !on;
        for (const Switch& s : switches)
            if (name == s.name) {
                lookup.*s.member = on;
                if (name == "dnssec" && on) lookup.edns = true;
                return;
            }
        for (const Part& part : parts)
            if (name == part.name) {
                lookup.layout.*part.member = on;
                return;
            }
        const std::int64_t number = parse_integer(value).value_or(0);
        if (name == "tries")
            lookup.tries = static_cast<int>(std::clamp<std::int64_t>(number, 1, 100));
        else if (name == "retry")
            lookup.tries = static_cast<int>(std::clamp<std::int64_t>(number, 0, 99) + 1);
        else if (name == "time" || name == "timeout")
            lookup.timeout = static_cast<int>(std::clamp<std::int64_t>(number, 1, 3600));
        else if (name == "bufsize")
            lookup.buffer_size = static_cast<std::uint16_t>(std::clamp<std::int64_t>(number, 0, 65'535));
        else if (std::find(silent.begin(), silent.end(), name) == silent.end())
            line_.error = fmt::format("Invalid option: {}\n{}", word, usage);
    }

    const std::vector<std::string>& arguments_;
    std::size_t at_ = 1;
    DigLookup common_;
    DigCommandLine line_;
};

}  // namespace

DigCommandLine read_dig_arguments(const std::vector<std::string>& arguments) { return Reader(arguments).read(); }

}  // namespace layerlab::sim::programs
