// Who talks to whom: the conversations of a capture at each layer, and the endpoints that follow from them.
#pragma once

#include <limits>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "proto/dissect/dissect.hpp"
#include "proto/statistics/addresses.hpp"
#include "proto/statistics/table.hpp"

namespace layerlab::proto::statistics {

enum class ConversationKind : std::uint8_t { ethernet, ipv4, ipv6, tcp, udp };
inline constexpr std::array conversation_kinds{ConversationKind::ethernet, ConversationKind::ipv4,
                                               ConversationKind::ipv6, ConversationKind::tcp, ConversationKind::udp};
// "eth", "ip", "ipv6", "tcp", "udp".
const char* name_of(ConversationKind kind);
std::optional<ConversationKind> conversation_kind(std::string_view name);

// Fed with all frames; each layer of addresses in a frame counts, those inside tunnels too, packets quoted by ICMP
// errors not. Memory: some 200 octets a conversation.
class Conversations {
  public:
    // Of these kinds alone.
    explicit Conversations(std::span<const ConversationKind> kinds = conversation_kinds);
    static dissect::Wanted wanted();
    void add(const dissect::FrameIn& frame, const dissect::Dissection& dissection);
    // What another one was fed with, other frames of the same capture.
    void merge(Conversations&& other);

    // Those with the most frames first, then those that began first. Forward is the direction of the first frame. The
    // table is read from here: only until more is added.
    Table table(ConversationKind kind) const&;
    Table table(ConversationKind kind) const&& = delete;
    // The endpoints of these conversations, those with the most frames first.
    Table endpoints(ConversationKind kind) const;

  private:
    struct Key {
        ConversationKind kind{};
        Endpoint low, high;
        friend bool operator==(const Key&, const Key&) = default;
    };
    struct Hash {
        std::size_t operator()(const Key& key) const;
    };
    struct Conversation {
        std::uint64_t order = 0;    // of the first frame, and of the layer in it
        bool low_first = true;      // the first frame went from low to high
        std::uint64_t frames[2]{};  // from low, from high
        std::uint64_t octets[2]{};
        std::int64_t first = 0, last = 0;  // times of its first frame and of the latest, ns since the epoch, or no_time
    };
    using Map = std::unordered_map<Key, Conversation, Hash>;

    bool counts(ConversationKind kind) const { return counted_[static_cast<std::size_t>(kind)]; }
    void count(ConversationKind kind, const Endpoint& from, const Endpoint& to, std::uint64_t order,
               std::uint64_t octets);
    std::vector<const Map::value_type*> sorted(ConversationKind kind) const;

    std::array<bool, conversation_kinds.size()> counted_{};
    Map conversations_;
    // Frames without a time before any that has one count as at the first.
    static constexpr std::int64_t no_time = std::numeric_limits<std::int64_t>::min();
    std::int64_t since_first(std::int64_t time) const { return time == no_time ? 0 : time - first_; }

    std::uint64_t first_frame_ = 0;  // of those with a time; 0: there was none
    std::int64_t first_ = 0, now_ = no_time;
};

}  // namespace layerlab::proto::statistics
