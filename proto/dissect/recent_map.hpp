// A hash map of bounded size that forgets what was used longest ago. Nothing iterates over it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

namespace layerlab::proto::dissect {

template <class Key, class Value, class Hash>
class RecentMap {
  public:
    explicit RecentMap(std::size_t most) : most_(most) {}
    RecentMap(const RecentMap&) = delete;
    RecentMap& operator=(const RecentMap&) = delete;

    // Counts as a use. nullptr when it is not there.
    Value* find(const Key& key) {
        const std::uint32_t at = entry_of(key);
        if (at == none) return nullptr;
        if (at != newest_) {
            unlink(at);
            link(at);
        }
        return &entries_[at].value;
    }
    // Does not count as a use, so that several threads may look at once. nullptr when it is not there.
    const Value* peek(const Key& key) const {
        const std::uint32_t at = entry_of(key);
        return at == none ? nullptr : &entries_[at].value;
    }
    // Replaces what was there; may forget another one, whose place the new one takes.
    Value& put(const Key& key, Value&& value) {
        erase(key);
        if (size_ >= most_) forget(oldest_);
        if (2 * (size_ + 1) > places_.size()) grow();
        std::uint32_t at = free_;
        if (at == none) {
            at = static_cast<std::uint32_t>(entries_.size());
            entries_.push_back({key, std::move(value)});
        } else {
            free_ = entries_[at].older;
            entries_[at].key = key;
            entries_[at].value = std::move(value);
        }
        place({hash_of(key), at});
        link(at);
        ++size_;
        return entries_[at].value;
    }
    void erase(const Key& key) {
        if (const std::uint32_t at = entry_of(key); at != none) {
            forget(at);
            entries_[at].value = Value();
        }
    }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }

  private:
    static constexpr std::uint32_t none = UINT32_MAX;

    // In a list by use, or in that of the free ones; entries stay where they are.
    struct Entry {
        Key key;
        Value value;
        std::uint32_t newer = none, older = none;
    };
    // Open addressing with linear probing, at most half full.
    struct Place {
        std::uint32_t hash = 0, entry = none;
    };

    // Whatever the hash is like, all of it counts.
    static std::uint32_t hash_of(const Key& key) {
        return static_cast<std::uint32_t>(std::uint64_t{Hash()(key)} * 0x9e37'79b9'7f4a'7c15u >> 32);
    }
    std::size_t home(const Place& place) const { return place.hash & (places_.size() - 1); }
    std::size_t next(std::size_t at) const { return (at + 1) & (places_.size() - 1); }

    std::size_t place_of(const Key& key) const {
        const std::uint32_t hash = hash_of(key);
        std::size_t at = hash & (places_.size() - 1);
        while (places_[at].entry != none && !(places_[at].hash == hash && entries_[places_[at].entry].key == key))
            at = next(at);
        return at;
    }
    std::uint32_t entry_of(const Key& key) const { return places_.empty() ? none : places_[place_of(key)].entry; }
    void place(const Place& fresh) {
        std::size_t at = home(fresh);
        while (places_[at].entry != none) at = next(at);
        places_[at] = fresh;
    }
    void grow() {
        const std::vector<Place> before =
            std::exchange(places_, std::vector<Place>(std::max<std::size_t>(16, 2 * places_.size())));
        for (const Place& one : before)
            if (one.entry != none) place(one);
    }
    // Its place becomes empty: those behind it that could not stand nearer to their home move up.
    void forget(std::uint32_t entry) {
        std::size_t hole = place_of(entries_[entry].key);
        for (std::size_t at = next(hole); places_[at].entry != none; at = next(at)) {
            const std::size_t mask = places_.size() - 1, from_home = (at - home(places_[at])) & mask;
            if (from_home < ((at - hole) & mask)) continue;
            places_[std::exchange(hole, at)] = places_[at];
        }
        places_[hole] = {};
        unlink(entry);
        entries_[entry].older = std::exchange(free_, entry);
        --size_;
    }
    void link(std::uint32_t at) {
        entries_[at].newer = none;
        entries_[at].older = newest_;
        (newest_ == none ? oldest_ : entries_[newest_].newer) = at;
        newest_ = at;
    }
    void unlink(std::uint32_t at) {
        const Entry& entry = entries_[at];
        (entry.newer == none ? newest_ : entries_[entry.newer].older) = entry.older;
        (entry.older == none ? oldest_ : entries_[entry.older].newer) = entry.newer;
    }

    std::size_t most_, size_ = 0;
    std::vector<Place> places_;
    std::deque<Entry> entries_;
    std::uint32_t newest_ = none, oldest_ = none, free_ = none;
};

}  // namespace layerlab::proto::dissect
