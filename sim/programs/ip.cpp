// ip(8) of iproute2 6.1.0 addr, link, route, neigh and maddr.
#include <fmt/format.h>

#include "sim/programs/commands.hpp"
#include "sim/programs/ip_objects.hpp"

namespace layerlab::sim::programs {
namespace {

constexpr const char* usage =
    "Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }\n"
    "where  OBJECT := { address | link | neighbor | neighbour | route | maddress }\n"
    "       OPTIONS := { -V[ersion] | -s[tatistics] | -4 | -6 | -br[ief] | -o[neline] | -c[olor]}\n";

}  // namespace

bool is_short_for(std::string_view word, std::string_view whole) {
    return !word.empty() && word.size() <= whole.size() && whole.substr(0, word.size()) == word;
}

int ip_fails(Process& self, int status, std::string_view message) {
    self.print(fmt::format("{}\n", message));
    return status;
}

Task<int> ip_main(Process& self) {
    std::span<const std::string> words(self.arguments());
    words = words.subspan(1);
    IpView view;
    while (!words.empty() && words[0].size() > 1 && words[0][0] == '-') {
        std::string_view option = words[0];
        option.remove_prefix(option.size() > 2 && option[1] == '-' ? 2 : 1);
        if (option == "V" || option == "Version") {
            self.print("ip utility, iproute2-6.1.0\n");
            co_return 0;
        }
        if (option.size() >= 2 && is_short_for(option, "brief"))
            view.brief = true;
        else if (is_short_for(option, "oneline"))
            view.one_line = true;
        else if (is_short_for(option, "statistics") || is_short_for(option, "stats"))
            view.statistics = true;
        else if (option == "4")
            view.only4 = true;
        else if (option == "6")
            view.only6 = true;
        else if (!is_short_for(option, "color") && !is_short_for(option, "details"))
            co_return ip_fails(self, 255, fmt::format("Option \"{}\" is unknown, try \"ip -help\".", words[0]));
        words = words.subspan(1);
    }
    if (words.empty()) {
        self.print(usage);
        co_return 255;
    }
    const std::string_view object = words[0];
    words = words.subspan(1);
    if (is_short_for(object, "address")) co_return ip_address(self, view, words);
    if (is_short_for(object, "link")) co_return ip_link(self, view, words);
    if (is_short_for(object, "route")) co_return view.only6 ? ip_route6(self, words) : ip_route(self, words);
    if (is_short_for(object, "maddress")) co_return ip_maddress6(self, words);
    if (is_short_for(object, "neighbor") || is_short_for(object, "neighbour")) co_return ip_neighbor(self, view, words);
    if (is_short_for(object, "help")) {
        self.print(usage);
        co_return 255;
    }
    co_return ip_fails(self, 1, fmt::format("Object \"{}\" is unknown, try \"ip help\".", object));
}

}  // namespace layerlab::sim::programs
