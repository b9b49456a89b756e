// Plays a short scenario text and keeps all that a listener hears, for the tests of the script and of what it runs.
#pragma once

#include <algorithm>
#include <gmock/gmock.h>

#include "tests/sim/scenario/recorded.hpp"

namespace layerlab::sim::scenario {

struct Play : Parsed, RunListener {
    explicit Play(std::string_view text, RunOptions options = {}, RecordReader* reader = nullptr) : Parsed(text) {
        Runner runner(scenario(), plan, std::move(options));
        if (reader) runner.subscribe(*reader);
        was_recording = runner.world().simulator().recording();
        result = runner.run(*this);
    }
    void on_note(const Place&, const std::string& text, Time at) override {
        heard.push_back(proto::to_seconds(at) + " note " + text);
    }
    void on_command(const CommandResult& r) override { heard.push_back(proto::to_seconds(r.ended) + " $ " + r.line); }
    void on_check(const CheckResult& r) override { heard.push_back(proto::to_seconds(r.at) + " check " + r.text); }

    // The command with this line, the nth of them.
    const CommandResult& command(std::string_view line, std::size_t nth = 0) const {
        for (const CommandResult& c : result.commands)
            if (c.line == line && nth-- == 0) return c;
        ADD_FAILURE() << "no such command: " << line;
        static const CommandResult none;
        return none;
    }
    const std::string& output(std::string_view line, std::size_t nth = 0) const { return command(line, nth).output; }
    // When commands with this line began, in milliseconds.
    std::vector<std::int64_t> starts(std::string_view line) const {
        std::vector<std::int64_t> out;
        for (const CommandResult& c : result.commands)
            if (c.line == line) out.push_back(c.started.time_since_epoch().count() / 1'000'000);
        std::sort(out.begin(), out.end());
        return out;
    }
    // "expected | happened" of each check that does not hold, in the order of their places.
    std::vector<std::string> failures() const {
        std::vector<std::string> out;
        for (const CheckResult& c : result.checks)
            if (!c.holds) out.push_back(c.expected + " | " + c.happened);
        return out;
    }
    std::size_t held() const { return result.checks.size() - result.failed(); }

    RunResult result;
    std::vector<std::string> heard;
    bool was_recording = false;
};

// All of its expectations hold: this many.
inline void expect_all_hold(const Play& play, std::size_t checks) {
    EXPECT_EQ(play.result.checks.size(), checks);
    EXPECT_THAT(play.failures(), testing::IsEmpty());
    if (play.result.failed() == 0) return;
    for (const CommandResult& c : play.result.commands) ADD_FAILURE() << c.line << '\n' << c.output;
}

// Two hosts on one cable.
inline std::string pair(std::string_view script) {
    return "host a 10.0.0.1/24\nhost b 10.0.0.2/24\nlink a b\n" + std::string(script);
}
// a - gw - b, two subnets.
inline std::string routed(std::string_view script) {
    return "host a 10.0.1.2/24 gateway 10.0.1.1\nhost b 10.0.2.2/24 gateway 10.0.2.1\nfirewall gw\n"
           "link a gw.lan\nlink b gw.wan\ngw.lan 10.0.1.1/24\ngw.wan 10.0.2.1/24\n" +
           std::string(script);
}

}  // namespace layerlab::sim::scenario
