// Reads what WPA2-Personal hides (IEEE 802.11-2016 section 12), given network and passphrase: it watches the frames of
// 802.11 in their order, takes the keys out of the 4-way handshakes (and the group's keys out of messages 3 and of the
// group key handshake), and opens data frames sealed with CCMP. A key counts once a message's MIC has proved it.
//
// A station whose handshake was not seen stays unreadable, and so do TKIP, key management other than with SHA-1
// (WPA3, 802.11w's SHA-256) and frames that come in fragments.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "proto/base/address.hpp"
#include "proto/rewrite/wpa2_keys.hpp"

namespace layerlab::proto::machine {

class Wpa2Reader {
  public:
    static constexpr std::size_t most_stations = 4096, most_networks = 1024;  // the one heard longest ago is forgotten

    // False: no SSID or passphrase can be so.
    bool add_network(std::string_view ssid, std::string_view passphrase);

    // The next frame, from its Frame Control field on, without its check sequence. What it carries, from its LLC header
    // on, when it was sealed and could be opened.
    std::optional<std::vector<std::uint8_t>> see(Bytes frame);

  private:
    using Nonce = std::array<std::uint8_t, 32>;
    struct Ends {
        MacAddress point, station;
        friend auto operator<=>(const Ends& a, const Ends& b) {
            const auto key = [](const Ends& e) { return std::pair(e.point.number(), e.station.number()); };
            return key(a) <=> key(b);
        }
        friend bool operator==(const Ends&, const Ends&) = default;
    };
    struct Station {
        std::optional<Nonce> point_nonce, station_nonce;
        std::optional<rewrite::PairwiseKeys> keys, keys_before;  // of the handshake before this one
        std::uint64_t heard = 0;
    };
    struct Network {
        std::array<std::optional<rewrite::Key128>, 4> group;  // by key index
        std::uint64_t heard = 0;
    };

    void see_key_message(Bytes frame, Bytes eapol, bool from_point);
    void prove(const Ends& ends, Station& station, Bytes eapol, Bytes mic);
    void learn_group_key(const Ends& ends, const Station& station, Bytes eapol, Bytes mic, Bytes key_data);

    std::vector<rewrite::PairwiseMasterKey> masters_;
    std::map<Ends, Station> stations_;
    std::map<std::uint64_t, Network> networks_;  // by the access point's address
    std::uint64_t now_ = 0;                      // counts frames
};

}  // namespace layerlab::proto::machine
