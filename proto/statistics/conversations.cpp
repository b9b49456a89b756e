#include "proto/statistics/conversations.hpp"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <map>
#include <memory>

#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/protocols.hpp"

namespace layerlab::proto::statistics {

namespace {

using dissect::LayerView;

constexpr std::array<const char*, conversation_kinds.size()> names{"eth", "ip", "ipv6", "tcp", "udp"};
constexpr std::array<const char*, conversation_kinds.size()> titles{"Ethernet", "IPv4", "IPv6", "TCP", "UDP"};

std::uint64_t mixed(std::uint64_t h) {
    h ^= h >> 33;
    h *= 0xff51'afd7'ed55'8ccdu;
    return h ^ h >> 33;
}

std::uint64_t mixed(const Endpoint& e) {
    std::uint64_t a = 0, b = 0;
    std::memcpy(&a, e.octets.data(), 8);
    std::memcpy(&b, e.octets.data() + 8, 8);
    return mixed(a ^ mixed(b + (std::uint64_t{e.port} << 8) + e.size));
}

bool has_port(ConversationKind kind) { return kind == ConversationKind::tcp || kind == ConversationKind::udp; }

}  // namespace

const char* name_of(ConversationKind kind) { return names[static_cast<std::size_t>(kind)]; }

std::optional<ConversationKind> conversation_kind(std::string_view name) {
    for (const ConversationKind kind : conversation_kinds)
        if (name == name_of(kind)) return kind;
    return std::nullopt;
}

std::size_t Conversations::Hash::operator()(const Key& key) const {
    return mixed(mixed(key.low) * 3 + mixed(key.high) + static_cast<std::uint64_t>(key.kind));
}

Conversations::Conversations(std::span<const ConversationKind> kinds) {
    for (const ConversationKind kind : kinds) counted_[static_cast<std::size_t>(kind)] = true;
}

dissect::Wanted Conversations::wanted() { return {}; }

void Conversations::count(ConversationKind kind, const Endpoint& from, const Endpoint& to, std::uint64_t order,
                          std::uint64_t octets) {
    const bool from_low = from <= to;
    const auto [found, is_new] = conversations_.try_emplace(from_low ? Key{kind, from, to} : Key{kind, to, from});
    Conversation& c = found->second;
    if (is_new) {
        c.order = order;
        c.low_first = from_low;
        c.first = c.last = now_;
    }
    c.last = std::max(c.last, now_);
    ++c.frames[from_low ? 0 : 1];
    c.octets[from_low ? 0 : 1] += octets;
}

void Conversations::add(const dissect::FrameIn& frame, const dissect::Dissection& dissection) {
    constexpr std::size_t most_layers = 64;  // more are in no order
    if (frame.has_time) {
        now_ = nanoseconds(frame.time);
        if (first_frame_ == 0) first_ = now_, first_frame_ = frame.number;
    }
    const std::uint64_t octets = std::max(frame.original_length, frame.bytes.size());
    AddressPair network;
    for (std::size_t i = 0; i < dissection.layers.size(); ++i) {
        const LayerView view(dissection, i);
        const dissect::Protocol* protocol = view.layer().protocol;
        const auto take = [&](ConversationKind kind, const AddressPair& pair) {
            const std::uint64_t order = frame.number * most_layers + std::min(i, most_layers - 1);
            if (pair && counts(kind)) count(kind, *pair.from, *pair.to, order, octets);
        };
        if (protocol == &dissect::icmp || protocol == &dissect::icmpv6) return;  // what follows is quoted
        if (protocol == &dissect::ethernet && counts(ConversationKind::ethernet))
            take(ConversationKind::ethernet, link_addresses(view, frame.bytes));
        if (protocol == &dissect::ipv4) take(ConversationKind::ipv4, network = network_addresses(view, frame.bytes));
        if (protocol == &dissect::ipv6) take(ConversationKind::ipv6, network = network_addresses(view, frame.bytes));
        if (protocol == &dissect::tcp && counts(ConversationKind::tcp))
            take(ConversationKind::tcp, transport_addresses(network, view, frame.bytes));
        if (protocol == &dissect::udp && counts(ConversationKind::udp))
            take(ConversationKind::udp, transport_addresses(network, view, frame.bytes));
    }
}

void Conversations::merge(Conversations&& other) {
    if (first_frame_ == 0 || (other.first_frame_ != 0 && other.first_frame_ < first_frame_))
        first_ = other.first_, first_frame_ = other.first_frame_;
    conversations_.merge(other.conversations_);
    for (auto& [key, theirs] : other.conversations_) {  // those that both have
        Conversation& ours = conversations_.find(key)->second;
        if (theirs.order < ours.order) {
            ours.order = theirs.order;
            ours.low_first = theirs.low_first;
            ours.first = theirs.first;
        }
        ours.last = std::max(ours.last, theirs.last);
        for (const std::size_t way : {0u, 1u}) {
            ours.frames[way] += theirs.frames[way];
            ours.octets[way] += theirs.octets[way];
        }
    }
    other.conversations_.clear();
}

std::vector<const Conversations::Map::value_type*> Conversations::sorted(ConversationKind kind) const {
    std::vector<const Map::value_type*> found;
    for (const auto& entry : conversations_)
        if (entry.first.kind == kind) found.push_back(&entry);
    std::sort(found.begin(), found.end(), [](const auto* a, const auto* b) {
        const std::uint64_t frames_a = a->second.frames[0] + a->second.frames[1];
        const std::uint64_t frames_b = b->second.frames[0] + b->second.frames[1];
        return frames_a != frames_b ? frames_a > frames_b : a->second.order < b->second.order;
    });
    return found;
}

Table Conversations::table(ConversationKind kind) const& {
    const auto entries = std::make_shared<const std::vector<const Map::value_type*>>(sorted(kind));
    const auto row = [this, entries, kind](std::size_t index) -> Row {
        const auto& [key, c] = *(*entries)[index];
        const std::size_t a = c.low_first ? 0 : 1, b = 1 - a;
        return {{text_of(c.low_first ? key.low : key.high, has_port(kind))},
                {text_of(c.low_first ? key.high : key.low, has_port(kind))},
                Cell::number(c.frames[a]),
                Cell::number(c.octets[a]),
                Cell::number(c.frames[b]),
                Cell::number(c.octets[b]),
                Cell::number(c.frames[0] + c.frames[1]),
                Cell::number(c.octets[0] + c.octets[1]),
                Cell::seconds(since_first(c.first)),
                Cell::seconds(since_first(c.last) - since_first(c.first))};
    };
    return {fmt::format("{} conversations", titles[static_cast<std::size_t>(kind)]),
            {"a", "b", "frames_from_a", "bytes_from_a", "frames_from_b", "bytes_from_b", "frames", "bytes", "start",
             "duration"},
            {entries->size(), row}};
}

Table Conversations::endpoints(ConversationKind kind) const {
    struct Sum {
        std::uint64_t frames_sent = 0, octets_sent = 0, frames_received = 0, octets_received = 0;
        std::uint64_t frames() const { return frames_sent + frames_received; }
    };
    std::map<Endpoint, Sum> sums;
    for (const auto& [key, c] : conversations_) {
        if (key.kind != kind) continue;
        Sum& low = sums[key.low];
        low.frames_sent += c.frames[0], low.octets_sent += c.octets[0];
        low.frames_received += c.frames[1], low.octets_received += c.octets[1];
        Sum& high = sums[key.high];
        high.frames_sent += c.frames[1], high.octets_sent += c.octets[1];
        high.frames_received += c.frames[0], high.octets_received += c.octets[0];
    }
    const auto order = std::make_shared<std::vector<std::pair<Endpoint, Sum>>>(sums.begin(), sums.end());
    sums.clear();
    std::stable_sort(order->begin(), order->end(),
                     [](const auto& a, const auto& b) { return a.second.frames() > b.second.frames(); });
    const auto row = [order, kind](std::size_t index) -> Row {
        const auto& [endpoint, s] = (*order)[index];
        return {{text_of(endpoint, has_port(kind))},
                Cell::number(s.frames()),
                Cell::number(s.octets_sent + s.octets_received),
                Cell::number(s.frames_sent),
                Cell::number(s.octets_sent),
                Cell::number(s.frames_received),
                Cell::number(s.octets_received)};
    };
    return {fmt::format("{} endpoints", titles[static_cast<std::size_t>(kind)]),
            {"address", "frames", "bytes", "frames_sent", "bytes_sent", "frames_received", "bytes_received"},
            {order->size(), row}};
}

}  // namespace layerlab::proto::statistics
