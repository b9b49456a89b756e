// Runs a TcpConnection through a script in a small part of packetdrill's language, in virtual time.
//
//     +.1 < . 1:1(0) ack 1 win 32767          a segment arrives
//     +0~+.5 > . 1:1(0) ack 1001 <sack 2001:3001>   a segment must leave in that time; <...> stands for any options
//     +0 write(1000) = 1000                   calls: listen connect write pattern read close shutdown abort nodelay
//     +0 cork(1)                              options: quickack keepalive keepidle keepintvl user_timeout linger rcvbuf
//     +.1 < [ce] . 1:1001(1000) ack 1         a segment that a router has marked (RFC 3168)
//     +0 read(100) = EAGAIN                   what a call returns, or the name of an error
//     +.05 icmp frag_needed mtu 1200 seq 1    also: icmp host_unreachable seq 0
//     +0 state ESTABLISHED    +0 error ECONNREFUSED    +0 note fast_retransmit
//
// Times are relative to the event before. Sequence numbers are relative to the initial ones, as in packetdrill; both
// initial numbers are near the wrap, so every script crosses it. A segment that no line expects is a failure as soon as
// the next line is not an expectation. Options that a line does not name must not be there; nop is ignored, the value
// of our own timestamps is not compared.
#pragma once

#include <cctype>
#include <cstdlib>
#include <deque>
#include <gtest/gtest.h>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "proto/machine/tcp_connection.hpp"

namespace layerlab::proto::machine {

class TcpScript final : public TcpOut {
  public:
    static constexpr std::uint32_t local_initial = 0xffff'fe00;
    static constexpr std::uint32_t remote_initial = 0xffff'ff00;

    TcpScript() {
        config.initial_sequence = local_initial;
        config.timestamp_offset = 100;
    }

    TcpConfig config;

    void expect_script(const std::string& script) {
        std::istringstream lines(script);
        for (std::string line; std::getline(lines, line) && !::testing::Test::HasFailure();) {
            if (const auto comment = line.find("//"); comment != std::string::npos) line.resize(comment);
            std::istringstream words(line);
            std::string when, rest;
            if (!(words >> when)) continue;
            std::getline(words >> std::ws, rest);
            step(when, rest, line);
        }
    }
    TcpConnection& connection() { return *connection_; }
    Time now() const { return now_; }
    bool noted(TcpNote note) const { return notes_.count(note) > 0; }

    std::uint64_t send(const TcpSegment& segment) override {
        Leaving leaving{now_, segment.header, segment.payload_size()};
        TcpHeader& header = leaving.header;
        header.seq -= local_initial;
        if (header.has(tcp_flag::ack)) header.ack -= remote_initial;
        for (std::size_t i = 0; i < header.sack_count; ++i) {
            header.sack[i].begin -= remote_initial;
            header.sack[i].end -= remote_initial;
        }
        history_ += "   " + seconds(now_) + " > " + describe(header, leaving.payload, true) + "\n";
        leaving_.push_back(leaving);
        return ++sent_;
    }
    void note(TcpNote kind, std::uint64_t a, std::uint64_t b) override {
        notes_.insert(kind);
        history_ += "   " + seconds(now_) + "   [" + note_name(kind) + " " + std::to_string(a) + " " +
                    std::to_string(b) + "]\n";
    }

  private:
    struct Leaving {
        Time at;
        TcpHeader header;  // numbers relative to the initial ones
        std::size_t payload;
    };
    static constexpr Duration tolerance = 4ms;

    static std::string seconds(Time t) { return std::to_string(static_cast<double>(nanoseconds(t)) / 1e9); }
    static Duration parse_time(const std::string& text) {
        return Duration(static_cast<std::int64_t>(std::strtod(text.c_str() + (text[0] == '+'), nullptr) * 1e9));
    }

    void fail(const std::string& line, const std::string& why) {
        ADD_FAILURE() << why << "\n  in: " << line << "\n  history:\n" << history_;
    }

    void step(const std::string& when, const std::string& what, const std::string& line) {
        const auto tilde = when.find('~');
        const Duration from = parse_time(when.substr(0, tilde));
        const Duration until = tilde == std::string::npos ? from : parse_time(when.substr(tilde + 1));
        if (what[0] == '>') {
            expect(now_ + from - tolerance, now_ + until + tolerance, what.substr(2), line);
            return;
        }
        advance(now_ + from);
        history_ += line + "\n";
        if (!leaving_.empty()) {
            const Leaving& first = leaving_.front();
            fail(line, "unexpected segment: " + describe(first.header, first.payload, true));
            return;
        }
        if (what[0] == '<')
            arrive(what.substr(2));
        else
            call(what, line);
    }

    void advance(Time to) {
        while (connection_ && connection_->next_deadline() <= to) {
            now_ = std::max(now_, connection_->next_deadline());
            connection_->on_deadline(now_, *this);
        }
        now_ = to;
    }

    void expect(Time earliest, Time latest, const std::string& text, const std::string& line) {
        while (leaving_.empty() && connection_ && connection_->next_deadline() <= latest) {
            now_ = std::max(now_, connection_->next_deadline());
            connection_->on_deadline(now_, *this);
        }
        history_ += line + "\n";
        if (leaving_.empty()) return fail(line, "no segment left");
        const Leaving actual = leaving_.front();
        leaving_.pop_front();
        if (actual.at < earliest || actual.at > latest)
            fail(line, "at " + seconds(actual.at) + ", not from " + seconds(earliest) + " to " + seconds(latest));
        const Wanted wanted = parse(text);
        const std::string want = describe(wanted.header, wanted.payload, wanted.has_window, wanted.any_options);
        const std::string got = describe(actual.header, actual.payload, wanted.has_window, wanted.any_options);
        if (want != got) fail(line, "expected: " + want + "\n  actual:   " + got);
    }

    // --- segments as text ---
    struct Wanted {
        TcpHeader header;
        std::size_t payload = 0;
        bool has_window = false, any_options = false;
    };

    static Wanted parse(std::string text) {
        Wanted w;
        TcpHeader& h = w.header;
        std::string options;
        if (const auto open = text.find('<'); open != std::string::npos) {
            options = text.substr(open + 1, text.find('>', open) - open - 1);
            text.resize(open);
        }
        std::istringstream words(text);
        std::string flags, range, word;
        words >> flags >> range;
        if (flags == "[ce]") {
            h.congestion_experienced = true;
            flags = range;
            words >> range;
        }
        for (const char c : flags) {
            h.flags = static_cast<std::uint8_t>(h.flags | (c == 'S'   ? tcp_flag::syn
                                                           : c == 'F' ? tcp_flag::fin
                                                           : c == 'R' ? tcp_flag::rst
                                                           : c == 'P' ? tcp_flag::psh
                                                           : c == 'E' ? tcp_flag::ece
                                                           : c == 'W' ? tcp_flag::cwr
                                                                      : tcp_flag::ack));
        }
        h.seq = number(range);
        w.payload = number(range.substr(range.find('(') + 1));
        while (words >> word) {
            std::string value;
            words >> value;
            if (word == "ack") h.ack = number(value);
            if (word == "win") {
                h.window = static_cast<std::uint16_t>(number(value));
                w.has_window = true;
            }
        }
        if (options == "...")
            w.any_options = true;
        else
            parse_options(options, h);
        return w;
    }
    static void parse_options(std::string text, TcpHeader& h) {
        for (char& c : text)
            if (c == ',') c = ' ';
        std::istringstream words(text);
        for (std::string word; words >> word;) {
            std::string value, unused;
            if (word == "mss") {
                words >> value;
                h.mss = static_cast<std::uint16_t>(number(value));
            } else if (word == "wscale") {
                words >> value;
                h.has_window_scale = true;
                h.window_scale = static_cast<std::uint8_t>(number(value));
            } else if (word == "sackOK") {
                h.sack_permitted = true;
            } else if (word == "TS") {
                words >> unused >> value;
                h.has_timestamps = true;
                h.ts_value = number(value);
                words >> unused >> value;
                h.ts_echo = number(value);
            } else if (word == "sack") {
                continue;
            } else if (const auto colon = word.find(':'); colon != std::string::npos) {
                h.sack[h.sack_count++] = {number(word), number(word.substr(colon + 1))};
            }
        }
    }
    static std::uint32_t number(const std::string& text) {
        return static_cast<std::uint32_t>(std::strtoul(text.c_str(), nullptr, 10));
    }
    static std::string describe(const TcpHeader& h, std::size_t payload, bool window, bool any_options = false) {
        std::ostringstream s;
        s << (h.has(tcp_flag::syn) ? "S" : "") << (h.has(tcp_flag::fin) ? "F" : "") << (h.has(tcp_flag::rst) ? "R" : "")
          << (h.has(tcp_flag::psh) ? "P" : "") << (h.has(tcp_flag::ece) ? "E" : "") << (h.has(tcp_flag::cwr) ? "W" : "")
          << (h.has(tcp_flag::ack) ? "." : "") << ' ' << h.seq << ':' << h.seq + payload << '(' << payload << ')';
        if (h.has(tcp_flag::ack)) s << " ack " << h.ack;
        if (window) s << " win " << h.window;
        if (any_options) return s.str();
        if (h.mss) s << " mss " << h.mss;
        if (h.has_window_scale) s << " wscale " << int{h.window_scale};
        if (h.sack_permitted) s << " sackOK";
        if (h.has_timestamps) s << " TS ecr " << h.ts_echo;
        for (std::size_t i = 0; i < h.sack_count; ++i)
            s << (i ? " " : " sack ") << h.sack[i].begin << ':' << h.sack[i].end;
        return s.str();
    }

    // --- what a line does ---
    void arrive(const std::string& text) {
        const Wanted wanted = parse(text);
        TcpHeader header = wanted.header;
        header.seq += remote_initial;
        if (header.has(tcp_flag::ack)) header.ack += local_initial;
        for (std::size_t i = 0; i < header.sack_count; ++i) {
            header.sack[i].begin += local_initial;
            header.sack[i].end += local_initial;
        }
        if (connection_) {
            const Bytes payload = wanted.payload == 0 ? Bytes{} : pattern_bytes(wanted.header.seq - 1, wanted.payload);
            connection_->on_segment(now_, header, payload, *this);
        } else {
            connection_.emplace(config);
            connection_->accept(now_, header, *this);
        }
    }

    void call(const std::string& what, const std::string& line) {
        const std::string name = what.substr(0, what.find_first_of("( "));
        const auto open = what.find('('), equals = what.find('=');
        const std::size_t argument = open == std::string::npos ? 0 : number(what.substr(open + 1));
        const std::string wanted = equals == std::string::npos ? "" : word_after(what, equals + 1);
        std::string got;
        if (name == "listen") {
            return;  // a connection is made by the first SYN
        } else if (name == "connect") {
            connection_.emplace(config);
            connection_->connect(now_, *this);
        } else if (name == "write") {
            const std::vector<std::uint8_t> bytes(argument, 'x');
            got = std::to_string(connection_->write(now_, bytes, *this));
        } else if (name == "pattern") {
            connection_->write_pattern(now_, argument, *this);
        } else if (name == "read") {
            got = read(argument);
        } else if (name == "close") {
            connection_->close(now_, *this);
        } else if (name == "shutdown") {
            connection_->shutdown(now_, *this);
        } else if (name == "abort") {
            connection_->abort(now_, *this);
        } else if (name == "nodelay") {
            connection_->set_nodelay(now_, true, *this);
        } else if (tune(name, argument)) {
            return;
        } else if (name == "icmp") {
            icmp(what);
        } else if (name == "state") {
            if (word_after(what, 6) != netstat_name(connection_->state()))
                fail(line, std::string("state is ") + netstat_name(connection_->state()));
        } else if (name == "error") {
            if (word_after(what, 6) != error_name(connection_->error()))
                fail(line, std::string("error is ") + error_name(connection_->error()));
        } else if (name == "note") {
            bool found = false;
            for (const TcpNote kind : notes_) found = found || word_after(what, 5) == note_name(kind);
            if (!found) fail(line, "not noted");
        } else {
            fail(line, "no such call");
        }
        if (!wanted.empty() && wanted != got) fail(line, "returned " + got);
    }

    // Socket options by their names, times in milliseconds.
    bool tune(const std::string& name, std::size_t argument) {
        TcpTuning t;
        const Duration time = Duration(1ms) * static_cast<std::int64_t>(argument);
        if (name == "cork")
            t.cork = argument != 0;
        else if (name == "quickack")
            t.quick_ack = argument != 0;
        else if (name == "keepalive")
            t.keepalive = argument != 0;
        else if (name == "keepidle")
            t.keepalive_idle = time;
        else if (name == "keepintvl")
            t.keepalive_interval = time;
        else if (name == "user_timeout")
            t.user_timeout = time;
        else if (name == "linger")
            t.linger = time;
        else if (name == "rcvbuf")
            t.receive_buffer = static_cast<std::uint32_t>(argument);
        else
            return false;
        connection_->tune(now_, t, *this);
        return true;
    }

    std::string read(std::size_t most) {
        std::vector<std::uint8_t> bytes(most);
        const std::size_t n = connection_->read(now_, bytes, *this);
        for (std::size_t i = 0; i < n; ++i, ++read_)
            if (bytes[i] != pattern_byte(read_)) return "wrong byte at " + std::to_string(read_);
        if (n > 0) return std::to_string(n);
        if (connection_->error() != TcpError::none) return error_name(connection_->error());
        return connection_->at_eof() ? "0" : "EAGAIN";
    }

    void icmp(const std::string& what) {
        const auto number_after = [&](const std::string& key) {
            const auto at = what.find(key);
            return at == std::string::npos ? 0 : number(what.substr(at + key.size()));
        };
        const std::uint32_t seq = number_after("seq ") + local_initial;
        constexpr std::uint32_t ip_header = 20;
        if (what.find("frag_needed") != std::string::npos)
            connection_->on_path_mtu(now_, seq, number_after("mtu "), ip_header, *this);
        else
            connection_->on_unreachable(now_, seq, TcpError::host_unreachable, *this);
    }

    static std::string word_after(const std::string& text, std::size_t at) {
        std::istringstream words(text.substr(at));
        std::string word;
        words >> word;
        return word;
    }
    static const char* error_name(TcpError error) {
        switch (error) {
            case TcpError::none: return "none";
            case TcpError::refused: return "ECONNREFUSED";
            case TcpError::reset: return "ECONNRESET";
            case TcpError::timed_out: return "ETIMEDOUT";
            case TcpError::host_unreachable: return "EHOSTUNREACH";
            case TcpError::net_unreachable: return "ENETUNREACH";
            case TcpError::broken_pipe: return "EPIPE";
            case TcpError::aborted: return "ECONNABORTED";
        }
        return "";
    }

    Time now_{};
    std::optional<TcpConnection> connection_;
    std::deque<Leaving> leaving_;
    std::set<TcpNote> notes_;
    std::string history_;
    std::uint64_t sent_ = 0, read_ = 0;
};

}  // namespace layerlab::proto::machine
