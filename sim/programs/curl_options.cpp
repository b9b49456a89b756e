#include "sim/programs/curl_options.hpp"

#include <array>
#include <fmt/format.h>

#include "sim/programs/file_path.hpp"
#include "sim/programs/options.hpp"

namespace layerlab::sim::programs {
namespace {

constexpr const char* try_help = "curl: try 'curl --help' or 'curl --manual' for more information\n";
constexpr const char* version_text =
    "curl 7.88.1 (LayerLab) libcurl/7.88.1\n"
    "Release-Date: 2023-02-20\n"
    "Protocols: http\n"
    "Features:\n";
constexpr const char* help_text =
    "Usage: curl [options...] <url>\n"
    " -d, --data <data>          HTTP POST data\n"
    " -f, --fail                 Fail fast with no output on HTTP errors\n"
    " -h, --help <category>      Get help for commands\n"
    " -i, --include              Include protocol response headers in the output\n"
    " -o, --output <file>        Write to file instead of stdout\n"
    " -O, --remote-name          Write output to a file named as the remote file\n"
    " -s, --silent               Silent mode\n"
    " -u, --user <user:password> Server user and password\n"
    " -A, --user-agent <name>    Send User-Agent <name> to server\n"
    " -v, --verbose              Make the operation more talkative\n"
    " -V, --version              Show version number and quit\n";

// Letters above 'z' stand for options that have no short form.
enum Long : char {
    connect_timeout = 1,
    resolve,
    url,
    max_redirs,
    data_raw,
    data_binary,
    http_1_1,
    compressed,
    no_keepalive,
    no_progress_meter,
};

struct Option {
    char letter;
    const char* name;
    bool takes_value;
};

constexpr std::array<Option, 41> known{{
    {'s', "silent", false},
    {'S', "show-error", false},
    {'v', "verbose", false},
    {'i', "include", false},
    {'I', "head", false},
    {'o', "output", true},
    {'O', "remote-name", false},
    {'L', "location", false},
    {'X', "request", true},
    {'H', "header", true},
    {'d', "data", true},
    {data_raw, "data-raw", true},
    {data_binary, "data-binary", true},
    {'d', "data-ascii", true},
    {'G', "get", false},
    {'A', "user-agent", true},
    {'e', "referer", true},
    {'b', "cookie", true},
    {'r', "range", true},
    {'u', "user", true},
    {'m', "max-time", true},
    {connect_timeout, "connect-timeout", true},
    {max_redirs, "max-redirs", true},
    {'w', "write-out", true},
    {'k', "insecure", false},
    {'4', "ipv4", false},
    {'6', "ipv6", false},
    {'f', "fail", false},
    {'0', "http1.0", false},
    {http_1_1, "http1.1", false},
    {resolve, "resolve", true},
    {url, "url", true},
    {compressed, "compressed", false},
    {no_keepalive, "no-keepalive", false},
    {no_progress_meter, "no-progress-meter", false},
    {'N', "no-buffer", false},
    {'#', "progress-bar", false},
    {'q', "disable", false},
    {'g', "globoff", false},
    {'V', "version", false},
    {'h', "help", false},
}};

class Reader {
  public:
    Reader(std::span<const std::string> arguments, const std::map<std::string, std::string>& files)
        : arguments_(arguments), files_(files) {}

    CurlOptions read() {
        bool only_urls = false;
        for (at_ = 1; at_ < arguments_.size() && o_.message.empty(); ++at_) {
            const std::string& word = arguments_[at_];
            if (only_urls || word.size() < 2 || word[0] != '-')
                o_.urls.push_back(word);
            else if (word == "--")
                only_urls = true;
            else if (word[1] == '-')
                read_long(word);
            else
                read_cluster(word);
        }
        if (o_.message.empty() && o_.urls.empty()) {
            o_.message = arguments_.size() > 1 ? fmt::format("curl: no URL specified!\n{}", try_help) : try_help;
            o_.status = 2;
        }
        if (o_.get && o_.data) move_data_to_query();
        return std::move(o_);
    }

  private:
    void fail(std::string_view option, std::string_view why) {
        o_.message = fmt::format("curl: option {}: {}\n{}", option, why, try_help);
        o_.status = 2;
    }

    void read_long(const std::string& word) {
        for (const Option& option : known) {
            if (word.compare(2, word.npos, option.name) != 0) continue;
            if (!option.takes_value) return take(word, option.letter, {});
            if (at_ + 1 >= arguments_.size()) return fail(word, "requires parameter");
            return take(word, option.letter, arguments_[++at_]);
        }
        fail(word, "is unknown");
    }

    void read_cluster(const std::string& word) {
        for (std::size_t i = 1; i < word.size() && o_.message.empty(); ++i) {
            const Option* option = find(word[i]);
            if (!option) return fail(word, "is unknown");
            if (!option->takes_value) {
                take(word, option->letter, {});
            } else if (i + 1 < word.size()) {
                return take(word, option->letter, word.substr(i + 1));
            } else if (at_ + 1 < arguments_.size()) {
                return take(word, option->letter, arguments_[++at_]);
            } else {
                return fail(word, "requires parameter");
            }
        }
    }

    static const Option* find(char letter) {
        if (letter < ' ') return nullptr;
        for (const Option& option : known)
            if (option.letter == letter) return &option;
        return nullptr;
    }

    void take(const std::string& word, char letter, const std::string& value) {
        switch (letter) {
            case 's': o_.silent = true; break;
            case 'S': o_.show_error = true; break;
            case 'v': o_.verbose = true; break;
            case 'i': o_.include = true; break;
            case 'I': o_.head = true; break;
            case 'o': o_.outputs.push_back({value, false}); break;
            case 'O': o_.outputs.push_back({{}, true}); break;
            case 'L': o_.location = true; break;
            case '4': o_.family = Family::ipv4; break;
            case '6': o_.family = Family::ipv6; break;
            case 'X': o_.method = value; break;
            case 'H': o_.headers.push_back(value); break;
            case 'd': add_data(value, true, true); break;
            case data_raw: add_data(value, false, true); break;
            case data_binary: add_data(value, true, false); break;
            case 'G': o_.get = true; break;
            case 'A': o_.user_agent = value; break;
            case 'e': o_.referer = value; break;
            case 'b': o_.cookie = value; break;
            case 'r': o_.range = value; break;
            case 'u': o_.user = value; break;
            case 'w': o_.write_out = value; break;
            case 'f': o_.fail = true; break;
            case '0': o_.http_1_0 = true; break;
            case http_1_1: o_.http_1_0 = false; break;
            case url: o_.urls.push_back(value); break;
            case 'm': take_seconds(word, value, o_.max_time); break;
            case connect_timeout: take_seconds(word, value, o_.connect_timeout); break;
            case max_redirs: take_redirects(word, value); break;
            case resolve: take_resolve(value); break;
            case 'V': o_.message = version_text; break;
            case 'h': o_.message = help_text; break;
            default: break;  // accepted, without effect here
        }
    }

    void take_seconds(const std::string& word, const std::string& value, proto::Duration& to) {
        const std::optional<proto::Duration> seconds = parse_seconds(value);
        if (!seconds) return fail(word, "expected a proper numerical parameter");
        to = *seconds;
    }

    void take_redirects(const std::string& word, const std::string& value) {
        const std::optional<std::int64_t> n = parse_integer(value);
        if (!n || *n < -1) return fail(word, "expected a proper numerical parameter");
        o_.max_redirects = *n;
    }

    void take_resolve(std::string value) {
        if (!value.empty() && value[0] == '+') value.erase(0, 1);
        const std::size_t first = value.find(':');
        const std::size_t second = first == value.npos ? value.npos : value.find(':', first + 1);
        const std::optional<std::int64_t> port =
            second == value.npos ? std::nullopt : parse_integer(value.substr(first + 1, second - first - 1));
        if (!port || *port < 0 || *port > 65535) {
            o_.message = fmt::format("curl: (49) Couldn't parse CURLOPT_RESOLVE entry '{}'\n", value);
            o_.status = 49;
            return;
        }
        o_.resolves.push_back({value.substr(0, first), static_cast<std::uint16_t>(*port), value.substr(second + 1)});
    }

    void add_data(const std::string& value, bool reads_files, bool strips_lines) {
        std::string text = value;
        if (reads_files && !value.empty() && value[0] == '@') {
            const auto file = files_.find(file_path(std::string_view(value).substr(1)));
            if (file == files_.end()) {
                o_.message = fmt::format("curl: Failed to open {}\n{}", value.substr(1), try_help);
                o_.status = 26;
                return;
            }
            text = file->second;
            if (strips_lines) std::erase_if(text, [](char c) { return c == '\r' || c == '\n'; });
        }
        o_.data = o_.data ? *o_.data + "&" + text : text;
    }

    void move_data_to_query() {
        for (std::string& target : o_.urls) {
            target.insert(std::min(target.find('#'), target.size()),
                          (target.find('?') == target.npos ? "?" : "&") + *o_.data);
        }
        o_.data.reset();
    }

    std::span<const std::string> arguments_;
    const std::map<std::string, std::string>& files_;
    std::size_t at_ = 1;
    CurlOptions o_;
};

}  // namespace

CurlOptions parse_curl_options(std::span<const std::string> arguments,
                               const std::map<std::string, std::string>& files) {
    return Reader(arguments, files).read();
}

}  // namespace layerlab::sim::programs
