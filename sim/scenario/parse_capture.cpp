// What a capture device plays, and who is who in it.
#include "sim/scenario/statement_parser.hpp"
#include "sim/scenario/values.hpp"

namespace layerlab::sim::scenario {

// `capture old "http.pcap" map 10.0.0.1 -> web, 10.0.0.2 -> 10.9.0.9`; IPv6 addresses likewise
void StatementParser::capture_file(DeviceId device) {
    subject_ = {device, {}};
    setting_start_ = at_;
    const auto path = quoted_text();
    if (!path) return;
    CaptureSetting capture{{*path, taken().place}, {}, {}, {}};
    bool expects_more = accept("map");
    while (expects_more && !failed_) {
        const bool is_ipv6 = at_ < statement_.words.size() && looks_like_ipv6(statement_.words[at_].text);
        std::optional<Ipv4Address> from;
        std::optional<Ipv6Address> from6;
        if (is_ipv6)
            from6 = need_ipv6("an address of the capture");
        else
            from = need_ipv4("an address of the capture");
        if ((!from && !from6) || !need_word("->")) return;
        const Word* to = need("a device or an address");
        if (to == nullptr) return;
        expects_more = to->text.ends_with(',');
        const std::string_view text = to->text.substr(0, to->text.size() - (expects_more ? 1 : 0));
        const DeviceId id = find_device(text);
        if (id != no_id && is_ipv6) {
            capture.map6.push_back({*from6, id});
        } else if (id != no_id) {
            capture.map.push_back({*from, id});
        } else if (is_ipv6) {
            if (const auto address = value(to->place, Ipv6Address::parse(text)))
                capture.map6.push_back({*from6, *address});
        } else if (const auto address = ipv4(text, to->place, "a device or an address")) {
            capture.map.push_back({*from, *address});
        }
    }
    if (!failed_) put(std::move(capture));
}

}  // namespace layerlab::sim::scenario
