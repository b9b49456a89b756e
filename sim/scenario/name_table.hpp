// Names to numbers and pairs of numbers to numbers: flat hash tables for a hundred thousand devices, without an
// allocation per entry. Nothing is ever removed, and nobody iterates.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace layerlab::sim::scenario {

constexpr std::uint64_t mixed(std::uint64_t x) {
    x ^= x >> 32;
    x *= 0x9e37'79b9'7f4a'7c15u;
    x ^= x >> 29;
    x *= 0xbf58'476d'1ce4'e5b9u;
    return x ^ (x >> 32);
}

constexpr std::uint64_t hash_of(std::string_view text) {  // FNV-1a, mixed
    std::uint64_t h = 0xcbf2'9ce4'8422'2325u;
    for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100'0000'01b3u;
    return mixed(h);
}

class NumberMap {
  public:
    static constexpr std::uint32_t absent = 0xffff'ffffu;

    std::uint32_t find(std::uint64_t key) const {
        if (slots_.empty()) return absent;
        for (std::size_t i = mixed(key) & (slots_.size() - 1);; i = (i + 1) & (slots_.size() - 1)) {
            if (slots_[i].value == absent) return absent;
            if (slots_[i].key == key) return slots_[i].value;
        }
    }
    // Overwrites. `value` is not `absent`.
    void set(std::uint64_t key, std::uint32_t value) {
        if ((used_ + 1) * 2 > slots_.size()) grow();
        place(key, value);
    }

  private:
    struct Slot {
        std::uint64_t key = 0;
        std::uint32_t value = absent;
    };
    void place(std::uint64_t key, std::uint32_t value) {
        std::size_t i = mixed(key) & (slots_.size() - 1);
        while (slots_[i].value != absent && slots_[i].key != key) i = (i + 1) & (slots_.size() - 1);
        if (slots_[i].value == absent) ++used_;
        slots_[i] = {key, value};
    }
    void grow() {
        std::vector<Slot> old(slots_.empty() ? 16 : slots_.size() * 2);
        old.swap(slots_);
        used_ = 0;
        for (const Slot& s : old)
            if (s.value != absent) place(s.key, s.value);
    }
    std::vector<Slot> slots_;
    std::size_t used_ = 0;
};

// Names that live elsewhere: `name_of(id)` gives the text back.
class NameTable {
  public:
    static constexpr std::uint32_t absent = NumberMap::absent;

    template <class NameOf>
    std::uint32_t find(std::string_view name, const NameOf& name_of) const {
        if (slots_.empty()) return absent;
        const std::uint64_t h = hash_of(name);
        for (std::size_t i = h & (slots_.size() - 1);; i = (i + 1) & (slots_.size() - 1)) {
            const Slot& s = slots_[i];
            if (s.id == absent) return absent;
            if (s.tag == tag_of(h) && name_of(s.id) == name) return s.id;
        }
    }
    // The name is not there yet.
    void add(std::string_view name, std::uint32_t id) {
        if ((used_ + 1) * 2 > slots_.size()) grow();
        place({hash_of(name), tag_of(hash_of(name)), id});
    }

  private:
    struct Slot {
        std::uint64_t hash = 0;
        std::uint32_t tag = 0, id = absent;
    };
    static std::uint32_t tag_of(std::uint64_t h) { return static_cast<std::uint32_t>(h >> 32); }
    void place(const Slot& slot) {
        std::size_t i = slot.hash & (slots_.size() - 1);
        while (slots_[i].id != absent) i = (i + 1) & (slots_.size() - 1);
        slots_[i] = slot;
        ++used_;
    }
    void grow() {
        std::vector<Slot> old(slots_.empty() ? 16 : slots_.size() * 2);
        old.swap(slots_);
        used_ = 0;
        for (const Slot& s : old)
            if (s.id != absent) place(s);
    }
    std::vector<Slot> slots_;
    std::size_t used_ = 0;
};

}  // namespace layerlab::sim::scenario
