// sleep(1) of GNU coreutils: numbers with s, m, h or d are added up.
#include <fmt/format.h>

#include "sim/programs/commands.hpp"
#include "sim/programs/options.hpp"

namespace layerlab::sim::programs {
namespace {

std::optional<Duration> parse_interval(std::string_view text) {
    std::int64_t unit = 1;
    if (!text.empty()) {
        const char last = text.back();
        if (last == 'm') unit = 60;
        if (last == 'h') unit = 3600;
        if (last == 'd') unit = 86'400;
        if (unit > 1 || last == 's') text.remove_suffix(1);
    }
    const std::optional<Duration> number = parse_seconds(text);
    if (!number || *number > std::chrono::hours(24 * 366) / unit) return std::nullopt;
    return *number * unit;
}

}  // namespace

Task<int> sleep_main(Process& self) {
    const auto fail = [&](std::string_view text) {
        self.print(fmt::format("sleep: {}\nTry 'sleep --help' for more information.\n", text));
        return 1;
    };
    if (self.arguments().size() < 2) co_return fail("missing operand");
    Duration sum{};
    for (std::size_t i = 1; i < self.arguments().size(); ++i) {
        const std::optional<Duration> interval = parse_interval(self.arguments()[i]);
        if (!interval) co_return fail(fmt::format("invalid time interval ‘{}’", self.arguments()[i]));
        sum += *interval;
    }
    const Wake wake = co_await self.sleep(sum);
    co_return wake == Wake::interrupted ? 130 : 0;
}

}  // namespace layerlab::sim::programs
