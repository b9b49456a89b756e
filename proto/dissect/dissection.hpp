// What a dissected frame is: layers and items, in the order of the wire. Plain data that the tree view, the byte
// view, the display filter and JSON read alike. Values point into the frame's bytes or into storage that the
// Dissection owns; both must outlive their readers.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "proto/base/bytes.hpp"
#include "proto/base/field.hpp"

namespace layerlab::proto::dissect {

struct Protocol;  // protocol.hpp

// One occurrence of a field. `number` holds booleans, numbers, IPv4 addresses (host order), MAC addresses (48 bits)
// and durations (ns, two's complement); `bytes` holds IPv6 addresses, byte strings and text (UTF-8).
struct Item {
    const FieldInfo* field = nullptr;
    std::uint32_t offset = 0;  // the bytes that this item stands for, within its source
    std::uint32_t size = 0;    // 0: computed
    std::uint16_t source = 0;  // 0: the frame; n: reassembled buffer n-1
    std::uint8_t level = 0;    // 0: the protocol's own heading; 1: its fields; deeper: below
    bool generated = false;    // computed, not on the wire: shown in brackets
    std::uint64_t number = 0;
    Bytes bytes{};
    std::string_view note{};  // extra text for the tree: "malformed: length 3 < 8"
};

struct Layer {
    const Protocol* protocol = nullptr;
    std::uint32_t first_item = 0;        // index of its heading; its items end where the next layer's begin
    std::uint32_t offset = 0, size = 0;  // what it carries included; the heading's item may be the header alone
    std::uint16_t source = 0;
};

class Dissection {
  public:
    std::vector<Layer> layers;
    std::vector<Item> items;
    bool malformed = false;

    void clear() {
        layers.clear();
        items.clear();
        storage_.clear();
        sources_.clear();
        malformed = false;
    }
    // Keeps made-up text (a decompressed name) as long as this dissection lives or until clear().
    std::string_view keep(std::string text) { return storage_.emplace_back(std::move(text)); }
    // Adds a reassembled buffer; returns its source number (1, 2, ...).
    std::uint16_t add_source(std::vector<std::uint8_t> bytes) {
        sources_.push_back(std::move(bytes));
        return static_cast<std::uint16_t>(sources_.size());
    }
    Bytes source(std::uint16_t n, Bytes frame) const { return n == 0 ? frame : Bytes(sources_[n - 1u]); }

  private:
    std::deque<std::string> storage_;
    std::deque<std::vector<std::uint8_t>> sources_;
};

}  // namespace layerlab::proto::dissect
