// Links and their properties; ports come into being here.
#include <fmt/format.h>

#include "sim/scenario/statement_parser.hpp"

namespace layerlab::sim::scenario {

namespace {

std::uint64_t pair_key(DeviceId a, DeviceId b) { return std::uint64_t{std::min(a, b)} << 32 | std::max(a, b); }

std::uint64_t port_key(DeviceId device, PortName name) { return std::uint64_t{device} << 32 | name.value; }

// What `change` says replaces what was said before.
void merge(LinkProperties& into, const LinkProperties& change) {
    if (change.rate) into.rate = change.rate;
    if (change.delay) into.delay = change.delay;
    if (change.jitter) into.jitter = change.jitter;
    if (change.loss) into.loss = change.loss;
    if (change.duplicate) into.duplicate = change.duplicate;
    if (change.reorder) into.reorder = change.reorder;
    if (change.corrupt) {
        into.corrupt = change.corrupt;
        into.corrupt_undetected = change.corrupt_undetected;
    }
    if (change.mtu) into.mtu = change.mtu;
    if (change.queue) into.queue = change.queue;
    if (change.mark) into.mark = change.mark;
    if (change.up) into.up = change.up;
}

}  // namespace

void StatementParser::index_links() {
    for (; indexed_links_ < scenario_.links.size(); ++indexed_links_) {
        const LinkEnd* ends = scenario_.links[indexed_links_].ends;
        for (unsigned side = 0; side < 2; ++side)
            ports_.set(port_key(ends[side].device, ends[side].port), indexed_links_ * 2 + side);
        const std::uint64_t pair = pair_key(ends[0].device, ends[1].device);
        if (pairs_.find(pair) == NumberMap::absent)
            pairs_.set(pair, indexed_links_);
        else
            doubled_pairs_.set(pair, 1);
    }
}

PortId StatementParser::find_port(DeviceId device, PortName name) {
    index_links();
    return ports_.find(port_key(device, name));
}

LinkId StatementParser::link_of_port(const Subject& s) {
    if (!s.port.name.given() || use_[s.device].links == 0) return no_id;
    const PortId port = find_port(s.device, s.port.name);
    return port == no_id ? no_id : port / 2;
}

// The link that `link a b` means if there is one already.
std::optional<LinkId> StatementParser::find_link(const Subject& a, const Subject& b) {
    const LinkId at_a = link_of_port(a), at_b = link_of_port(b);
    if (at_a == no_id && at_b == no_id) {
        if (a.port.name.given() || b.port.name.given()) return no_id;
        if (use_[a.device].links == 0 || use_[b.device].links == 0) return no_id;
        index_links();
        const std::uint64_t key = pair_key(a.device, b.device);
        if (doubled_pairs_.find(key) != NumberMap::absent) {
            error(place_from(at_ - 2), "there are several links between these two",
                  "name the ports: link a.left b.left");
            return std::nullopt;
        }
        return pairs_.find(key);
    }
    const LinkId link = at_a != no_id ? at_a : at_b;
    const Subject& other = at_a != no_id ? b : a;
    const LinkEnd* ends = scenario_.links[link].ends;
    const LinkEnd& end = ends[0].device == other.device ? ends[0] : ends[1];
    const bool matches = end.device == other.device && (!other.port.name.given() || other.port.name == end.port);
    if (matches && (at_a == no_id || at_b == no_id || at_a == at_b)) return link;
    link_not_possible(at_a != no_id ? a : b, link);
    return std::nullopt;
}

void StatementParser::link_not_possible(const Subject& s, LinkId link) {
    const auto side = static_cast<PortId>(scenario_.links[link].ends[0].device == s.device ? 1 : 0);
    error(s.port.place,
          fmt::format("port {} of {} is linked to {} already", scenario_.port_name(s.port.name),
                      scenario_.devices[s.device].name, scenario_.full_port_name(link * 2 + side)),
          "", {{scenario_.links[link].place, "here"}});
}

std::optional<LinkId> StatementParser::new_link(const Subject& a, const Subject& b, const Place& place) {
    const auto id = static_cast<LinkId>(scenario_.links.size());
    if (script_begun_ || beside_) {
        error(
            place,
            fmt::format("{} and {} are not linked", scenario_.devices[a.device].name, scenario_.devices[b.device].name),
            "new links stand above the first step");
        return std::nullopt;
    }
    Link link;
    link.place = place;
    for (unsigned side = 0; side < 2; ++side) {
        const Subject& s = side == 0 ? a : b;
        DeviceUse& use = use_[s.device];
        PortName name = s.port.name;
        if (!name.given()) do
                name = PortName::eth(use.next_eth++);
            while (use.has_stated_eth && find_port(s.device, name) != no_id);
        else if (name.is_eth())
            use.has_stated_eth = true;
        ++use.links;
        link.ends[side] = {s.device, name};
    }
    scenario_.links.push_back(std::move(link));
    return id;
}

// `link sw gw.lan rate 50Mbps delay 10ms`
void StatementParser::link() {
    const Keyword* const row = row_;
    const std::size_t first = at_;
    const auto a = need_subject("a device");
    const auto b = a ? need_subject("a second device") : std::nullopt;
    if (!b) return;
    const Place place = place_from(first);
    if (a->device == b->device) return error(place, "a link joins two devices", "a device is not linked to itself");
    auto id = find_link(*a, *b);
    if (!id) return;
    LinkProperties properties;
    properties_ = &properties;
    while (more()) {
        const Word& word = peek();
        row_ = word.quoted ? nullptr : find_keyword(WordKind::property, word.text);
        if (row_ == nullptr) {
            row_ = row;
            return unknown(word, fmt::format("{} is not a property of a link", shown(word.text)), {WordKind::property},
                           {}, fmt::format("as in: {}", row->usage));
        }
        ++at_;
        (this->*row_->parse)();
    }
    row_ = row;
    if (failed_) return;
    if (*id != no_id && (script_begun_ || beside_)) return emit(LinkChange{*id, properties});
    if (*id == no_id) id = new_link(*a, *b, place);
    if (id) merge(scenario_.links[*id].properties, properties);
}

std::optional<Chance> StatementParser::need_chance() { return need_value("a percentage", parse_chance); }

void StatementParser::rate() { properties_->rate = need_value("a rate", parse_rate); }
void StatementParser::delay() { properties_->delay = need_duration("a time"); }
void StatementParser::jitter() { properties_->jitter = need_duration("a time"); }
void StatementParser::loss() { properties_->loss = need_chance(); }
void StatementParser::duplicate() { properties_->duplicate = need_chance(); }
void StatementParser::reorder() { properties_->reorder = need_chance(); }
void StatementParser::corrupt() {
    properties_->corrupt = need_chance();
    properties_->corrupt_undetected = accept("undetected");
}
void StatementParser::mtu() {
    if (const auto n = need_number("a number of bytes", 68, 65535)) properties_->mtu = static_cast<std::uint32_t>(*n);
}
void StatementParser::queue() { properties_->queue = need_value("a size or a number of packets", parse_queue_size); }

void StatementParser::mark() {
    if (accept("off"))
        properties_->mark = QueueSize{};
    else
        properties_->mark = need_value("a size or a number of packets, or off", parse_queue_size);
}
void StatementParser::link_power() { properties_->up = row_->word == "up"; }

}  // namespace layerlab::sim::scenario
