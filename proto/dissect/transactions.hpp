// Requests that were seen, so that what answers them can say which one it is for and how long that took, and what
// comes again can say what it repeats. Bounded: the one used longest ago is forgotten.
#pragma once

#include "proto/base/time.hpp"
#include "proto/dissect/recent_map.hpp"

namespace layerlab::proto::dissect {

enum class Exchange : std::uint8_t { echo, name_query };

// `Ends` tells both ends of a conversation, the same in both directions.
template <class Ends>
struct TransactionKey {
    Ends ends;
    std::uint32_t number = 0;  // DNS's id; an echo's identifier and sequence number
    Exchange kind{};

    friend bool operator==(const TransactionKey&, const TransactionKey&) = default;
};

template <class Ends, class EndsHash>
struct TransactionKeyHash {
    std::size_t operator()(const TransactionKey<Ends>& key) const {
        return EndsHash{}(key.ends) ^
               (key.number * std::size_t{0x9e37'79b9'7f4a'7c15} + static_cast<unsigned>(key.kind));
    }
};

struct Transaction {
    std::uint64_t request = 0, response = 0;  // frames; 0: none yet
    Time time{};                              // of the request
};

template <class Ends, class EndsHash>
using Transactions = RecentMap<TransactionKey<Ends>, Transaction, TransactionKeyHash<Ends, EndsHash>>;

// Who was last heard to have an IPv4 address (ARP).
struct AddressUse {
    std::uint64_t mac = 0, frame = 0;
    Time time{};
};

}  // namespace layerlab::proto::dissect
