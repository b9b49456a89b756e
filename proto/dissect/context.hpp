// What a dissect function works with: it adds layers and items to the Dissection, hands payloads on, and knows where in
// the packet it is. One Context lives for one frame.
#pragma once

#include <memory>
#include <string>

#include "proto/base/time.hpp"
#include "proto/dissect/dissection.hpp"
#include "proto/dissect/protocol.hpp"
#include "proto/dissect/tcp_known.hpp"
#include "proto/dissect/wanted.hpp"

namespace layerlab::proto::dissect {

struct State;  // state.hpp: what is remembered from frame to frame

// A network address of either version, or none.
struct NetworkAddress {
    std::uint8_t version = 0;  // 0, 4, 6
    Ipv6Address octets{};      // IPv4 in the first four

    Ipv4Address ipv4() const { return Ipv4Address::load(octets.octets.data()); }
    static NetworkAddress of(Ipv4Address a) {
        NetworkAddress n{4, {}};
        a.store(n.octets.octets.data());
        return n;
    }
    static NetworkAddress of(const Ipv6Address& a) { return {6, a}; }

    friend bool operator==(const NetworkAddress&, const NetworkAddress&) = default;
};

// What lower layers tell upper ones.
struct PacketInfo {
    std::uint64_t frame = 0;  // number
    Time time{};
    NetworkAddress source, destination;
    std::uint16_t source_port = 0, destination_port = 0;
    std::uint8_t ip_protocol = 0;
    bool is_fragment = false;   // of a datagram that is not put together here
    bool is_quoted = false;     // inside an ICMP error
    bool is_cut_quote = false;  // which does not quote the whole datagram
    bool over_tcp = false;      // an application's bytes come from a stream
};

// What an application protocol remembers of a conversation (both directions), for example the methods of requests
// that wait for their response. Derive from it; it is dropped with the conversation.
struct ConversationMemory {
    virtual ~ConversationMemory() = default;
};

struct Options {
    bool reassemble_ip = true;
    bool reassemble_tcp = true;
    bool verify_checksums = true;
    const Wanted* wanted = nullptr;  // outlives the dissector; nullptr: everything
};

class Context {
  public:
    static constexpr unsigned max_depth = 40;        // layers within layers
    static constexpr std::size_t max_items = 20000;  // of a frame; what comes after is left out with a note

    Context(Dissection& out, Bytes frame, std::size_t missing, const Options& options, State* state)
        : options_(options), out_(out), state_(state), source_bytes_(frame), missing_(missing) {}

    PacketInfo info;

    // --- layers and items; `where` is the part of the current bytes that the item stands for ---
    void begin(const Protocol& protocol, Bytes bytes);
    // A layer within the one begun last, without items, not even a heading; what is handed on stands in it.
    void enter(const Protocol& protocol, Bytes bytes);
    // The heading of the layer begun last stands for so many octets, its header; without it for all that it carries.
    void set_header_size(std::size_t size);
    // Everything in the table that has a place; fields beyond the end of the header are left out.
    void add_fields(Bytes header, std::span<const FieldInfo* const> table);
    // The value is read from `where` by the field's type: a big-endian number, an address, text or bytes.
    void add(const FieldInfo& field, Bytes where) {
        if (keeps(field)) add_item(field, where);
    }
    void add(const FieldInfo& field, Bytes where, std::uint64_t number) {
        if (keeps(field)) append_item(field, where)->number = number;
    }
    void add(const FieldInfo& field, Bytes where, std::string_view text) {
        if (keeps(field)) append_item(field, where)->bytes = as_bytes(text);
    }
    // Computed, not on the wire.
    void generate(const FieldInfo& field, std::uint64_t number = 0, std::string_view note = {}) {
        if (keeps(field)) generate_item(field, number, note);
    }
    void generate(const FieldInfo& field, std::string_view text) {
        if (keeps(field)) generate_item(field, text);
    }
    // The same with a typed field.
    template <class T, class... Rest>
    void add(const Field<T>& field, Rest... rest) {
        add(field.info, rest...);
    }
    template <class T, class... Rest>
    void generate(const Field<T>& field, Rest... rest) {
        generate(field.info, rest...);
    }
    // Whether items of a field are made; what costs much and leads to nothing else can be spared.
    bool wants(const FieldInfo& field) const { return !options_.wanted || options_.wanted->wants(field); }
    bool wants_any(std::span<const FieldInfo* const> table) const {
        return !options_.wanted || options_.wanted->wants_any(table);
    }
    bool wants_headers() const { return !options_.wanted || options_.wanted->wants_headers(); }
    bool wants_applications() const { return !options_.wanted || options_.wanted->wants_applications(); }
    bool wants_streams() const { return !options_.wanted || options_.wanted->wants_streams(); }
    bool verifies_checksums() const {
        return options_.verify_checksums && (!options_.wanted || options_.wanted->wants_checksums());
    }
    // Extra text behind the item added last.
    void note(std::string text);
    std::string_view keep(std::string text) { return out_.keep(std::move(text)); }

    // Items added while the returned object lives are one level deeper.
    class Indent {
      public:
        explicit Indent(Context& c) : c_(c) { ++c_.indent_; }
        ~Indent() { --c_.indent_; }
        Indent(const Indent&) = delete;
        Indent& operator=(const Indent&) = delete;

      private:
        Context& c_;
    };
    [[nodiscard]] Indent indent() { return Indent(*this); }

    // --- handing on ---
    // Dissects bytes by a protocol (nullptr: as data). `missing`: octets behind them that were on the wire but not
    // captured.
    void next(const Protocol* protocol, Bytes bytes, std::size_t missing = 0);
    void data(Bytes bytes);
    // Makes `bytes` a source of their own and dissects them.
    void next_reassembled(const Protocol* protocol, std::vector<std::uint8_t> bytes);

    // --- what is wrong ---
    // Says so visibly; the rest is shown as data. `why`: "option length 1 < 2".
    void malformed(Bytes rest, std::string why);
    // Fewer bytes than needed: cut off by the capture, or malformed ("length 3 < 8").
    void too_short(Bytes rest, std::size_t needed);

    // --- where we are ---
    std::size_t missing() const { return missing_; }  // octets behind the current bytes that were not captured
    const Options& options() const { return options_; }
    State* state() { return state_; }
    Dissection& out() { return out_; }
    // What the application remembers of the current conversation; nullptr without state.
    std::unique_ptr<ConversationMemory>* memory = nullptr;
    // A mark of how far pdu_size() has looked: 0 at the front of a PDU, kept until the PDU is complete; may be nullptr.
    std::size_t* scanned = nullptr;
    const TcpKnown* tcp_known = nullptr;               // of the packet's TCP segment, where there is no state
    std::size_t decoding_left = std::size_t{4} << 20;  // octets that decompression may still make of this frame
    Bytes trailer;                    // set by the network layer: what stands behind its datagram in the link's payload
    Bytes opened;                     // what the frame's sealed layer carries; taken by the one that finds the seal
    bool has_check_sequence = false;  // set by radiotap: the frame of 802.11 ends with one
    // Adds an item to a layer that is no longer the last one.
    void add_to_layer(std::size_t layer, const FieldInfo& field, Bytes where);

  private:
    bool keeps(const FieldInfo& field) { return last_kept_ = wants(field); }
    void add_item(const FieldInfo& field, Bytes where);
    void generate_item(const FieldInfo& field, std::uint64_t number, std::string_view note);
    void generate_item(const FieldInfo& field, std::string_view text);
    Item* append_item(const FieldInfo& field, Bytes where);
    Item make(const FieldInfo& field, Bytes where) const;

    const Options& options_;
    Dissection& out_;
    State* state_;
    Bytes source_bytes_;
    std::uint16_t source_ = 0;
    std::size_t missing_;
    unsigned depth_ = 0;
    std::uint8_t indent_ = 0;
    Item ignored_;            // stands for one that is too many
    bool last_kept_ = false;  // the item added last is not left out
};

}  // namespace layerlab::proto::dissect
