// From a number (a port, an EtherType) to its protocol in constant time: a hash table that is filled when the program
// is compiled, at most half full.
#pragma once

#include <array>
#include <bit>

#include "proto/dissect/registry.hpp"

namespace layerlab::proto::dissect {

template <std::size_t N>
class NumberTable {
  public:
    consteval explicit NumberTable(const std::array<Dispatch, N>& rows) {
        for (const Dispatch& row : rows) {
            std::size_t at = first(row.number);
            while (slots_[at].protocol) {
                if (slots_[at].number == row.number) throw "a number has two protocols";
                at = (at + 1) % size;
            }
            slots_[at] = row;
        }
    }
    const Protocol* find(std::uint32_t number) const {
        for (std::size_t at = first(number); slots_[at].protocol; at = (at + 1) % size)
            if (slots_[at].number == number) return slots_[at].protocol;
        return nullptr;
    }
    // Of two numbers, the lower one first.
    const Protocol* find_either(std::uint16_t a, std::uint16_t b) const {
        const Protocol* low = find(a < b ? a : b);
        return low ? low : find(a < b ? b : a);
    }

  private:
    static constexpr std::size_t size = std::bit_ceil(2 * N + 1);
    static constexpr std::size_t first(std::uint32_t number) { return number * 0x9e3779b1u >> 8 & (size - 1); }

    std::array<Dispatch, size> slots_{};
};

}  // namespace layerlab::proto::dissect
