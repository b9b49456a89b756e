// Domain names: RFC 1035 sections 2.3.4 (limits), 3.1 (labels), 4.1.4 (compression) and 5.1 (text and escapes);
// comparison without regard to ASCII case: RFC 4343; order: RFC 4034 section 6.1. No internationalised names.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/address.hpp"
#include "proto/base/bytes.hpp"
#include "proto/base/result.hpp"

namespace layerlab::proto::wire {

// An absolute domain name: at most 255 bytes on the wire, labels of 1 to 63 bytes. The default is the root.
class DomainName {
  public:
    static constexpr std::size_t max_size = 255;  // on the wire, the root's zero included
    static constexpr std::size_t max_label = 63;
    static constexpr std::size_t max_labels = 127;

    // Every name is taken as absolute, with or without the final dot; "." is the root. `\.` is a dot within a label,
    // `\065` the byte 65.
    static Result<DomainName> parse(std::string_view text);
    // A name without a final dot is relative to `origin`; "@" is the origin itself.
    static Result<DomainName> parse(std::string_view text, const DomainName& origin);
    // Reads a name at `at` in a message and moves `at` behind it. A pointer must point before the labels that it
    // continues, so that neither loops nor forward pointers can occur; at most 126 pointers are followed.
    static Result<DomainName> decode(Bytes message, std::size_t& at);

    bool is_root() const { return wire_.empty(); }
    std::size_t label_count() const;
    std::string_view first_label() const;  // empty for the root
    DomainName parent() const;             // the root's parent is the root
    // Equal to `ancestor` or below it.
    bool is_within(const DomainName& ancestor) const;
    // `label` in front; fails where a limit would be exceeded.
    Result<DomainName> child(std::string_view label) const;

    // Uncompressed wire form without the root's final zero.
    std::string_view labels() const { return wire_; }
    std::size_t wire_size() const { return wire_.size() + 1; }
    // "www.example.com.", special characters escaped; the root is ".".
    std::string to_string() const;
    // The same without the final dot, as people write names: "www.example.com"; the root is ".".
    std::string to_plain_string() const;

    friend bool operator==(const DomainName& a, const DomainName& b);
    friend bool operator!=(const DomainName& a, const DomainName& b) { return !(a == b); }
    // Canonical order: by the last label first, so that a name is followed directly by all names below it.
    friend bool operator<(const DomainName& a, const DomainName& b);

  private:
    std::string wire_;
};

// 100.2.0.192.in-addr.arpa. (RFC 1035 section 3.5) and the nibbles of ip6.arpa. (RFC 3596 section 2.5).
DomainName reverse_name(Ipv4Address address);
DomainName reverse_name(const Ipv6Address& address);

// Where each label of `wire` (labels without the final zero) begins; returns how many there are.
using LabelOffsets = std::array<std::uint8_t, DomainName::max_labels>;
std::size_t find_labels(std::string_view wire, LabelOffsets& offsets);

inline char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Writes names into one message and replaces a tail that is already there by a pointer to it. It remembers the first
// 128 tails only, which bounds the time for messages of any size.
class NameWriter {
  public:
    // The message begins at out[start].
    explicit NameWriter(std::vector<std::uint8_t>& out, std::size_t start = 0) : out_(out), start_(start) {}

    void write(const DomainName& name);               // compressed
    void write_uncompressed(const DomainName& name);  // for types that RFC 3597 section 4 forbids to compress
    // The message was cut off at out[size]: tails from there on are forgotten.
    void forget_from(std::size_t size);

  private:
    struct Tail {
        std::uint32_t hash;
        std::uint16_t offset;  // within the message
    };
    int find(std::uint32_t hash, std::string_view tail) const;
    bool stands_at(std::size_t offset, std::string_view tail) const;

    std::vector<std::uint8_t>& out_;
    std::size_t start_;
    std::vector<Tail> tails_;
};

}  // namespace layerlab::proto::wire
