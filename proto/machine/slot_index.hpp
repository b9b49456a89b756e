// An open-addressing hash index from keys to slot numbers. The caller keeps the keys in an array of its own and gives
// their hash and a comparison; the index keeps eight bytes for each. Empty it owns nothing. Its inner order never
// shows: it can't be iterated.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace layerlab::proto::machine {

// Mixes all bits of a key into all bits of a hash (the finaliser of MurmurHash3).
constexpr std::uint64_t mixed(std::uint64_t key) {
    key ^= key >> 33;
    key *= 0xff51'afd7'ed55'8ccdu;
    key ^= key >> 33;
    key *= 0xc4ce'b9fe'1a85'ec53u;
    return key ^ key >> 33;
}

class SlotIndex {
  public:
    static constexpr std::uint32_t none = 0xffff'ffffu;

    std::size_t size() const { return count_; }

    // The slot inserted with this hash for which `equal(slot)` holds, or none.
    template <class Equal>
    std::uint32_t find(std::uint64_t hash, Equal equal) const {
        if (cells_.empty()) return none;
        const auto tag = static_cast<std::uint32_t>(hash);
        for (std::size_t at = tag & mask();; at = (at + 1) & mask()) {
            const Cell& cell = cells_[at];
            if (cell.slot == none) return none;
            if (cell.tag == tag && equal(cell.slot)) return cell.slot;
        }
    }
    // The caller makes sure that the key is not in the index.
    void insert(std::uint64_t hash, std::uint32_t slot) {
        if (count_ + 1 > cells_.size() / 4 * 3) grow();
        place({static_cast<std::uint32_t>(hash), slot});
        ++count_;
    }
    void erase(std::uint64_t hash, std::uint32_t slot) {
        if (cells_.empty()) return;
        std::size_t at = static_cast<std::uint32_t>(hash) & mask();
        while (cells_[at].slot != slot) {
            if (cells_[at].slot == none) return;
            at = (at + 1) & mask();
        }
        close_gap(at);
        --count_;
    }
    void clear() {
        std::vector<Cell>().swap(cells_);
        count_ = 0;
    }

  private:
    struct Cell {
        std::uint32_t tag = 0;
        std::uint32_t slot = none;
    };

    std::size_t mask() const { return cells_.size() - 1; }
    void place(Cell cell) {
        std::size_t at = cell.tag & mask();
        while (cells_[at].slot != none) at = (at + 1) & mask();
        cells_[at] = cell;
    }
    void grow() {
        std::vector<Cell> old(cells_.empty() ? 16 : cells_.size() * 2);
        old.swap(cells_);
        for (const Cell& cell : old)
            if (cell.slot != none) place(cell);
    }
    // Moves later cells of the run back, so that no marker for deleted cells is needed.
    void close_gap(std::size_t gap) {
        for (std::size_t at = (gap + 1) & mask(); cells_[at].slot != none; at = (at + 1) & mask()) {
            const std::size_t home = cells_[at].tag & mask();
            if (((at - home) & mask()) < ((at - gap) & mask())) continue;
            cells_[gap] = cells_[at];
            gap = at;
        }
        cells_[gap] = {};
    }

    std::vector<Cell> cells_;  // a power of two
    std::size_t count_ = 0;
};

}  // namespace layerlab::proto::machine
