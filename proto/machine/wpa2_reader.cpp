#include "proto/machine/wpa2_reader.hpp"

#include <algorithm>

#include "proto/wire/eapol.hpp"
#include "proto/wire/ieee80211.hpp"

namespace layerlab::proto::machine {

namespace {

using rewrite::Key128;
using wire::EapolKey;
using wire::Wlan;

constexpr std::size_t seal_header = 8, seal_check = 8;  // CCMP's packet number, and its MIC
constexpr std::array<std::uint8_t, 8> eapol_in_llc{0xaa, 0xaa, 3, 0, 0, 0, 0x88, 0x8e};

// Behind the LLC header of a data frame's body; empty if something else stands there.
Bytes eapol_in(Bytes body) {
    const bool is_eapol =
        body.size() > eapol_in_llc.size() && std::equal(eapol_in_llc.begin(), eapol_in_llc.end(), body.begin());
    return is_eapol ? body.subspan(eapol_in_llc.size()) : Bytes{};
}

MacAddress address(Bytes frame, std::size_t at) { return MacAddress::load(frame.data() + at); }

// Where the parts of a data frame are; nothing when it is none that carries something whole.
struct DataFrame {
    bool to_ds = false, from_ds = false, is_protected = false, has_qos = false;
    std::size_t qos_at = 0, header = 0;
};

std::optional<DataFrame> data_frame(Bytes frame) {
    if (frame.size() < Wlan::three_address_size) return std::nullopt;
    const View<Wlan> head(frame.data());
    const unsigned subtype = head[Wlan::subtype];
    constexpr unsigned no_data = 4, qos = 8;
    if (head[Wlan::type] != Wlan::data || subtype & no_data) return std::nullopt;
    if (head[Wlan::more_fragments] || frame[22] & 15) return std::nullopt;
    DataFrame d{head[Wlan::to_ds], head[Wlan::from_ds], head[Wlan::is_protected], (subtype & qos) != 0};
    d.qos_at = Wlan::three_address_size + (d.to_ds && d.from_ds ? 6 : 0);
    d.header = d.qos_at + (d.has_qos ? 2 : 0) + (d.has_qos && head[Wlan::order] ? 4 : 0);  // HT control
    if (frame.size() < d.header) return std::nullopt;
    return d;
}

// The "additional authentication data": the header without what may change on the way. Section 12.5.3.3.3.
std::vector<std::uint8_t> authenticated_header(Bytes frame, const DataFrame& d) {
    std::vector<std::uint8_t> header;
    const unsigned kept = d.has_qos ? 0x47u : 0xc7u;  // not Retry, Power Management, More Data; nor Order with QoS
    header.push_back(frame[0] & 0x8f);
    header.push_back(static_cast<std::uint8_t>((frame[1] & kept) | 0x40u));
    header.insert(header.end(), frame.begin() + 4, frame.begin() + 22);
    header.push_back(frame[22] & 15);
    header.push_back(0);
    if (d.to_ds && d.from_ds) header.insert(header.end(), frame.begin() + 24, frame.begin() + 30);
    if (d.has_qos) {
        header.push_back(frame[d.qos_at] & 15);
        header.push_back(0);
    }
    return header;
}

// Section 12.5.3.3.4.
std::array<std::uint8_t, 13> nonce_of(Bytes frame, const DataFrame& d) {
    const Bytes seal = frame.subspan(d.header);
    std::array<std::uint8_t, 13> nonce{};
    nonce[0] = d.has_qos ? frame[d.qos_at] & 15 : 0;
    std::copy_n(frame.begin() + 10, 6, nonce.begin() + 1);
    constexpr std::array<std::size_t, 6> number{7, 6, 5, 4, 1, 0};
    for (std::size_t i = 0; i < number.size(); ++i) nonce[7 + i] = seal[number[i]];
    return nonce;
}

std::optional<std::vector<std::uint8_t>> open(Bytes frame, const DataFrame& d, const std::optional<Key128>& key) {
    if (!key) return std::nullopt;
    return rewrite::open_ccm(*key, nonce_of(frame, d), authenticated_header(frame, d),
                             frame.subspan(d.header + seal_header));
}

// What a message of the handshake is: section 12.7.6. `eapol` is the whole frame with its header.
struct KeyMessage {
    View<EapolKey> key;
    Bytes mic, nonce, data;
};

std::optional<KeyMessage> key_message(Bytes& eapol) {
    using wire::Eapol;
    constexpr std::size_t front = Eapol::min_size;
    if (eapol.size() < front + EapolKey::min_size || eapol[1] != Eapol::key) return std::nullopt;
    const std::size_t size = front + load_be16(eapol.data() + 2);
    if (size < front + EapolKey::min_size || size > eapol.size()) return std::nullopt;
    eapol = eapol.first(size);
    const Bytes body = eapol.subspan(front);
    const View<EapolKey> key(body.data());
    constexpr unsigned hmac_sha1_and_aes = 2;
    if (body[0] != EapolKey::rsn || key[EapolKey::info_version] != hmac_sha1_and_aes) return std::nullopt;
    const std::size_t data = key[EapolKey::data_length];
    if (data > body.size() - EapolKey::min_size) return std::nullopt;
    return KeyMessage{key, body.subspan(77, 16), body.subspan(13, 32), body.subspan(EapolKey::min_size, data)};
}

// Makes room for one more in a map of entries that say when they were heard last.
template <class Map>
void make_room(Map& map, std::size_t most) {
    if (map.size() < most) return;
    map.erase(std::min_element(map.begin(), map.end(),
                               [](const auto& a, const auto& b) { return a.second.heard < b.second.heard; }));
}

template <class Map>
auto& entry(Map& map, const typename Map::key_type& key, std::size_t most, std::uint64_t now) {
    if (map.find(key) == map.end()) make_room(map, most);
    auto& found = map[key];
    found.heard = now;
    return found;
}

}  // namespace

bool Wpa2Reader::add_network(std::string_view ssid, std::string_view passphrase) {
    const auto master = rewrite::pairwise_master_key(ssid, passphrase);
    if (master) masters_.push_back(*master);
    return master.has_value();
}

std::optional<std::vector<std::uint8_t>> Wpa2Reader::see(Bytes frame) {
    ++now_;
    const auto d = data_frame(frame);
    if (!d || d->to_ds == d->from_ds) return std::nullopt;  // between a station and its access point
    const Bytes body = frame.subspan(d->header);
    if (!d->is_protected) {
        see_key_message(frame, eapol_in(body), d->from_ds);
        return std::nullopt;
    }
    constexpr std::uint8_t extended = 0x20;
    if (body.size() <= seal_header + seal_check || !(body[3] & extended)) return std::nullopt;
    const MacAddress receiver = address(frame, 4), transmitter = address(frame, 10);
    if (d->from_ds && receiver.is_multicast()) {
        const auto network = networks_.find(transmitter.number());
        return network == networks_.end() ? std::nullopt : open(frame, *d, network->second.group[body[3] >> 6]);
    }
    const Ends ends = d->from_ds ? Ends{transmitter, receiver} : Ends{receiver, transmitter};
    const auto found = stations_.find(ends);
    if (found == stations_.end()) return std::nullopt;
    found->second.heard = now_;
    for (const auto& keys : {found->second.keys, found->second.keys_before}) {
        auto opened = keys ? open(frame, *d, keys->temporal) : std::nullopt;
        if (!opened) continue;
        // A group key that changes is told inside: section 12.7.7.
        see_key_message(frame, eapol_in(*opened), d->from_ds);
        return opened;
    }
    return std::nullopt;
}

void Wpa2Reader::see_key_message(Bytes frame, Bytes eapol, bool from_point) {
    const auto message = key_message(eapol);
    if (!message || masters_.empty()) return;
    const MacAddress receiver = address(frame, 4), transmitter = address(frame, 10);
    const Ends ends = from_point ? Ends{transmitter, receiver} : Ends{receiver, transmitter};
    Station& station = entry(stations_, ends, most_stations, now_);
    const View<EapolKey>& key = message->key;
    const bool is_fourth = !from_point && key[EapolKey::info_secure];  // its nonce may be zero
    if (key[EapolKey::info_pairwise] && !is_fourth) {
        auto& nonce = from_point ? station.point_nonce : station.station_nonce;
        nonce.emplace();
        std::copy(message->nonce.begin(), message->nonce.end(), nonce->begin());
    }
    if (!key[EapolKey::info_mic]) return;
    if (key[EapolKey::info_pairwise] && !is_fourth) prove(ends, station, eapol, message->mic);
    if (from_point && key[EapolKey::info_encrypted]) learn_group_key(ends, station, eapol, message->mic, message->data);
}

// Keys of which one proves the message are the station's from now on.
void Wpa2Reader::prove(const Ends& ends, Station& station, Bytes eapol, Bytes mic) {
    if (!station.point_nonce || !station.station_nonce) return;
    std::array<std::uint8_t, 6> point{}, other{};
    ends.point.store(point.data());
    ends.station.store(other.data());
    for (const rewrite::PairwiseMasterKey& master : masters_) {
        const auto keys =
            rewrite::pairwise_keys(master, {point, other}, {*station.point_nonce, *station.station_nonce});
        if (!rewrite::has_valid_mic(keys.confirmation, eapol, mic)) continue;
        const bool is_new = !station.keys || station.keys->temporal != keys.temporal;
        if (is_new) station.keys_before = station.keys;
        station.keys = keys;
        return;
    }
}

// Section 12.7.2: key data encapsulation "dd length 00-0f-ac 1 index reserved key".
void Wpa2Reader::learn_group_key(const Ends& ends, const Station& station, Bytes eapol, Bytes mic, Bytes key_data) {
    if (!station.keys || !rewrite::has_valid_mic(station.keys->confirmation, eapol, mic)) return;
    const auto data = rewrite::unwrap_key(station.keys->encryption, key_data);
    if (!data) return;
    constexpr std::array<std::uint8_t, 4> group_key{0, 0x0f, 0xac, 1};
    constexpr std::size_t before_key = 2 + group_key.size() + 2;
    for (Bytes rest = *data; rest.size() >= 2;) {
        const std::size_t size = 2u + rest[1];
        if (size > rest.size()) return;
        const bool is_group_key = rest[0] == 0xdd && size == before_key + Key128{}.size() &&
                                  std::equal(group_key.begin(), group_key.end(), rest.begin() + 2);
        if (is_group_key) {
            Network& network = entry(networks_, ends.point.number(), most_networks, now_);
            std::copy_n(rest.begin() + before_key, Key128{}.size(), network.group[rest[6] & 3].emplace().begin());
        }
        rest = rest.subspan(size);
    }
}

}  // namespace layerlab::proto::machine
